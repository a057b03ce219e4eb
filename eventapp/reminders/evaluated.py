"""The evaluation in the mails after an event: a link to the questions, for whoever was there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from eventapp.evaluation import queries
from eventapp.formatting import full_date
from eventapp.languages import gettext as _
from eventapp.registration.holder import Holder
from eventapp.reminders.afterwards import EVALUATION, Gift, give


def _list_for(
    connection: Connection, holder: Holder, is_there: bool | None, now: datetime
) -> Sequence[Gift]:
    """Nobody is asked by two mails. Who is made up is asked where anybody will be."""
    if is_there is False:
        return []
    if holder.id == 0:
        asked = queries.find_asked(connection, holder.event.id)
        return [_gift(asked.last_day(holder.event.last_day))] if asked.is_on else []
    invitation = queries.find_invitation(connection, holder.event, holder.id, now)
    if invitation is None or invitation.has_answered or queries.was_asked(connection, holder.id):
        return []
    return [_gift(invitation.last_day)]


def _gift(last_day: date) -> Gift:
    hint = _("Anonym, bis einschließlich %(day)s", day=full_date(last_day))
    return Gift(_("Wie war es? Bitte beantworten Sie ein paar Fragen"), "/evaluation", hint)


def _count_of(
    _connection: Connection, _event_ids: Collection[int], _now: datetime
) -> Mapping[int, int]:
    """It is nothing that a mail would leave for: those who were absent would have had theirs, and
    without any a mail of its own asks (`evaluations`)."""
    return {}


give(EVALUATION, _list_for, _count_of)
