"""KeptFigures, KeptOrganisation: what stays of an event's registrations when the people are
deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class KeptFigures(Base):
    """Counts only, small cells hidden; `data` is a `rules.Figures`."""

    __tablename__ = "kept_figures"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    kept_at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class KeptOrganisation(Base):
    """An organisation of which somebody was there: no person, so that a year can count them."""

    __tablename__ = "kept_organisation"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, index=True
    )
