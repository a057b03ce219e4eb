"""From entries to what the actions take: nested keys become columns, slugs become ids."""

from collections.abc import Iterable
from typing import Any

from eventapp.events.actions import RegionValues, SeriesValues
from eventapp.events.models import Attendance
from eventapp.events.values import EventValues, HostValues, ItemValues, QuestionValues
from eventapp.importing import document as shape
from eventapp.importing.known import Ids, Known
from eventapp.networks.actions import NetworkValues, OrganisationValues

_COLUMNS = (
    "title",
    "kind",
    "status",
    "starts_at",
    "ends_at",
    "starts_on",
    "ends_on",
    "waiting_list",
    "names_at_door",
    "ask_coming",
    "walk_ins",
    "join_url",
    "dial_in",
    "door_minutes",
    "join_notes",
    "test_url",
    "fields",
    "summary",
    "description",
)
_GROUPS: dict[str, type[shape.Part]] = {
    "sender": shape.Sender,
    "controller": shape.Controller,
    "capacity": shape.Capacity,
    "venue": shape.Venue,
    "contact": shape.Contact,
    "assistance": shape.Assistance,
    "registration": shape.SignUp,
}
_OF_NETWORK = ("name", "description", "door_minutes")
_PREFIXED_SIGN_UP = ("opens_at", "closes_at")


def network_values(entry: shape.Network, known: Known) -> NetworkValues:
    named = entry.named()
    values: Any = {key: named[key] for key in _OF_NETWORK if key in named}
    for key in ("sender", "controller"):
        if key in named:
            values |= _flat(key, named[key])
    if "parent" in named:
        values["parent_id"] = _id(known.networks, entry.parent)
    if "lead_organisation" in named:
        values["lead_organisation_id"] = _id(known.organisations, entry.lead_organisation)
    return values  # type: ignore[no-any-return]


def organisation_values(entry: shape.Organisation) -> OrganisationValues:
    left_out = ("slug", "networks")
    values: Any = {key: value for key, value in entry.named().items() if key not in left_out}
    return values  # type: ignore[no-any-return]


def region_values(entry: shape.Region, known: Known) -> RegionValues:
    values: RegionValues = {}
    if "name" in entry.model_fields_set:
        values["name"] = entry.name
    if "parent" in entry.model_fields_set:
        values["parent_id"] = _id(known.regions, entry.parent)
    return values


def series_values(entry: shape.Series, known: Known) -> SeriesValues:
    named = entry.named()
    values: Any = {key: named[key] for key in ("title", "description") if key in named}
    if "network" in named:
        values["network_id"] = known.networks[entry.network]
    return values  # type: ignore[no-any-return]


def event_values(entry: shape.Event, known: Known) -> EventValues:
    named = entry.named()
    values: Any = {key: _plain(named[key]) for key in _COLUMNS if key in named}
    for key in _GROUPS.keys() & named.keys():
        values |= _flat(key, named[key])
    if "attendance" in named or entry.slug not in known.events:
        values["has_in_person"] = Attendance.IN_PERSON in entry.attendance
        values["has_online"] = Attendance.ONLINE in entry.attendance
    if entry.starts_on and entry.ends_on is None:
        values["ends_on"] = entry.starts_on
    values |= _references(entry, known)
    if "dates" in named:
        values["dates"] = [_date(part) for part in entry.dates]
    if entry.dates:
        values |= {"starts_at": entry.dates[0].starts_at, "ends_at": entry.dates[-1].ends_at}
    if "certificate" in named:
        values["gives_certificates"] = entry.certificate
    if "attendance_rule" in named:
        rule = entry.attendance_rule
        values["attendance_rule"] = (rule.rule.as_json() or None) if rule else None
    if "programme" in named:
        values["programme"] = [_item(item) for item in entry.programme]
    if "questions" in named:
        values["questions"] = [_question(question) for question in entry.questions]
    return values  # type: ignore[no-any-return]


def _date(part: shape.Times) -> dict[str, Any]:
    named = part.named()
    if "cancelled" in named:
        named["is_off"] = named.pop("cancelled")
    return named


def _references(entry: shape.Event, known: Known) -> dict[str, Any]:
    values = {
        "network_id": known.networks.get(entry.network),
        "series_id": _id(known.series, entry.series),
        "region_id": _id(known.regions, entry.region),
        "topic_ids": [known.topics[slug] for slug in entry.topics],
        "hosts": _hosts(entry.hosts, known.organisations),
        "co_networks": _hosts(entry.co_networks, known.networks),
    }
    keys = ("network", "series", "region", "topics", "hosts", "co_networks")
    named = [key in entry.model_fields_set for key in keys]
    return {name: values[name] for name, is_named in zip(values, named, strict=True) if is_named}


def _hosts(hosts: Iterable[shape.Host], ids: Ids) -> list[HostValues]:
    return [{"id": ids[host.slug], "part": host.part.value} for host in hosts]


def _flat(key: str, part: shape.Part | None) -> dict[str, Any]:
    """`venue: {city: …}` as `venue_city`; nothing given empties the whole."""
    empty: dict[str, Any] = {
        name: None if field.is_required() else field.get_default()
        for name, field in _GROUPS[key].model_fields.items()
    }
    named = empty if part is None else part.named()
    return {
        name if key == "registration" and name not in _PREFIXED_SIGN_UP else f"{key}_{name}": (
            _plain(value)
        )
        for name, value in named.items()
    }


def _item(item: shape.Item) -> ItemValues:
    return {
        "slug": item.slug,
        "title": item.title,
        "starts_at": item.starts_at,
        "ends_at": item.ends_at,
        "room": item.room,
        "speakers": item.speakers,
        "capacity": item.capacity,
        "choice_group": item.choice,
    }


def _question(question: shape.Question) -> QuestionValues:
    condition = question.only_if
    return {
        "key": question.key,
        "label": question.label,
        "type": question.type,
        "options": question.options,
        "required": question.required,
        "sensitive": question.sensitive,
        "purpose": question.purpose,
        "delete_after_days": question.delete_after_days,
        "only_for": _plain(question.only_for),
        "only_if": {"question": condition.question, "is": condition.is_} if condition else None,
    }


def _id(ids: Ids, slug: str | None) -> int | None:
    return None if slug is None else ids[slug]


def _plain(value: Any) -> Any:
    """Text as text, also where it is one of an enumeration."""
    return str(value) if isinstance(value, str) else value
