"""PrintedBadge: whose badge was made, and of what."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class PrintedBadge(Base):
    """`look` tells whether the badge would be another one today; `printed_at` is when this one was
    made for the first time."""

    __tablename__ = "printed_badge"

    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True
    )
    look: Mapped[bytes] = mapped_column(LargeBinary)  # a hash with the ticket in it: not guessable
    printed_at: Mapped[datetime]
