"""What may be said of an event when it is made or changed; the names are those of the columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from config import Settings


@dataclass(frozen=True)
class Origin:
    """What the installation gives to calendar entries born in it; they keep it for ever."""

    host: str  # ends their UIDs
    mail_from: tuple[str, str]  # name and address: their ORGANIZER where no network has a sender

    @classmethod
    def of(cls, settings: "Settings") -> "Origin":
        """This installation's."""
        host = urlsplit(settings.public_url).hostname or "localhost"
        return cls(host=host, mail_from=settings.sender)


class DateValues(TypedDict):
    starts_at: datetime
    ends_at: datetime
    is_off: NotRequired[bool]  # left as it is where it is not said


class ItemValues(TypedDict):
    slug: str
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str | None
    speakers: list[str]
    capacity: int | None
    choice_group: str | None


class QuestionValues(TypedDict):
    key: str
    label: str
    type: str
    options: list[str]
    required: bool
    sensitive: bool
    purpose: str
    delete_after_days: int
    only_for: str | None
    only_if: dict[str, Any] | None


class HostValues(TypedDict):
    """A host by the id of its organisation or network."""

    id: int
    part: str


class EventValues(TypedDict, total=False):
    """Columns, and the lists of what belongs to an event; a list given is the new list."""

    title: str
    kind: str
    status: str
    network_id: int
    series_id: int | None
    region_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    has_in_person: bool
    has_online: bool
    capacity_in_person: int | None
    capacity_online: int | None
    waiting_list: bool
    venue_name: str | None
    venue_street: str | None
    venue_postal_code: str | None
    venue_city: str | None
    venue_accessibility: list[str]
    join_url: str | None
    dial_in: str | None
    door_minutes: int | None
    join_notes: str | None
    test_url: str | None
    contact_name: str | None
    contact_email: str | None
    contact_phone: str | None
    assistance_deadline: date | None
    assistance_contact: str | None
    summary: str
    description: str
    host_note: str | None
    fields: list[str]
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    earlier_closes_at: datetime | None
    audience: str
    delegates_per_organisation: int | None
    release_unused_on: date | None
    offer_hours: int | None
    confirm_email: bool
    ask_coming: str | None
    walk_ins: str | None
    approval: bool
    names_at_door: bool
    attendance_rule: dict[str, Any] | None
    gives_certificates: bool
    dates: Sequence[DateValues]
    programme: Sequence[ItemValues]
    questions: Sequence[QuestionValues]
    topic_ids: Sequence[int]
    hosts: Sequence[HostValues]
    co_networks: Sequence[HostValues]
