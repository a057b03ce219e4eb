"""Whom of an event's people a list, a file or a message means: `Wanted`, and what it asks of the
database. `wanted.py` reads it from the parameters of an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from eventapp.attendance.ledger import was_there
from eventapp.base import table_of
from eventapp.checkin.passages import walked_in
from eventapp.checkin.rules import read_code
from eventapp.clock import BERLIN
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.json_lists import holds
from eventapp.mail.lost import has_lost
from eventapp.names import key, sort_key
from eventapp.networks.models import Membership, Organisation
from eventapp.registration.models import (
    Answer,
    Place,
    PlaceStatus,
    Registration,
)
from eventapp.returns.queries import is_unreached
from eventapp.tokens import hashed
from eventapp.unsubscribing.queries import wanting
from eventapp.unsubscribing.rules import Topic

MOST_WORDS = 6  # of a search

_R = table_of(Registration).c
_P = table_of(Place).c
_A = table_of(Answer).c
_O = table_of(Organisation).c
_M = table_of(Membership).c


class Sort(StrEnum):
    """The order of the list."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    ORGANISATION = "organisation"
    WAITING = "waiting"  # those who wait first, each way to take part in its own line


class Coming(StrEnum):
    """What was said to "do you still come?"."""

    YES = "yes"
    SILENT = "silent"  # asked, and no answer yet
    UNASKED = "unasked"


class Entered(StrEnum):
    """Who entered a registration."""

    SELF = "self"
    OFFICE = "office"
    DOOR = "door"  # who came without one


class PlaceState(StrEnum):
    """Of a programme item, or of any."""

    HELD = "held"
    WAITING = "waiting"
    NONE = "none"


ANY, NONE = "any", "none"  # photographs: for whatever purpose, for none


@dataclass(frozen=True)
class Wanted:
    """What narrows the list, all of it at once, and its order."""

    q: str = ""
    attendance: str | None = None
    statuses: tuple[str, ...] = ()
    item: ItemDefinition | None = None
    place: str | None = None  # a `PlaceState` of the item, or of any item
    organisation: str | None = None  # in the register, by slug
    organisation_name: str = ""
    organisation_type: str | None = None
    district: str | None = None
    answers: tuple[tuple[QuestionDefinition, tuple[str, ...]], ...] = ()  # one of these to each
    since: date | None = None
    until: date | None = None
    entered: str | None = None  # an `Entered`
    arrived: bool | None = None
    language: str | None = None
    photo: str | None = None  # a purpose, `ANY` or `NONE`
    coming: str | None = None  # a `Coming`
    listed: bool | None = None  # may stand in the list for the other guests
    with_needs: bool = False
    misses_mail: bool = False  # see `misses_mail`
    refused: Topic | None = None  # mails that they want no more
    ids: tuple[int, ...] = ()
    sort: Sort = Sort.NEWEST
    within: Contingent | None = None  # never asked for: the bounds of who asks

    @property
    def is_filtered(self) -> bool:
        """Whether anybody may be left out of those within its bounds."""
        return Wanted(sort=self.sort, within=self.within) != self


def conditions(event: EventDefinition, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What a row of `registration` has to be; always of this event."""
    return [
        _R.event_id == event.id,
        *bounds(wanted.within),
        *_of_the_registration(wanted),
        *([_COMING[Coming(wanted.coming)]] if wanted.coming else []),
        *([_ENTERED[Entered(wanted.entered)]] if wanted.entered else []),
        *([misses_mail()] if wanted.misses_mail else []),
        *([refuses(wanted.refused)] if wanted.refused else []),
        *_of_its_items(event, wanted),
        *_of_its_organisation(wanted),
        *_of_its_answers(wanted),
        *_of_presence(wanted),
        *_search(wanted.q),
    ]


def bounds(within: Contingent | None) -> list[ColumnElement[bool]]:
    """What a row of `registration` has to be for whoever sees one contingent only."""
    if within is None:
        return []
    members = select(_M.organisation_id).where(_M.network_id.in_(within.network_ids))
    return [
        or_(_R.organisation_id.in_(members), _R.organisation_id.in_(within.organisation_ids)),
    ]


def misses_mail() -> ColumnElement[bool]:
    """Of a row of `registration`: a mail did not arrive and none has since, or a report says that
    none reaches the address."""
    return or_(has_lost(_R.id, _R.signup_id), is_unreached())


def refuses(topic: Topic) -> ColumnElement[bool]:
    """Of a row of `registration`: its address wants no more mails of this topic."""
    return ~wanting(topic, _R.event_id, _R.email_key)


def order(wanted: Wanted) -> list[Any]:
    """The columns to order by; never two rows alike."""
    waits = case((_R.waits_for.is_not(None), 0), else_=1)
    orders: dict[Sort, list[Any]] = {
        Sort.NEWEST: [_R.id.desc()],
        Sort.OLDEST: [_R.id],
        Sort.NAME: [_R.sort_key, _R.id],
        Sort.ORGANISATION: [_R.organisation_key.nulls_last(), _R.sort_key, _R.id],
        Sort.WAITING: [waits, _R.waits_for, _R.queue_number, _R.id],
    }
    return orders[wanted.sort]


def _of_the_registration(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (_R.attendance, wanted.attendance),
        (_R.language, wanted.language),
        (_R.list_consent, wanted.listed),
    ):
        if value is not None:
            yield column == value
    if wanted.statuses:
        yield _R.status.in_(wanted.statuses)
    if wanted.since:
        yield _R.created_at >= _midnight(wanted.since)
    if wanted.until:
        yield _R.created_at < _midnight(wanted.until + timedelta(days=1))
    if wanted.photo in (ANY, NONE):
        some = func.json_array_length(_R.photo_consent) > 0
        yield some if wanted.photo == ANY else ~some
    elif wanted.photo:
        yield holds(_R.photo_consent, wanted.photo)
    if wanted.with_needs:
        yield _R.needs_sealed.is_not(None)
    if wanted.ids:
        yield _R.id.in_(wanted.ids)


_COMING: dict[Coming, ColumnElement[bool]] = {
    Coming.YES: _R.coming_at.is_not(None),
    Coming.SILENT: and_(_R.coming_asked_on.is_not(None), _R.coming_at.is_(None)),
    Coming.UNASKED: _R.coming_asked_on.is_(None),
}

_ENTERED: dict[Entered, ColumnElement[bool]] = {
    Entered.SELF: ~_R.by_office,
    Entered.OFFICE: and_(_R.by_office, ~walked_in()),
    Entered.DOOR: and_(_R.by_office, walked_in()),
}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, BERLIN)


_PLACES = {PlaceState.HELD: PlaceStatus.CONFIRMED, PlaceState.WAITING: PlaceStatus.WAITLISTED}


def _of_its_items(event: EventDefinition, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if not (wanted.item or wanted.place):
        return
    ids = [wanted.item.id] if wanted.item else [each.id for each in event.choices]
    chosen = select(_P.registration_id).where(_P.programme_item_id.in_(ids))
    if wanted.place == PlaceState.NONE:
        yield _R.id.not_in(chosen)
        return
    if wanted.place:
        chosen = chosen.where(_P.status == _PLACES[PlaceState(wanted.place)])
    yield _R.id.in_(chosen)


def _of_its_organisation(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for word in _words(wanted.organisation_name):
        yield _R.organisation_key.contains(word, autoescape=True)
    asked = (
        (_O.slug, wanted.organisation),
        (_O.type, wanted.organisation_type),
        (_O.district, wanted.district),
    )
    narrowed = [column == value for column, value in asked if value is not None]
    if narrowed:
        yield _R.organisation_id.in_(select(_O.id).where(*narrowed))


def _of_its_answers(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for question, values in wanted.answers:
        given = or_(*(holds(_A.value, value) for value in values))
        yield _R.id.in_(select(_A.registration_id).where(_A.question_id == question.id, given))


def _of_presence(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.arrived is not None:
        yield was_there() if wanted.arrived else ~was_there()


def _words(text: str) -> list[str]:
    return sort_key(text).split()[:MOST_WORDS]


def _search(q: str) -> Iterator[ColumnElement[bool]]:
    """Parts of name and organisation, or a whole address, or the code of a card."""
    words = [
        or_(
            _R.sort_key.contains(word, autoescape=True),
            _R.organisation_key.contains(word, autoescape=True),
        )
        for word in _words(q)
    ]
    if not words:
        return
    code = read_code(q)
    exact = [
        column == value
        for column, value in (
            (_R.email_key, key(q) if "@" in q else None),
            (_R.short_code_hash, hashed(code.short) if code.short else None),
            (_R.ticket_hash, hashed(code.ticket) if code.ticket else None),
        )
        if value is not None
    ]
    yield or_(and_(*words), *exact)
