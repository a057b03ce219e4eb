"""The organisers' pages of what is printed for the door: choose, wait in `exports`, print."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.exports import actions
from eventapp.exports.queries import list_own
from eventapp.exports.rules import Format, Order, shown
from eventapp.exports.words import filter_words
from eventapp.formatting import clock_time, day_month
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.access import asks, demand, my_permissions
from eventapp.networks.queries import AtNetwork, get_tree
from eventapp.networks.rules import Permission
from eventapp.paper import making
from eventapp.paper.column_pages import show_form
from eventapp.paper.forms import FORMATS, ColumnsForm, PaperForm, paper_form
from eventapp.paper.making import PERMISSION, titles
from eventapp.paper.queries import has_badges, list_badges, list_people
from eventapp.paper.rules import BADGES, NobodyOnPaper, Paper, check_count, expected, is_due
from eventapp.paper.saved import Saved, list_saved
from eventapp.participants.queries import count_listed, find_organisation_name
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import as_pairs, as_parameters, read_wanted
from eventapp.queue import nudge

console = Blueprint("paper", __name__, url_prefix="/organise/events/<slug>/paper")
SHEET = f"/<any({','.join(Paper)}):paper>"

Answer = str | tuple[str, int] | Response


@console.get("", endpoint="index")
@asks(PERMISSION)
def index(slug: str) -> Answer:
    """What there is to print, for how many, and one's latest files."""
    event, may = get_permitted(slug, PERMISSION)
    wanted = read_wanted(event, may, request.args)
    chosen: dict[str, Any] = {**as_parameters(wanted)}
    now = clock.now()
    with reading() as connection:
        jobs = list_own(
            connection, account_id=me().account_id, event_id=event.id, now=now, kinds=[*Paper]
        )
    return render_console(
        "paper/index.html",
        tab="events",
        e=event,
        titles=titles(),
        **_whom(event, may, wanted),
        url=lambda paper: url_for("paper.sheet", slug=slug, paper=paper, **chosen),
        jobs=[(job, titles()[Paper(job.kind)], shown(job, now)) for job in jobs],
    )


@console.get(SHEET)
@asks(PERMISSION)
def sheet(slug: str, paper: str) -> Answer:
    """How one kind is wanted."""
    event, may = get_permitted(slug, PERMISSION)
    wanted = read_wanted(event, may, request.args)
    kind = Paper(paper)
    row = _chosen_columns(event, kind)
    data = {"columns": row.columns, "free": ", ".join(row.free)} if row else None
    form = paper_form(kind, event, None, has_badges=_has_badges(event, kind), data=data)
    return _show(event, may, wanted, kind, form)


@console.get(f"/{Paper.BADGES}/preview.png")
@asks(PERMISSION)
def preview(slug: str) -> Answer:
    """One badge of the format asked for, as a picture; of nobody who is there."""
    event, _may = get_permitted(slug, PERMISSION)
    format_ = request.args.get("format", next(iter(BADGES)))
    if format_ not in BADGES:
        raise NotFound
    response = Response(making.preview(event, format_), content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@console.post(SHEET, endpoint="sheet_post")
@asks(PERMISSION)
def sheet_post(slug: str, paper: str) -> Answer:
    """303 to the page that waits for the file."""
    event, may = get_permitted(slug, PERMISSION)
    wanted = read_wanted(event, may, request.form)
    kind = Paper(paper)
    form = paper_form(kind, event, request.form, has_badges=_has_badges(event, kind))
    if not form.validate():
        return _show(event, may, wanted, kind, form), 422
    if kind is Paper.SIGNING and "save" in request.form:
        return _ask_name(event, form.wishes)
    try:
        job_id = _order(event, wanted, kind, form)
    except Refused as refusal:
        return _show(event, may, wanted, kind, form, sentence(refusal)), 422
    nudge("exports.make")
    return redirect(url_for("exports.job", slug=slug, job_id=job_id), 303)


def _order(event: EventDefinition, wanted: Wanted, paper: Paper, form: PaperForm) -> int:
    """Owe the file; its job's id."""
    now = clock.now()
    options = form.wishes | ({"new_since": now.isoformat()} if form.is_for_new_ones else {})
    with reading() as connection:
        count = making.count_wanted(connection, event, wanted, options)
    check_count(count)
    wish = Order(
        format=Format.PDF,
        columns=(),
        filters=dict(as_parameters(wanted)),
        language=present_language(),
        is_sensitive=wanted.with_needs,
        kind=paper.value,
        options=options,
    )
    with transaction() as session:
        job_id = actions.order(
            session, wish, account_id=me().account_id, event_id=event.id, rows=count, now=now
        )
        _note(session, event, wish, rows=count)
    return job_id


def _show(
    event: EventDefinition,
    may: frozenset[Permission],
    wanted: Wanted,
    paper: Paper,
    form: PaperForm,
    problem: str = "",
) -> str:
    chosen: dict[str, Any] = {**as_parameters(wanted)}
    if "whom" in form:
        form.whom.description = _about_badges(event, wanted)
    return render_console(
        "paper/sheet.html",
        tab="events",
        e=event,
        paper=paper.value,
        title=titles()[paper],
        form=form,
        errors=[("", problem)] if problem else form.problems(),
        **_whom(event, may, wanted),
        grids=[(BADGES[each.value], each.label) for each in FORMATS]
        if paper is Paper.BADGES
        else [],
        hidden=as_pairs(chosen),
        back_url=url_for("paper.index", slug=event.slug, **chosen),
        **_saved_columns(event, paper, chosen),
    )


def _list_saved(event: EventDefinition) -> list[Saved]:
    """The columns that the event's network has, from itself or from above."""
    with reading() as connection:
        above = get_tree(connection).ancestor_ids(event.network.id)
        return list_saved(connection, above)


def _chosen_columns(event: EventDefinition, paper: Paper) -> Saved | None:
    """Those that the address asks for. Raises `NotFound`."""
    asked = request.args.get("saved")
    if paper is not Paper.SIGNING or not asked:
        return None
    found = [each for each in _list_saved(event) if str(each.id) == asked]
    if not found:
        raise NotFound
    return found[0]


def _saved_columns(
    event: EventDefinition, paper: Paper, parameters: dict[str, Any]
) -> dict[str, Any]:
    """Links that fill in the columns, and where they are kept by those who may."""
    if paper is not Paper.SIGNING:
        return {"saved": [], "keep_url": ""}

    def address(saved_id: int | None) -> str:
        return url_for(
            "paper.sheet", slug=event.slug, paper=paper.value, saved=saved_id, **parameters
        )

    may_keep = Permission.EVENTS_EDIT in my_permissions(AtNetwork(event.network))
    rows = [(each.name, address(each.id), str(each.id)) for each in _list_saved(event)]
    return {
        "saved": [(_("Üblich: Name, Vorname, Unterschrift"), address(None), ""), *rows],
        "saved_now": request.args.get("saved", "") if request.method == "GET" else None,
        "keep_url": url_for("columns.list", slug=event.network.slug) if may_keep else "",
    }


def _ask_name(event: EventDefinition, wishes: dict[str, Any]) -> str:
    """The form for a template, with the columns as they are ticked. Ends with 403 for who plans
    nothing in the event's network."""
    demand(Permission.EVENTS_EDIT, AtNetwork(event.network))
    data = {"columns": wishes["columns"], "free": ", ".join(wishes["free"])}
    return show_form(event.network, ColumnsForm(None, data=data), None)


def _has_badges(event: EventDefinition, paper: Paper) -> bool:
    if paper is not Paper.BADGES:
        return False
    with reading() as connection:
        return has_badges(connection, event.id)


def _about_badges(event: EventDefinition, wanted: Wanted) -> str:
    """Since when there are badges, and for how many of the selection there is none."""
    with reading() as connection:
        made = list_badges(connection, event.id)
        people = list_people(connection, event, expected(wanted))
    due = sum(is_due(each.badge_look, made.get(each.id)) for each in people)
    last = max(each.printed_at for each in made.values())
    text: str = _(
        "Zuletzt gedruckt am %(day)s, %(time)s. Seitdem neu oder geändert: %(n)s.",
        day=day_month(last),
        time=clock_time(last),
        n=due,
    )
    return text


def _whom(event: EventDefinition, may: frozenset[Permission], wanted: Wanted) -> dict[str, Any]:
    """How many it concerns, and how they were chosen."""
    with reading() as connection:
        organisation = find_organisation_name(connection, wanted)
        try:
            count = count_listed(connection, event, expected(wanted))
        except NobodyOnPaper:
            count = 0
    chosen: dict[str, Any] = {**as_parameters(wanted)}
    return {
        "count": count,
        "words": filter_words(event, wanted, may, organisation),
        "list_url": url_for("participants.list", slug=event.slug, **chosen),
    }


def _note(session: Session, event: EventDefinition, wish: Order, *, rows: int) -> None:
    note_mine(
        session,
        "paper.ordered",
        event,
        after={
            "paper": wish.kind,
            "options": wish.options,
            "filters": wish.filters,
            "rows": rows,
        },
    )
