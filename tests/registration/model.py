"""What registration is to do, told plainly: lists in memory, no database, no clever counting.

`test_model.py` does the same to this and to the real thing and compares. Nothing here is shared
with the program but its words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CONFIRMED, WAITING, OFFERED, CANCELLED = "confirmed", "waitlisted", "offered", "cancelled"
PENDING, UNPROVED, RECEIVED = "pending", "unproved", "received"
GONE = "gone"  # deleted with all that hung on it
RELEASED = "released"
IN_SEATS = (CONFIRMED, PENDING)
HOLDING = (CONFIRMED, OFFERED, PENDING)
PROVING = (PENDING, UNPROVED)
PROOF = timedelta(hours=48)
FIRST_MAILS = {PENDING: "confirm-email", UNPROVED: "confirm-email"}


@dataclass(frozen=True)
class Workshop:
    """Hours count from the event's start."""

    slug: str
    hours: tuple[float, float]
    group: str | None = None

    def collides(self, other: "Workshop") -> bool:
        in_time = self.hours[0] < other.hours[1] and other.hours[0] < self.hours[1]
        return in_time or (self.group is not None and self.group == other.group)


@dataclass
class Guest:
    """One registration. `seats`: workshop to whether it is held, waited for or released.

    `waits_for` is the way to take part that they stand in line for, with a place of the other or
    without one.
    """

    name: str
    attendance: str
    status: str
    organisation: str | None = None
    waits_for: str | None = None
    offer_ends_at: datetime | None = None
    proof_until: datetime | None = None
    seats: dict[str, str] = field(default_factory=dict)

    @property
    def stands(self) -> bool:
        return self.status not in (CANCELLED, GONE)


@dataclass
class Model:
    """One event. Every act returns the name of the refusal, or None; mails owed are appended."""

    starts_at: datetime
    ends_at: datetime
    room: dict[str, int | None]
    workshops: Sequence[Workshop]
    seats: dict[str, int | None]
    has_list: bool
    quota: int | None = None  # delegates of one organisation
    released_at: datetime | None = None  # when the quota falls
    offer: timedelta | None = None  # how long a freed place is held for the next; None: given
    wants_proof: bool = False
    wants_approval: bool = False
    guests: list[Guest] = field(default_factory=list)
    line: list[int] = field(default_factory=list)  # who waits, in the order of coming
    seat_queue: list[tuple[int, str]] = field(default_factory=list)  # in the order of asking
    mails: list[tuple[str, int]] = field(default_factory=list)

    # --- acts ---------------------------------------------------------------------------------

    def register(
        self,
        name: str,
        attendance: str,
        wanted: Sequence[str],
        organisation: str | None,
        now: datetime,
    ) -> str | None:
        self.settle(now)
        if any(guest.name == name and guest.stands for guest in self.guests):
            return None
        if now >= self.ends_at:
            return "registration-closed"
        is_full = all(not self._is_open(each, now) for each in self._open_ways(now))
        if is_full and not self.has_list:
            return "event-full"
        if attendance not in self._open_ways(now):
            return "registration-closed"
        if self._collide(wanted):
            return "overlap"
        has_quota = self.has_quota(organisation, now)
        is_in = has_quota and self._is_open(attendance, now)
        if not is_in and not self.has_list:
            return "event-full" if has_quota else "quota-exhausted"
        status = self._at_first(CONFIRMED if is_in else WAITING)
        holds = status in IN_SEATS
        if holds and not self.has_list and any(not self._has_seat(each) for each in wanted):
            return "programme-item-full"
        until = min(now + PROOF, self.ends_at) if status in PROVING else None
        self._write(Guest(name, attendance, status, organisation, proof_until=until), wanted)
        return None

    def _at_first(self, status: str) -> str:
        """Proof of the address comes first, then the office's decision."""
        if self.wants_proof:
            return PENDING if status == CONFIRMED and not self.wants_approval else UNPROVED
        return RECEIVED if self.wants_approval else status

    def prove(self, number: int, now: datetime) -> str | None:
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        if guest.status not in PROVING:
            return None
        guest.proof_until = None
        if guest.status == PENDING:
            guest.status = CONFIRMED
            self._mail("registration-confirmed", number)
            self._fill_all_seats({number})
        elif self.wants_approval:
            self.line.remove(number)
            guest.status = RECEIVED
            self._mail("registration-received", number)
        else:  # where they stood when they signed up
            guest.status, guest.waits_for = WAITING, guest.attendance
        self._move_up(now)
        if guest.status == WAITING:
            self._mail("registration-waitlisted", number)
        return None

    def decide(self, number: int, now: datetime) -> str | None:
        """The office accepts."""
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        if guest.status != RECEIVED:
            return "not-confirmed-yet" if guest.status in PROVING else "already-decided"
        has_quota = self.has_quota(guest.organisation, now)
        if has_quota and self._is_open(guest.attendance, now):
            guest.status = CONFIRMED
            self._mail("registration-confirmed", number)
            self._fill_all_seats({number})
        elif self.has_list:
            guest.status = WAITING
            self._join_line(number, guest.attendance)
            self._mail("registration-waitlisted", number)
        else:
            return "event-full" if has_quota else "quota-exhausted"
        self._move_up(now)
        return None

    def erase(self, name: str, now: datetime) -> None:
        self.settle(now)
        for number, guest in enumerate(self.guests):
            if guest.name == name and guest.status != GONE:
                self._forget(number)
        self._move_up(now)

    def _forget(self, number: int) -> None:
        guest = self.guests[number]
        self._leave_line(number)
        guest.status, guest.seats = GONE, {}
        self.mails = [each for each in self.mails if each[1] != number]

    def cancel(self, number: int, now: datetime) -> str | None:
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        self._end(number)
        self._move_up(now)
        return None

    def accept(self, number: int, now: datetime) -> str | None:
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        if guest.status != OFFERED:
            return "not-offered"
        guest.status = CONFIRMED
        self._mail("registration-promoted", number)
        self._fill_all_seats({number})
        return None

    def switch(self, number: int, attendance: str, now: datetime) -> str | None:
        """A place of the other kind, or a wait for it with this one kept."""
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        if attendance == guest.waits_for or (
            attendance == guest.attendance and not guest.waits_for
        ):
            return None
        if attendance != guest.attendance:
            closes = {"in_person": self.starts_at, "online": self.ends_at}
            if guest.status not in (CONFIRMED, WAITING) or now >= closes[attendance]:
                return "switch-closed"
            refusal = self._change_line(number, attendance, now)
            if refusal:
                return refusal
        else:
            self._leave_line(number)
            self._mail("registration-changed", number)
        self._move_up(now)
        return None

    def _change_line(self, number: int, attendance: str, now: datetime) -> str | None:
        guest = self.guests[number]
        has_place = guest.status == CONFIRMED
        has_quota = has_place or self.has_quota(guest.organisation, now)
        if has_quota and self._is_open(attendance, now):
            self._leave_line(number)
            guest.attendance, guest.status = attendance, CONFIRMED
            self._mail("registration-changed" if has_place else "registration-promoted", number)
            if not has_place:
                self._fill_all_seats({number})
        elif has_place and not (self.has_list and now < self.starts_at):
            return "event-full"
        else:
            self._leave_line(number)
            self._join_line(number, attendance)
            self._mail("registration-changed", number)
        return None

    def choose(self, number: int, wanted: Sequence[str], now: datetime) -> str | None:
        """Other workshops: those still wanted stay as they are; the one of a group that is held
        stays until the awaited one is free."""
        self.settle(now)
        guest = self.guests[number]
        if not guest.stands:
            return GONE if guest.status == GONE else "already-cancelled"
        if self._collide(wanted):
            return "overlap"
        new = [slug for slug in self._in_order(wanted) if slug not in guest.seats]
        waits = guest.status not in IN_SEATS
        if not waits and not self.has_list and any(not self._has_seat(each) for each in new):
            return "programme-item-full"
        got = {s: WAITING if waits or not self._has_seat(s) else CONFIRMED for s in new}
        after = {s: guest.seats[s] for s in wanted if s in guest.seats} | got
        awaited = {self._of(s).group for s, state in after.items() if state == WAITING} - {None}
        kept = {
            s: state
            for s, state in guest.seats.items()
            if s not in wanted and state == CONFIRMED and self._of(s).group in awaited
        }
        gone = set(guest.seats) - set(after) - set(kept)
        if not new and not gone:
            return None
        for slug in gone:
            self.seat_queue.remove((number, slug))
        self.seat_queue += [(number, slug) for slug in new]
        guest.seats = kept | after
        self._mail("registration-changed", number)
        self._move_up(now)
        return None

    def set_room(self, attendance: str, capacity: int | None, now: datetime) -> None:
        self.room[attendance] = capacity
        self._move_up(now)

    def set_seats(self, slug: str, capacity: int | None, now: datetime) -> None:
        self.seats[slug] = capacity
        self._move_up(now)

    def settle(self, now: datetime) -> None:
        """What time alone brings: the silent are forgotten, offers end, the quota falls."""
        silent = [
            number
            for number, guest in enumerate(self.guests)
            if guest.status in PROVING and guest.proof_until and now >= guest.proof_until
        ]
        for number in silent:
            self._forget(number)
        if silent:
            self._move_up(now)
        late = [
            number
            for number, guest in enumerate(self.guests)
            if guest.status == OFFERED and guest.offer_ends_at and now >= guest.offer_ends_at
        ]
        for number in late:
            self._end(number)
        if late:
            self._move_up(now)
        if self.quota is not None and not self._quota_holds(now):
            self._move_up(now)

    # --- what is so ---------------------------------------------------------------------------

    def taken(self, attendance: str) -> int:
        return sum(g.status in HOLDING and g.attendance == attendance for g in self.guests)

    def held(self, slug: str) -> int:
        return sum(
            guest.status in IN_SEATS and guest.seats.get(slug) == CONFIRMED for guest in self.guests
        )

    def in_line(self, attendance: str) -> list[int]:
        """Who waits for a place, in order."""
        return [number for number in self.line if self.guests[number].waits_for == attendance]

    def _open_ways(self, now: datetime) -> list[str]:
        closes = {"in_person": self.starts_at, "online": self.ends_at}
        return [way for way in self.room if now < closes[way]]

    def _is_free(self, attendance: str) -> bool:
        room = self.room[attendance]
        return room is None or self.taken(attendance) < room

    def _is_open(self, attendance: str, now: datetime) -> bool:
        """Nobody overtakes those who wait, while they can still move up; where there are quotas,
        these wait for their own."""
        is_line_over = self.quota is not None or now >= self.starts_at
        return self._is_free(attendance) and (is_line_over or not self.in_line(attendance))

    def _quota_holds(self, now: datetime) -> bool:
        return self.quota is not None and (self.released_at is None or now < self.released_at)

    def has_quota(self, organisation: str | None, now: datetime) -> bool:
        if organisation is None or not self._quota_holds(now):
            return True
        sent = sum(g.status in HOLDING and g.organisation == organisation for g in self.guests)
        assert self.quota is not None
        return sent < self.quota

    def _has_seat(self, slug: str) -> bool:
        seats = self.seats[slug]
        return seats is None or self.held(slug) < seats

    def _of(self, slug: str) -> Workshop:
        return next(each for each in self.workshops if each.slug == slug)

    def _in_order(self, slugs: Iterable[str]) -> list[str]:
        return [each.slug for each in self.workshops if each.slug in slugs]

    def _collide(self, slugs: Iterable[str]) -> bool:
        chosen = [self._of(slug) for slug in self._in_order(slugs)]
        return any(a.collides(b) for n, a in enumerate(chosen) for b in chosen[n + 1 :])

    # --- what follows -------------------------------------------------------------------------

    def _write(self, guest: Guest, wanted: Sequence[str]) -> None:
        for slug in self._in_order(wanted):
            is_held = guest.status in IN_SEATS and self._has_seat(slug)
            guest.seats[slug] = CONFIRMED if is_held else WAITING
            self.seat_queue.append((len(self.guests), slug))
        self.guests.append(guest)
        number = len(self.guests) - 1
        if guest.status == WAITING:
            self._join_line(number, guest.attendance)
        if guest.status == UNPROVED:
            self.line.append(number)  # a position for later
        self._mail(f"registration-{FIRST_MAILS.get(guest.status, guest.status)}", number)

    def _join_line(self, number: int, attendance: str) -> None:
        guest = self.guests[number]
        guest.waits_for = attendance
        if guest.status == WAITING:
            guest.attendance = attendance
        self.line.append(number)

    def _leave_line(self, number: int) -> None:
        self.guests[number].waits_for = None
        if number in self.line:
            self.line.remove(number)

    def _end(self, number: int) -> None:
        guest = self.guests[number]
        self._leave_line(number)
        guest.status = CANCELLED
        guest.seats = dict.fromkeys(guest.seats, RELEASED)
        self._mail("registration-cancelled", number)

    def _mail(self, kind: str, number: int) -> None:
        self.mails.append((kind, number))

    def _move_up(self, now: datetime) -> None:
        """Whoever is next and can take it gets what is free; nobody after the event has begun."""
        if now >= self.starts_at:
            return
        newly: set[int] = set()
        while (number := self._next(now)) is not None:
            guest = self.guests[number]
            wanted = guest.waits_for
            assert wanted is not None
            self._leave_line(number)
            guest.attendance = wanted
            if guest.status == CONFIRMED:
                self._mail("registration-changed", number)
                continue
            newly.add(number)
            if self.offer is None:
                guest.status = CONFIRMED
                self._mail("registration-promoted", number)
            else:
                guest.status, guest.offer_ends_at = OFFERED, min(now + self.offer, self.starts_at)
                self._mail("registration-offered", number)
        self._fill_all_seats(newly)

    def _next(self, now: datetime) -> int | None:
        for number in self.line:
            guest = self.guests[number]
            has_quota = guest.status == CONFIRMED or self.has_quota(guest.organisation, now)
            if guest.waits_for and has_quota and self._is_free(guest.waits_for):
                return number
        return None

    def _fill_all_seats(self, newly: set[int]) -> None:
        while self._fill_seats(newly):
            pass

    def _fill_seats(self, newly: set[int]) -> bool:
        moved = False
        for workshop in self.workshops:
            slug = workshop.slug
            seats = self.seats[slug]
            in_line = [
                number
                for number, each in self.seat_queue
                if each == slug
                and self.guests[number].status == CONFIRMED
                and self.guests[number].seats[slug] == WAITING
            ]
            for number in in_line[: None if seats is None else max(seats - self.held(slug), 0)]:
                self._take_seat(number, workshop)
                if number not in newly:
                    self._mail("registration-changed", number)
                moved = True
        return moved

    def _take_seat(self, number: int, workshop: Workshop) -> None:
        guest = self.guests[number]
        for other in self.workshops:
            in_group = workshop.group is not None and other.group == workshop.group
            if other is not workshop and in_group and other.slug in guest.seats:
                del guest.seats[other.slug]
                self.seat_queue.remove((number, other.slug))
        guest.seats[workshop.slug] = CONFIRMED
