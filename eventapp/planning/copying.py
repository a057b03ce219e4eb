"""What an event hands on to its copy, its days moved."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventapp.events.definition import EventDefinition, Host, ItemDefinition, QuestionDefinition
from eventapp.events.models import Event, EventTopic
from eventapp.events.values import DateValues, EventValues, HostValues, ItemValues, QuestionValues
from eventapp.planning.rules import moved
from eventapp.wording import actions as wording

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
    "door_minutes",
    "join_notes",
    "test_url",
    "contact_name",
    "contact_email",
    "contact_phone",
    "assistance_contact",
    "summary",
    "description",
    "fields",
    "audience",
    "delegates_per_organisation",
    "offer_hours",
    "confirm_email",
    "ask_coming",
    "walk_ins",
    "approval",
    "names_at_door",
    "attendance_rule",
    "gives_certificates",
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
        "topic_ids": _topic_ids(session, event.id),
        **host_values(event.hosts),
    }
    if len(event.dates) > 1:
        values["dates"] = dates(event, by)
    return values  # type: ignore[no-any-return]


def copy_wordings(
    session: Session, event: EventDefinition, slugs: Iterable[str], *, now: datetime
) -> None:
    """What the event's mails say is said by those of its copies."""
    ids = session.scalars(select(Event.id).where(Event.slug.in_(list(slugs)))).all()
    wording.copy(session, event.id, ids, now=now)


def programme(event: EventDefinition, by: timedelta = timedelta()) -> list[ItemValues]:
    """The event's programme as the actions take it, so many days later."""
    return [_item(each, by) for each in event.programme]


def dates(
    event: EventDefinition, by: timedelta = timedelta(), *, off: Collection[int] = ()
) -> list[DateValues]:
    """The dates of a course as the actions take them, those of these ids called off."""
    return [_date(each, by, off) for each in event.dates]


def host_values(hosts: Iterable[Host]) -> dict[str, list[HostValues]]:
    """Hosts as the actions take them."""
    values: dict[str, list[HostValues]] = {"hosts": [], "co_networks": []}
    for host in hosts:
        if host.network is not None:
            values["co_networks"].append({"id": host.network.id, "part": host.part})
        elif host.organisation_id is not None:
            values["hosts"].append({"id": host.organisation_id, "part": host.part})
    return values


def _later(value: date | None, by: timedelta) -> date | None:
    if value is None:
        return None
    return moved(value, by) if isinstance(value, datetime) else value + by


def _date(date_: Any, by: timedelta, off: Collection[int]) -> DateValues:
    names = ("starts_at", "ends_at", "starts_on", "ends_on")
    values: Any = {name: _later(getattr(date_, name), by) for name in names}
    values["is_off"] = date_.id in off
    return values  # type: ignore[no-any-return]


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


def _topic_ids(session: Session, event_id: int) -> Any:
    topics = select(EventTopic.topic_id).where(EventTopic.event_id == event_id)
    return session.scalars(topics.order_by(EventTopic.topic_id)).all()
