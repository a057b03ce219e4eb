"""Whatever people and organisers do, in whatever order: the database says what the model says.

`./run test` plays a few dozen sequences on each database, `./run test-long` two thousand of 50
steps, in parts with a database of their own each: a full one is slow to play in.
"""

import os
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from eventapp import clock
from eventapp.base import table_of
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.errors import Gone, Refused
from eventapp.events.loading import get_definition
from eventapp.events.models import ProgrammeItem
from eventapp.events.values import EventValues
from eventapp.mail.models import OutboxMail
from eventapp.participants.actions import act_on
from eventapp.participants.bulk import Act, Order
from eventapp.planning.actions import change_event
from eventapp.planning.copying import programme
from eventapp.registration import actions, selfservice
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.due import settle_due
from eventapp.registration.leaving import erase_person
from eventapp.registration.models import Place, Registration
from eventapp.registration.proof import confirm_address
from eventapp.registration.switching import switch
from tests.factories import ORIGIN, at, make_event, make_item, make_network, make_organisation
from tests.registration.model import CONFIRMED, GONE, OFFERED, PROVING, RECEIVED, Model, Workshop

PARTS, SEQUENCES, STEPS = (20, 100, 50) if os.environ.get("TEST_LONG") else (1, 40, 30)

WORKSHOPS = (
    Workshop("blau", (0, 1), "wahl"),
    Workshop("rot", (0, 1), "wahl"),
    Workshop("quer", (0.5, 1.5)),
    Workshop("spaet", (2, 3)),
)
CAPACITIES = st.sampled_from([1, 2, 3, 0, None])  # few: it is the want of places that matters
SEATS = st.sampled_from([1, 0, 2, None])
CHOICES = st.lists(st.sampled_from([each.slug for each in WORKSHOPS]), unique=True, max_size=3)
WAYS = st.sampled_from(["in_person", "in_person", "online"])
NAMES = [f"Gast{number}" for number in range(40)]
ORGANISATIONS = ["Verein A", "Verein B"]
GUESTS = st.tuples(st.sampled_from(NAMES), WAYS, CHOICES, st.sampled_from([None, *ORGANISATIONS]))
CROWD = st.lists(GUESTS, min_size=3, max_size=8)  # or many a sequence never gets to a want
_R, _P = table_of(Registration).c, table_of(Place).c


class Machine(RuleBasedStateMachine):
    """The same acts to the model and, at the level of actions, to the program."""

    @initialize(
        rooms=st.tuples(CAPACITIES, CAPACITIES),
        seats=st.tuples(SEATS, SEATS, SEATS, SEATS),
        how=st.fixed_dictionaries(
            {
                "waiting_list": st.sampled_from([True, True, True, False]),
                "delegates_per_organisation": st.sampled_from([None, 1, 2]),
                "offer_hours": st.sampled_from([None, None, 6]),
                "confirm_email": st.sampled_from([False, False, True]),
                "approval": st.sampled_from([False, False, True]),
            }
        ),
        is_released=st.booleans(),
        crowd=CROWD,
    )
    def plan(
        self,
        rooms: tuple[int | None, int | None],
        seats: Sequence[int | None],
        how: dict[str, Any],
        is_released: bool,
        crowd: Sequence[tuple[str, str, list[str], str | None]],
    ) -> None:
        self.now = self.acted_at = clock.now().replace(microsecond=0)
        starts_at = self.now + timedelta(days=3)
        self.sent_before, self.forms = _last_mail(), 0
        self.ids: dict[int, int] = {}
        released_on = berlin_day(starts_at) - timedelta(days=1) if is_released else None
        self._store(starts_at, rooms, seats, how | {"release_unused_on": released_on})
        # Without a group and a number of seats there is nothing to choose: everybody is welcome.
        all_seats = dict(zip(WORKSHOPS, seats, strict=True))
        self.offered = [w for w, number in all_seats.items() if w.group or number is not None]
        self.model = Model(
            starts_at,
            starts_at + timedelta(hours=4),
            dict(zip(("in_person", "online"), rooms, strict=True)),
            self.offered,
            {w.slug: all_seats[w] for w in self.offered},
            has_list=how["waiting_list"],
            quota=how["delegates_per_organisation"],
            released_at=at(released_on, 0) if released_on else None,
            offer=timedelta(hours=how["offer_hours"]) if how["offer_hours"] else None,
            wants_proof=how["confirm_email"],
            wants_approval=how["approval"],
        )
        for guest in crowd:
            self._register(*guest)

    def _store(
        self,
        starts_at: datetime,
        rooms: tuple[int | None, int | None],
        seats: Sequence[int | None],
        how: dict[str, Any],
    ) -> None:
        with transaction() as session:
            network = make_network(session)
            self.organisations = {
                name: make_organisation(session, networks=[network]).id for name in ORGANISATIONS
            }
            event = make_event(
                session,
                network=network,
                dates=[(starts_at, starts_at + timedelta(hours=4))],
                has_online=True,
                capacity_in_person=rooms[0],
                capacity_online=rooms[1],
                **how,
            )
            for each, capacity in zip(WORKSHOPS, seats, strict=True):
                make_item(
                    session,
                    event,
                    each.slug,
                    starts_at=starts_at + timedelta(hours=each.hours[0]),
                    ends_at=starts_at + timedelta(hours=each.hours[1]),
                    choice_group=each.group,
                    capacity=capacity,
                )
            self.slug = event.slug

    # --- acts ---------------------------------------------------------------------------------

    @rule(guests=st.lists(GUESTS, min_size=1, max_size=4))
    def register(self, guests: list[tuple[str, str, list[str], str | None]]) -> None:
        for guest in guests:
            self._register(*guest)

    def _register(
        self, name: str, attendance: str, wanted: list[str], organisation: str | None
    ) -> None:
        wanted = self._offered(wanted)
        expected = self._play("register", name, attendance, wanted, organisation, self.now)
        event = self._event()
        request = SignupRequest(
            person=Person(
                name,
                "Beispiel",
                self._address(name),
                organisation_id=self.organisations[organisation] if organisation else None,
            ),
            attendance=attendance,
            items=[item for item in event.choices if item.slug in wanted],
        )
        self.forms += 1
        token = f"{self.slug} {self.forms}"
        self._do(
            expected,
            lambda session: actions.register(
                session, event, request, form_token=token, now=self.now
            ),
        )

    @precondition(lambda self: self.model.guests)
    @rule(pick=st.integers(0, 99))
    def cancel(self, pick: int) -> None:
        number, id_ = self._pick(pick)
        expected = self._play("cancel", number, self.now)
        self._do(expected, lambda session: selfservice.cancel(session, id_, now=self.now))

    @precondition(lambda self: self.model.guests)
    @rule(pick=st.integers(0, 99))
    def accept(self, pick: int) -> None:
        number, id_ = self._pick(pick, OFFERED)
        expected = self._play("accept", number, self.now)
        self._do(expected, lambda session: selfservice.accept(session, id_, now=self.now))

    @precondition(lambda self: self.model.guests and self.model.wants_proof)
    @rule(pick=st.integers(0, 99))
    def prove(self, pick: int) -> None:
        number, id_ = self._pick(pick, *PROVING)
        expected = self._play("prove", number, self.now)
        self._do(expected, lambda session: confirm_address(session, id_, now=self.now))

    @precondition(lambda self: self.model.guests and self.model.wants_approval)
    @rule(pick=st.integers(0, 99))
    def decide(self, pick: int) -> None:
        number, id_ = self._pick(pick, RECEIVED)
        expected = self._play("decide", number, self.now)
        order = Order(Act.ACCEPT)
        self._do(expected, lambda session: act_on(session, id_, order, now=self.now))

    @precondition(lambda self: self.model.guests)
    @rule(pick=st.integers(0, 99), is_meant=st.sampled_from([False, False, True]))
    def erase(self, pick: int, is_meant: bool) -> None:
        if not is_meant:
            return  # or there would soon be nobody left
        number, _id = self._pick(pick)
        if self.model.guests[number].status == GONE:
            return  # an address that is not known locks nothing, and settles nothing
        name = self.model.guests[number].name
        self.model.erase(name, self.now)
        self._do(None, lambda session: erase_person(session, self._address(name), now=self.now))

    @precondition(lambda self: self.model.guests)
    @rule(pick=st.integers(0, 99), attendance=WAYS)
    def switch(self, pick: int, attendance: str) -> None:
        number, id_ = self._pick(pick)
        expected = self._play("switch", number, attendance, self.now)
        self._do(expected, lambda session: switch(session, id_, attendance, now=self.now))

    @precondition(lambda self: self.model.guests)
    @rule(pick=st.integers(0, 99), wanted=CHOICES)
    def choose(self, pick: int, wanted: list[str]) -> None:
        number, id_ = self._pick(pick)
        wanted = self._offered(wanted)
        expected = self._play("choose", number, wanted, self.now)
        items = [item for item in self._event().choices if item.slug in wanted]
        self._do(
            expected, lambda session: selfservice.change_items(session, id_, items, now=self.now)
        )

    @rule(attendance=st.sampled_from(["in_person", "online"]), capacity=CAPACITIES)
    def set_room(self, attendance: str, capacity: int | None) -> None:
        if capacity == self.model.room[attendance]:
            return  # an edit that changes nothing locks nothing, and settles nothing
        self.model.set_room(attendance, capacity, self.now)
        in_person = attendance == "in_person"
        self._change(
            {"capacity_in_person": capacity} if in_person else {"capacity_online": capacity}
        )

    @precondition(lambda self: self.offered)
    @rule(pick=st.integers(0, 99), capacity=st.integers(0, 3))
    def set_seats(self, pick: int, capacity: int) -> None:
        slug = self.offered[pick % len(self.offered)].slug
        if capacity == self.model.seats[slug]:
            return
        self.model.set_seats(slug, capacity, self.now)
        items = programme(self._event())
        for each in items:
            if each["slug"] == slug:
                each["capacity"] = capacity
        self._change({"programme": items})

    @rule()
    def sweep(self) -> None:
        self.model.settle(self.now)
        event = self._event()
        self._do(None, lambda session: settle_due(session, event.id, now=self.now))

    @rule(hours=st.sampled_from([0.02, 1, 5, 20]))
    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    # --- what must be so ----------------------------------------------------------------------

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        rows = self._rows()
        kept = [n for n, guest in enumerate(self.model.guests) if guest.status != GONE]
        self.ids |= {n: row.id for n, row in zip(kept, rows, strict=True)}
        assert [(row.first_name, row.attendance, row.status, row.waits_for) for row in rows] == [
            (guest.name, guest.attendance, guest.status, guest.waits_for)
            for guest in map(self.model.guests.__getitem__, kept)
        ]
        numbers = {id_: number for number, id_ in self.ids.items()}
        assert self._seats(numbers) == {
            (number, slug): state
            for number, guest in enumerate(self.model.guests)
            for slug, state in guest.seats.items()
        }
        assert sorted(self._mails(numbers)) == sorted(self.model.mails)

    @invariant()
    def nobody_is_in_two_workshops_at_once(self) -> None:
        for guest in self.model.guests:
            held = [w for w in self.offered if guest.seats.get(w.slug) == CONFIRMED]
            if guest.status == CONFIRMED:
                assert not any(a.collides(b) for n, a in enumerate(held) for b in held[n + 1 :])

    @invariant()
    def no_place_is_free_while_somebody_waits(self) -> None:
        """As of the last act: what the clock alone brings is settled by the next one."""
        if self.acted_at < self.model.starts_at:
            for way, room in self.model.room.items():
                waiting = [self.model.guests[number] for number in self.model.in_line(way)]
                if any(
                    self.model.has_quota(guest.organisation, self.acted_at) for guest in waiting
                ):
                    assert room is not None
                    assert self.model.taken(way) >= room

    # --- the program's side -------------------------------------------------------------------

    def _play(self, act: str, *values: Any) -> str | None:
        """What the model answers. Whatever is refused has changed nothing, not even what was
        due."""
        before = deepcopy(self.model)
        refusal: str | None = getattr(self.model, act)(*values)
        if refusal:
            self.model = before
        return refusal

    def _do(self, expected: str | None, act: Any) -> None:
        code = None
        try:
            with transaction() as session:
                act(session)
            self.acted_at = self.now
        except Refused as refusal:
            code = refusal.code
        except Gone:
            code = GONE
        assert code == expected

    def _change(self, values: EventValues) -> None:
        seen = self._event().revision
        self._do(
            None,
            lambda session: change_event(
                session, self.slug, seen=seen, origin=ORIGIN, now=self.now, values=values
            ),
        )

    def _event(self) -> Any:
        with reading() as connection:
            return get_definition(connection, self.slug)

    def _offered(self, slugs: list[str]) -> list[str]:
        return [each.slug for each in self.offered if each.slug in slugs]

    def _pick(self, pick: int, *wanted: str) -> tuple[int, int]:
        """Somebody, mostly one whose registration stands, or stands as wanted."""
        numbers = range(len(self.model.guests))
        guests = self.model.guests
        standing = [n for n in numbers if guests[n].stands]
        wished = [n for n in standing if guests[n].status in wanted] or standing
        among = wished if wished and pick % 10 else numbers
        number = among[pick % len(among)]
        return number, self.ids[number]

    def _address(self, name: str) -> str:
        return f"{name.lower()}@{self.slug}.example"

    def _rows(self) -> list[Any]:
        event = self._event()
        with reading() as connection:
            statement = select(_R.id, _R.first_name, _R.attendance, _R.status, _R.waits_for)
            return list(
                connection.execute(statement.where(_R.event_id == event.id).order_by(_R.id))
            )

    def _seats(self, numbers: dict[int, int]) -> dict[tuple[int, str], str]:
        statement = select(_P.registration_id, ProgrammeItem.slug, _P.status).join(
            ProgrammeItem, ProgrammeItem.id == _P.programme_item_id
        )
        with reading() as connection:
            rows = connection.execute(statement.where(_P.registration_id.in_(numbers)))
            return {(numbers[row[0]], row[1]): row[2] for row in rows}

    def _mails(self, numbers: dict[int, int]) -> list[tuple[str, int]]:
        statement = select(OutboxMail.kind, OutboxMail.ids).where(
            OutboxMail.id > self.sent_before,
            OutboxMail.kind.not_in(["registration-link", "organisation-named"]),
        )
        with reading() as connection:
            rows = connection.execute(statement)
            return [(kind, numbers[ids["registration_id"]]) for kind, ids in rows]


def _last_mail() -> int:
    with reading() as connection:
        return connection.scalar(select(OutboxMail.id).order_by(OutboxMail.id.desc()).limit(1)) or 0


def play(sequences: int = SEQUENCES, **how: Any) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            **how,
        ),
    )


@pytest.mark.parametrize("_part", range(PARTS))
@pytest.mark.usefixtures("app")
def test_the_program_does_as_the_model(_part: int) -> None:
    play()


@pytest.mark.usefixtures("app")
def test_a_program_that_forgets_to_move_people_up_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selfservice, "promote", lambda *_args, **_kwargs: [])
    with pytest.raises(AssertionError):
        play(sequences=10 * SEQUENCES, phases=[Phase.generate])  # as many as it takes
