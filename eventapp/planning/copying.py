"""What an event hands on to its copy, its days moved."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.events.models import Event, EventCoNetwork, EventHost, EventTopic
from eventapp.events.values import DateValues, EventValues, ItemValues, QuestionValues
from eventapp.planning.rules import moved

_SAME = (
    "kind",
    "network_id",
    "series_id",
    "region_id",
    "has_in_person",
    "has_online",
    "capacity_in_person",
    "capacity_online",
    "waiting_list",
    "venue_name",
    "venue_street",
    "venue_postal_code",
    "venue_city",
    "venue_accessibility",
    "contact_name",
    "contact_email",
    "contact_phone",
    "assistance_contact",
    "summary",
    "description",
    "fields",
    "audience",
    "delegates_per_organisation",
    "confirm_email",
    "approval",
    "names_at_door",
)
_MOVED = (
    "starts_at",
    "ends_at",
    "starts_on",
    "ends_on",
    "assistance_deadline",
    "release_unused_on",
)


def values_of(session: Session, event: EventDefinition, by: timedelta) -> EventValues:
    """All that a copy takes over. Not the way into the online room, which last year's guests
    know, nor when sign-up opened and closed."""
    row = session.get_one(Event, event.id)
    values: Any = {name: getattr(row, name) for name in _SAME}
    values |= {name: _later(getattr(row, name), by) for name in _MOVED}
    values |= {
        "programme": programme(event, by),
        "questions": [_question(each) for each in event.questions],
        "topic_ids": _ids(session, EventTopic.topic_id, EventTopic.event_id, event.id),
        "host_ids": _ids(
            session, EventHost.organisation_id, EventHost.event_id, event.id, EventHost.position
        ),
        "co_network_ids": _ids(
            session, EventCoNetwork.network_id, EventCoNetwork.event_id, event.id
        ),
    }
    if len(event.dates) > 1:
        values["dates"] = [_date(each, by) for each in event.dates]
    return values  # type: ignore[no-any-return]


def programme(event: EventDefinition, by: timedelta = timedelta()) -> list[ItemValues]:
    """The event's programme as the actions take it, so many days later."""
    return [_item(each, by) for each in event.programme]


def _later(value: date | None, by: timedelta) -> date | None:
    if value is None:
        return None
    return moved(value, by) if isinstance(value, datetime) else value + by


def _date(date_: Any, by: timedelta) -> DateValues:
    names = ("starts_at", "ends_at", "starts_on", "ends_on")
    return {name: _later(getattr(date_, name), by) for name in names}  # type: ignore[return-value]


def _item(item: ItemDefinition, by: timedelta) -> ItemValues:
    return {
        "slug": item.slug,
        "title": item.title,
        "starts_at": moved(item.starts_at, by),
        "ends_at": moved(item.ends_at, by),
        "room": item.room,
        "speakers": list(item.speakers),
        "capacity": item.capacity,
        "choice_group": item.group,
    }


def _question(question: QuestionDefinition) -> QuestionValues:
    return {
        "key": question.key,
        "label": question.label,
        "type": question.type,
        "options": list(question.options),
        "required": question.required,
        "sensitive": question.sensitive,
        "purpose": question.purpose,
        "delete_after_days": question.delete_after_days,
        "only_for": question.only_for,
        "only_if": question.only_if,
    }


def _ids(session: Session, wanted: Any, of_event: Any, event_id: int, order: Any = None) -> Any:
    statement = select(wanted).where(of_event == event_id)
    return session.scalars(statement.order_by(order if order is not None else wanted)).all()
