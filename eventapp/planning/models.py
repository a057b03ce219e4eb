"""SentForm."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class SentForm(Base):
    """A form that came and what was made of it, so that a second click makes nothing more.

    Of the account and its form only a hash; kept as long as the form may be sent.
    """

    __tablename__ = "sent_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made: Mapped[str] = mapped_column(Text, default="")  # the slug, once it is made
    sent_at: Mapped[datetime] = mapped_column(index=True)
