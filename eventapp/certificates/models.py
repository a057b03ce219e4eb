"""Certificate: one version of what somebody was given; and when an event was last looked at."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base

_VALID = text("state = 'valid'")


class CertificateState(StrEnum):
    VALID = "valid"
    REPLACED = "replaced"  # by a newer version
    WITHDRAWN = "withdrawn"


class Certificate(Base):
    """It outlives the registration: then only `mac` is left of the person, which tells nothing to
    whoever does not know both the check code and the surname.

    `sealed` is what the paper says (see `rules.Paper`), for printing it again, and goes with the
    registration. It is printed when it is asked for; no file is kept.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("registration_id", "version"),
        Index(
            "uq_certificate_valid",
            "registration_id",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    version: Mapped[int]  # from 1
    mac: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # of code and surname
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Text)
    by_office: Mapped[bool] = mapped_column(default=False)  # withdrawn by hand: stays so
    issued_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # replaced or withdrawn since


class CertificateLook(Base):
    """When the sweep last looked at an event; see `rules.is_due`."""

    __tablename__ = "certificate_look"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    looked_at: Mapped[datetime]
