"""OrganisationUpload, OrganisationApart."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class OrganisationUpload(Base):
    """A list on its way into the register, between the pages of the import: of one account, gone
    after `rules.UPLOAD_KEPT`, its rows gone as soon as they are taken over.
    """

    __tablename__ = "organisation_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"))
    file_name: Mapped[str] = mapped_column(Text)
    rows_sealed: Mapped[bytes | None]  # the table's lines; None once they are taken over
    columns: Mapped[list[str]] = mapped_column(JSON)  # what each column of the file means
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(index=True)


class OrganisationApart(Base):
    """Somebody has looked at both and said that they are two: suggested as one no more."""

    __tablename__ = "organisation_apart"
    __table_args__ = (CheckConstraint("a_id < b_id", name="order"),)

    a_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    b_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime]
