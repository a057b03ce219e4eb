"""Invitation (a link of one organisation or person to one event), and Naming (somebody says which
organisation they belong to, and its contact is asked)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Answer(StrEnum):
    """What somebody said to an invitation, with the link or on the telephone."""

    COMING = "coming"
    NOT_COMING = "not_coming"


class Invitation(Base):
    """A link to sign up for one event: of an organisation, or with a name of one person by right.

    The link is shown again in mails and letters, so it is kept as hash and sealed.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id"),
        Index("ix_invitation_persons", "event_id", "person_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    person_key: Mapped[str | None] = mapped_column(Text)  # of a personal one, as what follows
    salutation: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    first_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    organisation: Mapped[str | None] = mapped_column(Text)

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    mailed_at: Mapped[datetime | None]  # when the invitation was owed as a mail
    reminded_at: Mapped[datetime | None]  # the last reminder
    printed_at: Mapped[datetime | None]  # the last letter or line of a mail merge
    called_at: Mapped[datetime | None]
    call_note: Mapped[str | None] = mapped_column(Text)

    answer: Mapped[str | None] = mapped_column(Text)  # an `Answer`
    answered_at: Mapped[datetime | None]
    answered_by_office: Mapped[bool] = mapped_column(default=False, server_default=false())


class InvitationText(Base):
    """What the office writes in the mails and letters of one event's round."""

    __tablename__ = "invitation_text"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[date | None]


class NamingAnswer(StrEnum):
    """What the organisation's contact said of whoever named it."""

    OURS = "ours"
    NOT_OURS = "not_ours"


class Decision(StrEnum):
    """What the office made of it."""

    ACCEPTED = "accepted"
    CANCELLED = "cancelled"


class Naming(Base):
    """Somebody signed up and named an organisation by choice. Its contact is asked with a link of
    its own; what they answer takes no place away, the office decides."""

    __tablename__ = "organisation_naming"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), unique=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(Text)  # a `NamingAnswer`
    answered_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(Text)  # a `Decision`
    decided_at: Mapped[datetime | None]
