"""The shape of an import file: its sections and what an entry of each may say.

Only `slug` is required here: an entry that changes something names what it changes; what a new one
needs is listed in `needed`.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.models import (
    AskComing,
    Attendance,
    Audience,
    EventStatus,
    HostPart,
    Kind,
    WalkIns,
)
from eventapp.events.rules import SIGN_UP_FIELDS
from eventapp.importing.scalars import (
    Count,
    Day,
    Email,
    Instant,
    Key,
    Line,
    Lines,
    Prose,
    Slug,
    Slugs,
    Switch,
    Text,
    WebAddress,
    or_empty,
    slug_of,
)
from eventapp.importing.source import Path
from eventapp.reminders.models import Awaits, Group, Side, Unit
from eventapp.reminders.rules import Step


class Part(BaseModel):
    """Something inside an entry."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def named(self) -> dict[str, Any]:
        """What the file says, without what it leaves out."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Reminder(Part):
    """One step: so long before or after, to whom."""

    amount: Count
    unit: Unit
    side: Side = Side.BEFORE
    group: Group
    text: Prose | None = None
    text_en: Prose | None = None
    awaits: Awaits | None = None

    @property
    def step(self) -> Step:
        """As the actions take it."""
        texts = (self.text or None, self.text_en or None)
        return Step(self.side, self.amount, self.unit, self.group, *texts, awaits=self.awaits)


class Rule(Part):
    """What counts as having taken part."""

    least_dates: Count | None = None
    least_minutes: Count | None = None
    least_percent: Count | None = None
    total_minutes: Count | None = None
    items: Slugs = []
    for_funder: Switch = False

    @property
    def rule(self) -> AttendanceRule:
        """As the actions take it."""
        return AttendanceRule(**{**self.named(), "items": tuple(self.items)})


class Entry(Part):
    """One entry of a section. `place` is where it stands, `failed` which of its keys are wrong."""

    needed: ClassVar[tuple[str, ...]] = ("name",)

    slug: Slug

    _place: Path = PrivateAttr(default=())
    _failed: frozenset[str] = PrivateAttr(default=frozenset())

    def put(self, place: Path, failed: frozenset[str]) -> None:
        self._place, self._failed = place, failed

    @property
    def place(self) -> Path:
        return self._place

    @property
    def failed(self) -> frozenset[str]:
        return self._failed


class Sender(Part):
    name: Line
    email: Email


class Controller(Part):
    name: Line
    address: Prose
    email: Email
    phone: Line | None = None
    dpo: Line | None = None
    imprint: Prose | None = None


class Network(Entry):
    name: Line = ""
    parent: Slug | None = None
    lead_organisation: Slug | None = None
    description: Prose = ""
    sender: Sender | None = None
    controller: Controller | None = None
    door_minutes: Count | None = None


class Organisation(Entry):
    needed = ("name", "type")

    name: Line = ""
    type: Slug = ""
    district: Line | None = None
    networks: Slugs = []
    contact_email: Email | None = None
    delegate_quota: Count | None = None


class Topic(Entry):
    name: Line = ""


class Region(Entry):
    name: Line = ""
    parent: Slug | None = None


class Series(Entry):
    needed = ("title", "network")

    title: Line = ""
    network: Slug = ""
    description: Prose = ""


class Times(Part):
    starts_at: Instant
    ends_at: Instant
    cancelled: Switch = False  # this date alone


class Capacity(Part):
    in_person: Count | None = None
    online: Count | None = None


class Venue(Part):
    name: Line | None = None
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None
    accessibility: Lines = []


class Contact(Part):
    name: Line | None = None
    email: Email | None = None
    phone: Line | None = None


class Assistance(Part):
    deadline: Day | None = None
    contact: Line | None = None


class SignUp(Part):
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    audience: Audience = Audience.PUBLIC
    delegates_per_organisation: Count | None = None
    release_unused_on: Day | None = None
    offer_hours: Count | None = None
    confirm_email: Switch = False
    approval: Switch = False


class Item(Part):
    slug: Slug
    title: Line
    starts_at: Instant
    ends_at: Instant
    room: Line | None = None
    speakers: Lines = []
    capacity: Count | None = None
    choice: Slug | None = None


class Condition(Part):
    question: Key
    is_: Line = Field(alias="is")


class Question(Part):
    key: Key
    label: Line
    type: Literal["text", "choice", "choices", "number", "yes_no"]
    options: Lines = []
    required: Switch = False
    sensitive: Switch = False
    purpose: Line
    delete_after_days: Count
    only_for: Attendance | None = None
    only_if: Condition | None = None


class Host(Part):
    """A host, by the slug of its organisation or network; the slug alone is an organiser."""

    slug: Slug
    part: HostPart = HostPart.ORGANISER


def _host(value: Any) -> Any:
    return {"slug": slug_of(value)} if isinstance(value, str) else value


Hosts = Annotated[list[Annotated[Host, BeforeValidator(_host)]], BeforeValidator(or_empty)]


SignUpField = Literal[SIGN_UP_FIELDS]  # type: ignore[valid-type]


class Event(Entry):
    needed = ("title", "kind", "network", "status")

    title: Line = ""
    kind: Kind = Kind.MILESTONE
    network: Slug = ""
    hosts: Hosts = []
    co_networks: Hosts = []
    series: Slug | None = None
    topics: Slugs = []
    region: Slug | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    dates: Annotated[list[Times], BeforeValidator(or_empty)] = []
    attendance: Annotated[list[Attendance], BeforeValidator(or_empty)] = []
    capacity: Capacity | None = None
    waiting_list: Switch = True
    status: EventStatus = EventStatus.DRAFT
    venue: Venue | None = None
    join_url: WebAddress | None = None
    dial_in: Text | None = None
    door_minutes: Count | None = None
    join_notes: Text | None = None
    test_url: WebAddress | None = None
    contact: Contact | None = None
    assistance: Assistance | None = None
    fields: Annotated[list[SignUpField], BeforeValidator(or_empty)] = []
    summary: Prose = ""
    description: Prose = ""
    registration: SignUp | None = None
    names_at_door: Switch = False
    ask_coming: AskComing | None = None
    walk_ins: WalkIns | None = None
    certificate: Switch = False
    attendance_rule: Rule | None = None
    programme: Annotated[list[Item], BeforeValidator(or_empty)] = []
    questions: Annotated[list[Question], BeforeValidator(or_empty)] = []
    reminders: Annotated[list[Reminder], BeforeValidator(or_empty)] = []
