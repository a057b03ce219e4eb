"""Evaluation (what is asked and when), EvaluationBox (what was answered), EvaluationVoted (who has
answered), EvaluationAsked (who got the single mail)."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.base import Base


class Evaluation(Base):
    """The questions of an event; each of `questions` is a `rules.Question`."""

    __tablename__ = "evaluation"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    is_on: Mapped[bool]
    opens_on: Mapped[date | None]  # None: when the event ends
    closes_on: Mapped[date | None]  # None: `rules.OPEN_DAYS` after it
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class EvaluationBox(Base):
    """All answers of an event in one row, which every answer writes anew, in an order of its own:
    no row, number or moment belongs to one person. `content` and `shown` are a `rules.Box`."""

    __tablename__ = "evaluation_box"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)  # what is to be seen until it closes


class EvaluationVoted(Base):
    """This person has answered, without when. All of an event are written anew with each answer, so
    that their place on the disk says nothing either."""

    __tablename__ = "evaluation_voted"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)


class EvaluationAsked(Base):
    """This person was asked by a mail of its own, which nobody gets twice."""

    __tablename__ = "evaluation_asked"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
