"""Rows for tests, straight into the tables: sensible defaults, anything can be said otherwise.

Use them inside `with transaction() as session:` and take ids out of the block, not rows. Each
call says that something public has changed, as the actions do.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any, TypeVar
from uuid import uuid4

from PIL import Image
from sqlalchemy import insert
from sqlalchemy.orm import Session

from eventapp import sitecache
from eventapp.clock import BERLIN, now
from eventapp.db import reading
from eventapp.events.models import (
    Event,
    EventCoNetwork,
    EventDate,
    EventHost,
    EventTopic,
    ProgrammeItem,
    Question,
    Region,
    Series,
    Topic,
)
from eventapp.events.values import Origin
from eventapp.materials.models import Material, MaterialPart
from eventapp.names import sort_key
from eventapp.networks.logo import Picture
from eventapp.networks.models import Contact, Membership, Network, NetworkLogo, Organisation
from eventapp.networks.queries import NetworkNode, get_tree
from eventapp.pictures import redrawn
from eventapp.reporting.models import Report, ReportPicture

ORIGIN = Origin(host="events.example", mail_from=("Veranstaltungen", "events@example.org"))

_numbers = count(1)

T = TypeVar("T")
Span = tuple[datetime, datetime] | tuple[date, date]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of this wall time in Berlin."""
    return datetime.combine(day, time(hour, minute), BERLIN)


def in_days(days: int) -> date:
    return now().astimezone(BERLIN).date() + timedelta(days=days)


def make_network(session: Session, slug: str = "", **values: Any) -> Network:
    """A network with sender and controller, or below `parent` (then without its own)."""
    slug = slug or f"netz-{next(_numbers)}"
    parent: Network | None = values.pop("parent", None)
    own = {} if parent else _RESPONSIBLE
    network = Network(
        **{"slug": slug, "name": slug.title(), "description": "", **own, **values},
        parent_id=parent.id if parent else None,
    )
    return _add(session, network)


def png(width: int = 4, height: int = 3, **saved: Any) -> bytes:
    """A small picture as an organiser would upload it."""
    out = BytesIO()
    Image.new("RGBA", (width, height), "#1d2a5e").save(out, "PNG", **saved)
    return out.getvalue()


def make_logo(session: Session, network: Network, picture: Picture, alt: str = "Ein Baum") -> None:
    values = {name: getattr(picture, name) for name in ("digest", "media_type", "width", "height")}
    _add(session, NetworkLogo(network_id=network.id, alt=alt, data=picture.data, **values))


def node_of(slug: str) -> NetworkNode:
    """The network as pages see it."""
    with reading() as connection:
        return get_tree(connection).get_by_slug(slug)


_RESPONSIBLE = {
    "sender_name": "Netzwerk Beispielstadt",
    "sender_email": "netz@example.org",
    "controller_name": "Trägerverein Beispielstadt e. V.",
    "controller_address": "Musterweg 1\n12345 Beispielstadt",
    "controller_email": "datenschutz@example.org",
    "controller_imprint": "Vereinsregister Beispielstadt 1",
}


def make_organisation(
    session: Session, slug: str = "", *, networks: Iterable[Network] = (), **values: Any
) -> Organisation:
    slug = slug or f"verein-{next(_numbers)}"
    name = values.pop("name", slug.title())
    organisation = _add(
        session,
        Organisation(
            **{"slug": slug, "name": name, "sort_key": sort_key(name), "type": "verein", **values}
        ),
    )
    for network in networks:
        session.add(Membership(network_id=network.id, organisation_id=organisation.id))
    session.flush()
    return organisation


def make_contact(
    session: Session, organisation: Organisation, name: str = "Kim Muster", **values: Any
) -> Contact:
    defaults = {"position": 0, "organisation_id": organisation.id, "name": name}
    return _add(session, Contact(**{**defaults, **values}))


def make_series(session: Session, network: Network, slug: str = "reihe", **values: Any) -> Series:
    values = {"slug": slug, "title": slug.title(), "description": "", **values}
    return _add(session, Series(network_id=network.id, **values))


def make_topic(session: Session, slug: str = "ehrenamt", name: str = "") -> Topic:
    return _add(session, Topic(slug=slug, name=name or slug.title()))


def make_region(session: Session, slug: str = "mitte", name: str = "", **values: Any) -> Region:
    return _add(session, Region(slug=slug, name=name or slug.title(), **values))


def make_event(
    session: Session,
    slug: str = "",
    *,
    network: Network | None = None,
    dates: Sequence[Span] = (),
    topics: Iterable[Topic] = (),
    hosts: Iterable[Organisation] = (),
    co_networks: Iterable[Network] = (),
    part: str = "organiser",
    **values: Any,
) -> Event:
    """A published event in person, 13:30 to 15:00 in thirty days, with 20 places.

    `dates`: (start, end) as instants or, with the time open, as days; several make a course.
    `part` is that of all hosts.
    """
    slug = slug or f"veranstaltung-{next(_numbers)}"
    spans = dates or [(at(in_days(30), 13, 30), at(in_days(30), 15))]
    if "network_id" not in values:
        values["network_id"] = (network or make_network(session)).id
    defaults = {**_EVENT, "slug": slug, "title": slug.title()}
    whole = _when(min(span[0] for span in spans), max(span[1] for span in spans))
    stamps = {"revised_at": now().replace(microsecond=0), "created_at": now()}
    event = _add(session, Event(**{**defaults, **whole, **_days(whole), **stamps, **values}))
    for position, span in enumerate(spans, 1):
        uid = f"e-{uuid4()}@events.example"
        session.add(EventDate(event_id=event.id, position=position, uid=uid, **_when(*span)))
    _link(session, EventTopic, "topic_id", event, topics)
    for each in co_networks:
        session.add(EventCoNetwork(event_id=event.id, network_id=each.id, part=part))
    for position, host in enumerate(hosts, 1):
        session.add(
            EventHost(event_id=event.id, organisation_id=host.id, position=position, part=part)
        )
    session.flush()
    return event


_EVENT = {
    "kind": "network_meeting",
    "status": "published",
    "has_in_person": True,
    "has_online": False,
    "capacity_in_person": 20,
    "capacity_online": None,
    "venue_name": "Haus der Begegnung",
    "venue_street": "Musterstraße 12",
    "venue_postal_code": "12345",
    "venue_city": "Beispielstadt",
    "contact_name": "Ada Beispiel",
    "contact_email": "ada@example.org",
    "summary": "Worum es geht, in einem Satz.",
    "description": "Worum es **geht**, ausführlich.",
    "organizer_name": "Netzwerk Beispielstadt",
    "organizer_email": "netz@example.org",
}


def make_item(session: Session, event: Event, slug: str = "", **values: Any) -> ProgrammeItem:
    """A programme item in the event's first hour; give `choice_group` or `capacity` to choose."""
    slug = slug or f"werkstatt-{next(_numbers)}"
    start = event.starts_at or at(event.first_day, 10)
    defaults = {"slug": slug, "title": slug.title(), "speakers": [], "starts_at": start}
    item = ProgrammeItem(
        **{**defaults, "ends_at": start + timedelta(hours=1), "event_id": event.id, **values}
    )
    return _add(session, item)


def make_material(session: Session, event: Event, **values: Any) -> Material:
    """A link for everybody; with `data` a file of these bytes."""
    data: bytes | None = values.pop("data", None)
    file = {"kind": "file", "file_name": "folien.pdf", "media_type": "application/pdf"}
    link = {"kind": "link", "url": "https://folien.example/1"}
    defaults = {"title": "Folien", "audience": "all", "accessibility_state": "accessible"}
    own = {**file, "size": len(data), "digest": sha256(data).hexdigest()} if data else link
    material = _add(
        session,
        Material(event_id=event.id, position=next(_numbers), **{**defaults, **own, **values}),
    )
    if data:
        session.add(MaterialPart(material_id=material.id, number=0, data=data))
        session.flush()
    return material


def make_report(session: Session, event: Event, **values: Any) -> Report:
    """A published one, with a picture."""
    defaults = {"title": "Bericht", "text": "Es war gut.", "results": "", "revision": 1}
    drawn = redrawn(png(), 100)
    names = ("digest", "media_type", "width", "height", "data")
    picture = {name: getattr(drawn, name) for name in names}
    _add(session, ReportPicture(event_id=event.id, position=1, alt="Ein Saal", **picture))
    report = Report(event_id=event.id, **{**defaults, "published_at": now(), **values})
    return _add(session, report)


def make_question(session: Session, event: Event, key: str = "anreise", **values: Any) -> Question:
    defaults = {"label": f"{key.title()}?", "type": "text", "options": [], "position": 1}
    terms = {"purpose": "Planung", "delete_after_days": 30}
    return _add(
        session, Question(**{"event_id": event.id, "key": key, **defaults, **terms, **values})
    )


def _when(start: date, end: date) -> dict[str, date | None]:
    timed = isinstance(start, datetime)
    return {
        "starts_at": start if timed else None,
        "ends_at": end if timed else None,
        "starts_on": None if timed else start,
        "ends_on": None if timed else end,
    }


def _days(when: dict[str, date | None]) -> dict[str, date]:
    first, last = when["starts_at"] or when["starts_on"], when["ends_at"] or when["ends_on"]
    assert first is not None
    assert last is not None
    return {"first_day": _day(first), "last_day": _day(last)}


def _day(value: date) -> date:
    return value.astimezone(BERLIN).date() if isinstance(value, datetime) else value


def _link(session: Session, table: Any, column: str, event: Event, things: Iterable[Any]) -> None:
    rows = [{"event_id": event.id, column: thing.id} for thing in things]
    if rows:
        session.execute(insert(table), rows)


def _add(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    sitecache.bump(session, now())
    return row
