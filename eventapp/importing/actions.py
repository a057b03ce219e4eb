"""Apply an import file, through the same actions as the console's."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy.orm import Session

from eventapp.events import actions as events
from eventapp.events.loading import load_definitions
from eventapp.events.values import Origin
from eventapp.importing import document as shape
from eventapp.importing import values
from eventapp.importing.check import check
from eventapp.importing.known import Known, lock_known
from eventapp.importing.reading import Document, read
from eventapp.importing.source import Problem, Source
from eventapp.networks import actions as networks
from eventapp.notices.actions import collect
from eventapp.registration.following import follow
from eventapp.reminders.plans import set_steps


class ImportRefused(Exception):
    """The file has problems; nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Imported:
    """How many entries of each section the file had."""

    networks: int
    organisations: int
    topics: int
    regions: int
    series: int
    events: int


def import_text(session: Session, text: str, *, origin: Origin, now: datetime) -> Imported:
    """Make and change what the file names. Raises `ImportRefused`.

    Sections are applied in the order in which their entries may refer to each other.
    """
    source = Source(text)
    document = read(source)
    known = lock_known(session, document)
    check(source, document, known)
    if source.problems:
        raise ImportRefused(sorted(set(source.problems)))
    _put_topics_and_regions(session, document, known, now)
    _put_organisations(session, document, known, now)
    _put_networks(session, document, known, now)
    _set_memberships(session, document, known, now)
    _put_events(session, document, known, origin=origin, now=now)
    return Imported(**{each.name: len(getattr(document, each.name)) for each in fields(Imported)})


def _put_topics_and_regions(
    session: Session, document: Document, known: Known, now: datetime
) -> None:
    """A region may stand above its parent: all are there before any gets one."""
    for topic in document.topics:
        if "name" in topic.model_fields_set:
            known.topics[topic.slug] = events.put_topic(
                session, topic.slug, now=now, name=topic.name
            )
    for entry in document.regions:
        if entry.slug not in known.regions:
            known.regions[entry.slug] = events.put_region(
                session, entry.slug, now=now, name=entry.name
            )
    for entry in document.regions:
        events.put_region(session, entry.slug, now=now, **values.region_values(entry, known))


def _put_organisations(session: Session, document: Document, known: Known, now: datetime) -> None:
    for entry in document.organisations:
        known.organisations[entry.slug] = networks.put_organisation(
            session, entry.slug, now=now, **values.organisation_values(entry)
        )


def _put_networks(session: Session, document: Document, known: Known, now: datetime) -> None:
    """As regions: all are there before any gets a parent."""
    for entry in document.networks:
        if entry.slug not in known.networks:
            known.networks[entry.slug] = networks.put_network(
                session, entry.slug, now=now, name=entry.name
            )
    for entry in document.networks:
        networks.put_network(session, entry.slug, now=now, **values.network_values(entry, known))


def _set_memberships(session: Session, document: Document, known: Known, now: datetime) -> None:
    for entry in document.organisations:
        if "networks" in entry.model_fields_set:
            organisation_id = known.organisations[entry.slug]
            network_ids = [known.networks[slug] for slug in entry.networks]
            networks.set_memberships(session, organisation_id, network_ids, now=now)


def _put_events(
    session: Session, document: Document, known: Known, *, origin: Origin, now: datetime
) -> None:
    for entry in document.series:
        known.series[entry.slug] = events.put_series(
            session, entry.slug, now=now, **values.series_values(entry, known)
        )
    ids = [known.events[event.slug].id for event in document.events if event.slug in known.events]
    before = {each.id: each for each in load_definitions(session.connection(), ids)}
    for event in document.events:
        named = values.event_values(event, known)
        if event.slug not in known.events:
            event_id = events.create_event(session, event.slug, origin=origin, now=now, **named)
            _put_reminders(session, event, event_id, now)
            continue
        event_id = known.events[event.slug].id
        _put_reminders(session, event, event_id, now)
        if events.update_event(session, event.slug, origin=origin, now=now, **named):
            follow(session, event_id, now=now)
            collect(session, before[event_id], now=now)


def _put_reminders(session: Session, entry: shape.Event, event_id: int, now: datetime) -> None:
    if "reminders" in entry.model_fields_set:
        set_steps(session, event_id, [each.step for each in entry.reminders], now=now)
