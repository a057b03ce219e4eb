"""What the holder of a registration, their mails and the door may know of it."""

from dataclasses import dataclass
from datetime import date, datetime

from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.names import full_name


@dataclass(frozen=True)
class ChosenItem:
    """A chosen workshop; `status` is confirmed or waitlisted."""

    item: ItemDefinition
    status: str
    position: int | None  # in the line for the item, from 1


@dataclass(frozen=True)
class Standing:
    """One line in the list of the registrations of an address; as secret as `Holder`."""

    id: int
    manage_token: str
    full_name: str
    status: str
    position: int | None  # in the waiting list of the event, from 1
    title: str  # of the event, as all that follows
    dates: tuple[DateDefinition, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Holder:
    """One registration with the tokens opened; never leaves the holder's pages and mails."""

    id: int
    signup_id: int
    event: EventDefinition
    status: str
    attendance: str
    waits_for: str | None  # see `Registration`
    offer_ends_at: datetime | None
    salutation: str | None
    title: str | None
    first_name: str
    last_name: str
    email: str
    organisation: str | None
    organisation_id: int | None
    invitation_id: int | None
    main_id: int | None  # whom an assistant comes with
    language: str
    photo_consent: list[str]  # purposes
    list_consent: bool
    items: tuple[ChosenItem, ...]
    position: int | None  # in the line for `waits_for`, from 1
    manage_token: str
    ticket: str  # 26 characters base32
    short_code: str
    join_token: str
    uids: dict[int, str]  # calendar UID by id of the event's date
    sequence: int
    revised_at: datetime
    proof_until: datetime | None
    request_sent_at: datetime | None
    coming_asked_on: date | None
    coming_at: datetime | None
    cancelled_as: str | None
    cancel_note: str | None
    uses_feed: bool = False  # and wants no calendar files in mails

    @property
    def full_name(self) -> str:
        return full_name(self.title, self.first_name, self.last_name)
