"""OpeningWish: an address that wants to know when sign-up opens. ReminderPlan and ReminderStep:
when an event reminds whom. ReminderRun and ReminderClaim: what has been sent for which date."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class OpeningWish(Base):
    """One address and one event. Counts once confirmed; deleted with its one mail."""

    __tablename__ = "opening_wish"
    __table_args__ = (UniqueConstraint("event_id", "email_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]  # the last mail that asks for the confirmation
    confirmed_at: Mapped[datetime | None]
    owed_at: Mapped[datetime | None]  # sign-up is open and the mail is on its way


class Side(StrEnum):
    """Before a date begins, or after the event has ended."""

    BEFORE = "before"
    AFTER = "after"


class Unit(StrEnum):
    """Days are counted on Berlin's clocks, hours and minutes as they pass."""

    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"


class Awaits(StrEnum):
    """What a follow-up has to have before it leaves."""

    SOMETHING = "something"  # to say: materials, a certificate, dates to come
    MATERIALS = "materials"


class Group(StrEnum):
    """Whom a step writes to. Who was there and who was not is known after the end only."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    WAITING = "waiting"
    PRESENT = "present"  # in person
    ABSENT = "absent"
    PRESENT_ONLINE = "present_online"


class ReminderPlan(Base):
    """An event whose steps its organisers have chosen; without a row those of `rules.DEFAULTS`
    hold."""

    __tablename__ = "reminder_plan"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    revision: Mapped[int]
    changed_at: Mapped[datetime]


class ReminderStep(Base):
    """One step of such a plan. What it is is its name, so no two are alike."""

    __tablename__ = "reminder_step"

    event_id: Mapped[int] = mapped_column(ForeignKey("reminder_plan.event_id"), primary_key=True)
    side: Mapped[str] = mapped_column(Text, primary_key=True)
    amount: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit: Mapped[str] = mapped_column(Text, primary_key=True)
    group: Mapped[str] = mapped_column(Text, primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)  # Markdown with placeholders
    text_en: Mapped[str | None] = mapped_column(Text)
    awaits: Mapped[str | None] = mapped_column(Text)  # see `Awaits`; None: its moment alone
    since: Mapped[datetime | None]  # what was due before is not made up for; None: always


class ReminderRun(Base):
    """A step that had its moment, for one date on one day: whoever inserts it owes the mails. The
    date is known by its UID, which no other will ever have."""

    __tablename__ = "reminder_run"
    __table_args__ = (UniqueConstraint("date_uid", "step", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    date_uid: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    group: Mapped[str] = mapped_column(Text)
    day: Mapped[date]  # the date's, in Berlin
    due_at: Mapped[datetime] = mapped_column(index=True)


class ReminderClaim(Base):
    """One step for one person and one date on one day, once for ever; written with its mail.

    Whoever has two dates on one day is reminded once: the second claim follows the first, whose
    mail names both.
    """

    __tablename__ = "reminder_claim"
    __table_args__ = (
        UniqueConstraint("registration_id", "date_uid", "step", "day"),
        Index("ix_reminder_claim_step", "date_uid", "step", "day"),
        {"sqlite_autoincrement": True},  # mails name numbers
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    date_uid: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    due_at: Mapped[datetime]
    claimed_at: Mapped[datetime]
    lead_id: Mapped[int | None] = mapped_column(index=True)  # the claim whose mail names this one
