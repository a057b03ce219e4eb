"""Signup (one submitted form), Registration (one person in one event) and what hangs on it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    literal,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from eventapp.base import Base


class RegistrationStatus(StrEnum):
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"  # a place is held until `offer_ends_at`, and not taken yet
    PENDING = "pending"  # holds a place until the address is proved
    UNPROVED = "unproved"  # holds none, and stands on no list before the address is proved
    RECEIVED = "received"  # holds none; the office decides
    CANCELLED = "cancelled"


HOLDING = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED, RegistrationStatus.PENDING)
IN_ITEMS = (RegistrationStatus.CONFIRMED, RegistrationStatus.PENDING)
PROVING = (RegistrationStatus.PENDING, RegistrationStatus.UNPROVED)


class CancelledAs(StrEnum):
    """How a registration ended, where its holder did not just cancel it."""

    OFFICE = "office"  # a place was given back
    DECLINED = "declined"  # somebody who waited gets none
    ORGANISATION = "organisation"  # the contact of the delegate's organisation did
    LAPSED = "lapsed"  # an offered place was not taken in time
    SUBSTITUTED = "substituted"  # somebody else comes: holder or office


class PlaceStatus(StrEnum):
    """A chosen programme item is held, or waited for (also while waiting for the event); or it was,
    until the registration ended."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    RELEASED = "released"


class Signup(Base):
    """One submitted form and its receipt. The same token and person again change nothing.

    A form for several events of a series has as many registrations; `event_id` is the first event
    asked for, and the choice of events is part of `person_hash`.
    """

    __tablename__ = "signup"
    __table_args__ = (UniqueConstraint("event_id", "form_token_hash", "person_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    form_token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    person_hash: Mapped[bytes] = mapped_column(LargeBinary)
    receipt_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    is_repeat: Mapped[bool]
    is_several: Mapped[bool] = mapped_column(default=False, server_default=false())
    masked_email: Mapped[str] = mapped_column(Text)
    correctable_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SignupRefusal(Base):
    """An event that a form for several asked for in vain; `code` is the refusal's."""

    __tablename__ = "signup_refusal"

    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, index=True)
    code: Mapped[str] = mapped_column(Text)


class Registration(Base):
    """One person in one event.

    Who waits stands in the line for `waits_for`: without a place, or with one of the other way to
    take part, which is held until then. `queue_number` is given under the event's lock and is the
    order of waiting; both are empty for whoever does not wait. Who has to prove their address first
    has only the number, and with it the position.
    """

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_person",
            "event_id",
            "person_key",
            unique=True,
            sqlite_where=text("status != 'cancelled'"),
            postgresql_where=text("status != 'cancelled'"),
        ),
        Index("ix_registration_places", "event_id", "status", "attendance", "waits_for"),
        Index(
            "ix_registration_queue",
            "event_id",
            "queue_number",
            "waits_for",
            sqlite_where=text("queue_number IS NOT NULL"),
            postgresql_where=text("queue_number IS NOT NULL"),
        ),
        Index("ix_registration_list", "event_id", "id"),
        Index("ix_registration_names", "event_id", "sort_key", "id"),
        Index("ix_registration_organisations", "event_id", "organisation_id"),
        Index(
            "ix_registration_moved_up",
            "event_id",
            "status",
            sqlite_where=text("confirmed_at > created_at"),
            postgresql_where=text("confirmed_at > created_at"),
        ),
        Index(
            "ix_registration_assistants",
            "event_id",
            "main_id",
            sqlite_where=text("main_id IS NOT NULL"),
            postgresql_where=text("main_id IS NOT NULL"),
        ),
        Index(
            "ix_registration_proof",
            "event_id",
            "proof_until",
            sqlite_where=text("proof_until IS NOT NULL"),
            postgresql_where=text("proof_until IS NOT NULL"),
        ),
        UniqueConstraint("event_id", "short_code_hash"),
        # The log and acts on many name numbers: that of somebody erased must not become another's.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    status: Mapped[str] = mapped_column(Text)
    attendance: Mapped[str] = mapped_column(Text)
    waits_for: Mapped[str | None] = mapped_column(Text)  # an `Attendance`
    queue_number: Mapped[int | None]
    offer_ends_at: Mapped[datetime | None] = mapped_column(index=True)

    salutation: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, index=True)
    person_key: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str | None] = mapped_column(Text)
    organisation_key: Mapped[str | None] = mapped_column(Text)  # `sort_key` of it
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    is_guest: Mapped[bool] = mapped_column(default=False, server_default=false())  # by right
    main_id: Mapped[int | None]  # whom this one assists; may be erased by now
    role: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    door_note: Mapped[str | None] = mapped_column(Text)
    needs_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # assistance, diet
    needs_told_at: Mapped[datetime | None]  # where they were told or changed after signing up
    photo_consent: Mapped[list[str]] = mapped_column(JSON, default=list)
    list_consent: Mapped[bool] = mapped_column(default=False)
    by_office: Mapped[bool] = mapped_column(default=False, server_default=false())

    secrets_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # the tokens behind these hashes
    manage_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    ticket_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    join_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    short_code_hash: Mapped[bytes] = mapped_column(LargeBinary)

    sequence: Mapped[int] = mapped_column(default=0)
    revised_at: Mapped[datetime]
    request_sent_at: Mapped[datetime | None]  # the first calendar REQUEST that left
    link_mailed_at: Mapped[datetime | None]  # the last mail that only carried the link
    coming_asked_on: Mapped[date | None]  # the first day for which "do you still come?" was asked
    coming_at: Mapped[datetime | None]  # said yes to that
    created_at: Mapped[datetime]
    proof_until: Mapped[datetime | None]  # the address has to be proved by then; None: it need not
    admitted_at: Mapped[datetime | None]  # proved, or accepted: only since then in line
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_as: Mapped[str | None] = mapped_column(Text)  # a `CancelledAs`; None: by the holder
    replaced_by_id: Mapped[int | None] = mapped_column(index=True)  # may be erased by now
    cancel_note: Mapped[str | None] = mapped_column(Text)  # a sentence of the office to the person


def is_standing(columns: Any) -> ColumnElement[bool]:
    """Of rows of `registration`: not cancelled. The word is written out in the statement, since no
    database uses `uq_registration_person` for a value that it does not see."""
    return cast(
        "ColumnElement[bool]",
        columns.status != literal(RegistrationStatus.CANCELLED, Text, literal_execute=True),
    )


class next_registration_id(FunctionElement[int]):  # noqa: N801  reads as the others of SQL
    """The id of the registration that is written next: whatever belongs to it travels with it. On
    SQLite the same until a row has it, on PostgreSQL another each time."""

    type = Integer()
    inherit_cache = True


@compiles(next_registration_id)
def _in_sqlite(_element: next_registration_id, _compiler: Any, **_options: Any) -> str:
    return "(SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'registration')"


@compiles(next_registration_id, "postgresql")
def _in_postgresql(_element: next_registration_id, _compiler: Any, **_options: Any) -> str:
    return "nextval('registration_id_seq')"


class WithdrawnLink(Base):
    """A management link that was replaced: its address answers 410."""

    __tablename__ = "withdrawn_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    withdrawn_at: Mapped[datetime]


class AddressChange(Base):
    """Another address that a holder asked for; it counts once its link is used."""

    __tablename__ = "address_change"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]


class FormerAddress(Base):
    """Where a registration's mail went before; kept until that address was told."""

    __tablename__ = "former_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    email: Mapped[str] = mapped_column(Text)
    had_request: Mapped[bool]  # its calendar holds the dates
    sequence: Mapped[int]  # of the registration, for the CANCEL
    revised_at: Mapped[datetime]
    created_at: Mapped[datetime]


class PersonalFeed(Base):
    """The calendar of one person, by address and name: all their registrations under one token."""

    __tablename__ = "personal_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    email_key: Mapped[str] = mapped_column(Text, index=True)
    person_key: Mapped[str] = mapped_column(Text, unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    no_files_since: Mapped[datetime | None]  # wants no calendar files in mails
    created_at: Mapped[datetime]


class RegistrationDate(Base):
    """The calendar UID of one registration for one date of its event."""

    __tablename__ = "registration_date"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    event_date_id: Mapped[int] = mapped_column(
        ForeignKey("event_date.id"), primary_key=True, index=True
    )
    uid: Mapped[str] = mapped_column(Text, unique=True)


class Place(Base):
    """A programme item that a registration holds or waits for; the order of waiting is `id`."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("registration_id", "programme_item_id"),
        Index("ix_place_item", "programme_item_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    programme_item_id: Mapped[int] = mapped_column(ForeignKey("programme_item.id"))
    status: Mapped[str] = mapped_column(Text)
    uid: Mapped[str] = mapped_column(Text, unique=True)  # in the calendar of the person


class Answer(Base):
    """The answer to one question; sealed where the question is sensitive."""

    __tablename__ = "answer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("question.id"), primary_key=True, index=True
    )
    value: Mapped[Any | None] = mapped_column(JSON)
    value_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
