"""The dates of a year at once: the rule, the preview of every date, and making them."""

from flask import abort, redirect, request, url_for
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.events.loading import load_definitions
from eventapp.languages import gettext as _
from eventapp.networks.access import asks, my_permissions
from eventapp.networks.queries import AtNetwork, NetworkNode, get_tree
from eventapp.networks.rules import Permission
from eventapp.planning.checking import Checked, check
from eventapp.planning.noting import note_made
from eventapp.planning.queries import SeriesRow
from eventapp.planning.recurrence import NewDate, Trouble, chosen
from eventapp.planning.routes import series
from eventapp.planning.sending import form_token, made_once, origin
from eventapp.planning.series_actions import create_dates
from eventapp.planning.series_forms import DatesForm
from eventapp.planning.series_permitted import get_series_permitted, list_editable

Answer = str | tuple[str, int] | Response

_MOST_PATTERNS = 100


@series.get("/<slug>/dates")
@asks(Permission.EVENTS_EDIT)
def dates(slug: str) -> Answer:
    """The rule; with `preview` every date it makes, to be ticked off one by one."""
    row, network, _mine = get_series_permitted(slug, Permission.EVENTS_EDIT)
    is_asked = "rhythm" in request.args
    form = _form(row, request.args if is_asked else None)
    if not is_asked or "preview" not in request.args:
        return _show_rule(row, network, form)
    if not form.validate():
        return _show_rule(row, network, form), 422
    return _show_preview(row, form)


@series.post("/<slug>/dates", endpoint="dates_post")
@asks(Permission.EVENTS_EDIT)
def dates_post(slug: str) -> Answer:
    """All that is ticked, in one transaction; 303 to the series."""
    row, network, _mine = get_series_permitted(slug, Permission.EVENTS_EDIT)
    form = _form(row, request.form)
    if not form.validate():
        return _show_rule(row, network, form), 422
    pattern = form.event
    if Permission.EVENTS_EDIT not in my_permissions(AtNetwork(pattern.network)):
        abort(403)  # who may edit one event only makes no others beside it
    ticked = chosen(form.dates(), request.form.getlist("day"))
    if problem := _problem(ticked, form):
        return _show_preview(row, form, problem), 422
    now = clock.now()
    with transaction() as session:

        def make() -> str:
            made = create_dates(
                session,
                pattern,
                ticked,
                series_id=row.id,
                hours=form.hours,
                is_published=request.form.get("status") == "published",
                origin=origin(),
                now=now,
            )
            note_made(session, "event.created", made, by=me().account_id, now=now)
            return slug

        _slug, is_new = made_once(session, now, make)
    return redirect(url_for("series.series", slug=slug, done="dates" if is_new else "again"), 303)


def _problem(ticked: list[NewDate], form: DatesForm) -> tuple[str, str] | None:
    """What is still to be said before these dates can be made: (field, sentence)."""
    if not ticked:
        return "day-0", _("Kreuzen Sie wenigstens einen Termin an.")
    if any(each.trouble is Trouble.NEVER for each in ticked):
        return "day-0", _("An einem der Tage gibt es diese Uhrzeit nicht. Lassen Sie ihn weg.")
    if any(each.trouble is Trouble.TWICE for each in ticked) and not form.fold.data:
        return "fold", _("Wählen Sie, welche der beiden Uhrzeiten gemeint ist.")
    return None


def _form(row: SeriesRow, formdata: MultiDict[str, str] | None) -> DatesForm:
    """With the latest events of the series as patterns; courses are copied one by one."""
    with reading() as connection:
        ids = [each.id for each in list_editable(connection, row.id, get_tree(connection))]
        events = load_definitions(connection, list(reversed(ids))[:_MOST_PATTERNS])
    patterns = [each for each in events if len(each.dates) == 1]
    asked = request.args.get("pattern", "")
    return DatesForm(formdata, patterns=patterns, chosen=asked, number=len(ids) + 1)


def _show_rule(row: SeriesRow, network: NetworkNode, form: DatesForm) -> str:
    return render_console(
        "planning/dates.html",
        tab="events",
        series=row,
        network=network,
        form=form,
        errors=form.problems(),
    )


def _show_preview(row: SeriesRow, form: DatesForm, problem: tuple[str, str] | None = None) -> str:
    planned = form.dates()
    checked = _check(form, planned)
    first_time = request.method == "GET"
    ticked = {
        each.day
        for each in planned
        if (
            _proposed(each, form, checked)
            if first_time
            else each.day.isoformat() in request.form.getlist("day")
        )
    }
    return render_console(
        "planning/dates_preview.html",
        tab="events",
        series=row,
        form=form,
        planned=planned,
        ticked=ticked,
        checked=checked,
        asks_fold=any(each.trouble is Trouble.TWICE for each in planned),
        answers=_answers(form),
        errors=[problem] if problem else [],
        form_token=form_token(),
    )


def _proposed(date: NewDate, form: DatesForm, checked: Checked) -> bool:
    """Whether it is ticked to begin with: not where it cannot be, nor on a holiday left out."""
    is_off = form.skip_holidays.data and any(day in checked.holidays for day in date.span.days)
    return date.trouble is not Trouble.NEVER and not is_off


def _check(form: DatesForm, planned: list[NewDate]) -> Checked:
    pattern = form.event
    return check(
        pattern.network,
        [each.span for each in planned],
        kind=pattern.kind,
        topics=frozenset(topic.slug for topic in pattern.topics),
    )


def _answers(form: DatesForm) -> list[tuple[str, str]]:
    """What the form was told, to be sent along once more."""
    sent = request.args if request.method == "GET" else request.form
    return [(name, sent[name]) for name in form.data if name in sent and name != "fold"]
