"""The bytes of a personal feed. An unchanged one costs one look; on disk lies the last good copy,
which is also what every process serves while it is still right."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from sqlalchemy import Engine

from eventapp import kept_copies
from eventapp.calendar_files import Body
from eventapp.db import reading
from eventapp.errors import Gone, NotFound
from eventapp.events.ical import CalendarEntry, Head, calendar, vevent
from eventapp.feeds import rules
from eventapp.feeds.queries import look_own, was_withdrawn
from eventapp.feeds.rules import OwnState
from eventapp.languages import in_language
from eventapp.registration.own_entries import OwnEntries, list_entries

if TYPE_CHECKING:
    from config import Settings


def get_state(engine: Engine, token: str) -> OwnState:
    """By one look; raises `NotFound`, and `Gone` where the feed was ended or renewed."""
    state = look_own(engine, token)
    if state is not None:
        return state
    with reading() as connection:
        if was_withdrawn(connection, token):
            raise Gone
    raise NotFound


def get_body(
    engine: Engine,
    token: str,
    state: OwnState,
    today: date,
    settings: "Settings",
    *,
    address: str,
    language: str,
) -> Body:
    """Built anew if something changed meanwhile, as the public ones; raises as `get_state`."""
    tag = rules.own_tag(address, state, today, settings.public_url)
    copy = kept_copies.find(address, token)
    if copy is not None and copy.tag == tag:
        return Body(tag, copy.modified_at, copy.body)
    before, plain = state, _built(state, today, settings, language)
    while (after := get_state(engine, token)) != before:
        before, plain = after, _built(after, today, settings, language)
    tag = rules.own_tag(address, after, today, settings.public_url)
    body = Body(tag, rules.own_last_modified(after, today), plain)
    kept_copies.keep(address, kept_copies.Copy(tag, body.modified_at, plain), token)
    _forget_if_ended(engine, token, address)
    return body


def _forget_if_ended(engine: Engine, token: str, address: str) -> None:
    """Between the last look and now: nobody else would delete this copy."""
    if look_own(engine, token) is None:
        kept_copies.forget(address)


def _built(state: OwnState, today: date, settings: "Settings", language: str) -> bytes:
    window = rules.window(today)
    with reading() as connection:
        own = list_entries(
            connection,
            state.email_key,
            state.person_key,
            since=window.first,
            public_url=settings.public_url,
        )
    shown = [each for each in own.entries if rules.touches(window, each)]
    return _calendar(own, shown, language)


def _calendar(own: OwnEntries, shown: Sequence[CalendarEntry], language: str) -> bytes:
    with in_language(language):
        named = _("Termine von %(name)s", name=own.name) if own.name else _("Meine Termine")
    return calendar(map(vevent, shown), method="PUBLISH", head=Head(named))
