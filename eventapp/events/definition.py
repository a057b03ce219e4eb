"""All that pages, mails and feeds know of one event: frozen. `loading` fetches it.

Places are not here: they change with every sign-up and are counted each time.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from eventapp.clock import BERLIN, berlin_day
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.models import Attendance, Audience, EventStatus, HostPart
from eventapp.networks.inherited import Controller, Logo, Sender
from eventapp.networks.queries import NetworkNode
from eventapp.wording.rules import Wordings

DOOR_MINUTES = 15  # where neither the event nor its network says


@dataclass(frozen=True)
class Named:
    """Something with an address and a name: a topic, a region."""

    slug: str
    name: str


@dataclass(frozen=True)
class Host:
    """Who hosts the event beside its network: an organisation or another network."""

    name: str
    part: str
    organisation_id: int | None = None
    network: NetworkNode | None = None

    @property
    def own_logo(self) -> Logo | None:
        """That of the network itself, none that it has from above."""
        if self.network is None or "logo" not in self.network.inherited.own:
            return None
        return self.network.inherited.logo


@dataclass(frozen=True)
class Venue:
    name: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    accessibility: tuple[str, ...]

    @property
    def one_line(self) -> str:
        """`Haus der Begegnung, Musterstraße 12, 12345 Musterstadt`."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.name, self.street, town) if part)


@dataclass(frozen=True)
class Contact:
    name: str | None
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class SeriesPart:
    """The series, and which of its dates this event is."""

    slug: str
    title: str
    part: int
    parts: int


@dataclass(frozen=True)
class DateDefinition:
    """One date with its calendar UID; either both instants or both days."""

    id: int
    uid: str
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    is_off: bool = False  # called off alone

    def is_over(self, now: datetime) -> bool:
        """With the time open, once its last day has passed in Berlin."""
        if self.ends_at is not None:
            return now >= self.ends_at
        return self.ends_on is not None and berlin_day(now) > self.ends_on

    def holds(self, instant: datetime) -> bool:
        """Whether it is under way then."""
        if self.starts_at is not None and self.ends_at is not None:
            return self.starts_at <= instant < self.ends_at
        return False


@dataclass(frozen=True)
class ItemDefinition:
    """A part of the programme. It can be chosen if it has a group or a capacity."""

    id: int
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    speakers: tuple[str, ...]
    capacity: int | None
    group: str | None
    letter: str | None  # A, B, C … within its group
    sequence: int = 0  # of its calendar entry, beside that of the event

    @property
    def is_choice(self) -> bool:
        return self.group is not None or self.capacity is not None


@dataclass(frozen=True)
class QuestionDefinition:
    id: int
    key: str
    label: str
    type: str
    options: tuple[str, ...]
    required: bool
    sensitive: bool
    purpose: str
    delete_after_days: int
    only_for: str | None
    only_if: dict[str, Any] | None = field(hash=False)


@dataclass(frozen=True)
class EventDefinition:
    id: int
    slug: str
    title: str
    kind: str
    status: str
    revision: int
    sequence: int
    revised_at: datetime
    network: NetworkNode
    controller: Controller | None
    sender: Sender | None
    organizer: Sender | None  # frozen at first publication
    series: SeriesPart | None
    region: Named | None
    topics: tuple[Named, ...]
    hosts: tuple[Host, ...]  # networks first
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    first_day: date
    last_day: date
    dates: tuple[DateDefinition, ...]
    has_in_person: bool
    has_online: bool
    capacity_in_person: int | None
    capacity_online: int | None
    waiting_list: bool
    venue: Venue | None
    join_url: str | None
    dial_in: str | None
    meeting_system: str
    door_minutes: int | None  # its own; see `door_opens_before`
    join_notes: str | None
    test_url: str | None
    contact: Contact | None
    assistance_deadline: date | None
    assistance_contact: str | None
    summary: str
    description: str
    host_note: str | None
    fields: tuple[str, ...]
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    earlier_closes_at: datetime | None  # the deadline that closing early put aside
    audience: str
    delegates_per_organisation: int | None
    release_unused_on: date | None
    offer_hours: int | None
    confirm_email: bool
    ask_coming: str | None
    walk_ins: str | None
    approval: bool
    names_at_door: bool
    attendance_rule: AttendanceRule | None
    gives_certificates: bool
    previous_starts: tuple[str, ...]  # as announced before, oldest first
    was_in_person: bool  # and takes place online instead
    programme: tuple[ItemDefinition, ...]
    questions: tuple[QuestionDefinition, ...]
    wordings: Wordings = field(hash=False)  # what its mails say, its networks' texts included

    @property
    def attendances(self) -> tuple[Attendance, ...]:
        """The ways to take part, in the order in which the form asks."""
        offered = ((Attendance.IN_PERSON, self.has_in_person), (Attendance.ONLINE, self.has_online))
        return tuple(attendance for attendance, is_offered in offered if is_offered)

    @property
    def choices(self) -> tuple[ItemDefinition, ...]:
        """The programme items that are chosen at sign-up."""
        return tuple(item for item in self.programme if item.is_choice)

    @property
    def has_caps(self) -> bool:
        """Whether organisations may send only so many: the event says how many or, where not
        everybody may come, each organisation has its own number."""
        return self.delegates_per_organisation is not None or self.audience != Audience.PUBLIC

    @property
    def organisers(self) -> tuple[Host, ...]:
        """Who invites: the event's network, or the organisations that do in its place; with them
        the other networks."""
        found = self.hosts_as(HostPart.ORGANISER)
        organisations = tuple(host for host in found if host.network is None)
        own = Host(self.network.name, HostPart.ORGANISER, network=self.network)
        networks = tuple(host for host in found if host.network is not None)
        return (organisations or (own,)) + networks

    def hosts_as(self, part: str) -> tuple[Host, ...]:
        return tuple(host for host in self.hosts if host.part == part)

    @property
    def counts_minutes(self) -> bool:
        """Whether it is noted how long people are there."""
        return self.attendance_rule is not None and self.attendance_rule.counts_minutes

    @property
    def is_public(self) -> bool:
        return self.status != EventStatus.DRAFT

    @property
    def start(self) -> datetime:
        """When it begins; with the time open, the first midnight in Berlin."""
        return self.starts_at or datetime.combine(self.first_day, time.min, BERLIN)

    @property
    def door_opens_before(self) -> int:
        """Minutes before each of its dates at which the online door opens."""
        above = self.network.inherited.door_minutes
        found = above if self.door_minutes is None else self.door_minutes
        return DOOR_MINUTES if found is None else found

    def next_date(self, now: datetime) -> DateDefinition | None:
        """The first date that takes place and is not over."""
        return next((date for date in self.dates_on if not date.is_over(now)), None)

    @property
    def dates_on(self) -> tuple[DateDefinition, ...]:
        """Without those that are called off alone."""
        return tuple(date for date in self.dates if not date.is_off)

    def date_of(self, item: ItemDefinition) -> DateDefinition:
        """The date during which the item is; the first where it is during none."""
        during = (date for date in self.dates if date.holds(item.starts_at))
        return next(during, self.dates[0])

    def capacity(self, attendance: str) -> int | None:
        return (
            self.capacity_in_person if attendance == Attendance.IN_PERSON else self.capacity_online
        )
