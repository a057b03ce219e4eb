"""One mail that came back: read, acted upon, committed. Both ways in end here."""

import logging
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.exc import InterfaceError, OperationalError

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import Busy
from eventapp.queue import nudge
from eventapp.returns import actions, queries
from eventapp.returns.reading import Declined, Letter, read
from eventapp.returns.reports import Report

log = logging.getLogger(__name__)

MOST_BYTES = 10_000_000
AWAY = (OperationalError, InterfaceError, Busy)  # of the database: another time it is well


class What(StrEnum):
    """What a mail was."""

    REPORT = "delivery report"
    DECLINE = "declined calendar entry"
    NOTHING = "nothing to do"
    LETTER = "letter"  # somebody wrote it: nothing was done with it, it must not get lost


@dataclass(frozen=True)
class Taken:
    """What it was, and for a letter the address it belongs to, where that is known."""

    what: What
    contact: str | None = None


def take(raw: bytes, envelope_sender: str | None = None) -> Taken:
    """All that follows is committed when this returns; taken twice, it has happened once.

    Raises `AWAY` when the database is. `envelope_sender` as for `reading.read`.
    """
    meaning = read(raw, envelope_sender)
    taken = Taken(What.NOTHING)
    if isinstance(meaning, Report):
        taken = Taken(What.REPORT if _note_report(meaning) else What.NOTHING)
    elif isinstance(meaning, Declined):
        taken = Taken(What.DECLINE if _ask(meaning) else What.NOTHING)
    elif isinstance(meaning, Letter):
        with reading() as connection:
            contact = queries.find_contact(connection, meaning.message_ids)
        taken = Taken(What.LETTER, contact)
    log.info("a mail came back: %s", taken.what)
    return taken


def _note_report(report: Report) -> int:
    """Reports of strangers' mails are many, and take no lock."""
    with reading() as connection:
        if not queries.list_mails(connection, report.message_ids):
            return 0
    with transaction() as session:
        return actions.note_report(session, report, now=clock.now())


def _ask(declined: Declined) -> bool:
    with reading() as connection:
        known = [each for each in declined.declines if queries.find_declined(connection, each.uid)]
    if not known:
        return False
    with transaction() as session:
        asked = [actions.note_decline(session, each, now=clock.now()) for each in known]
    if any(asked):
        nudge("mail.deliver")
    return any(asked)
