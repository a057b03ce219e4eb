"""The order sheet for the caterer: the page, its form, the file. Numbers only."""

from typing import Any

from flask import request, url_for
from werkzeug import Response
from werkzeug.utils import redirect

from eventapp import clock, pdf
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.audit.rules import changes
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.downloads import as_file
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.formatting import clock_time, full_date, long_date, when
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.questions import actions, queries
from eventapp.questions.forms import OrderForm
from eventapp.questions.queries import Order
from eventapp.questions.routes import console
from eventapp.questions.rules import Meals

Answer = str | tuple[str, int] | Response


@console.get("/order")
@asks(Permission.EVENTS_READ)
def order(slug: str) -> Answer:
    """The sheet as it would go out now, and for who plans the form for what else it says."""
    event, mine = get_permitted(slug, Permission.EVENTS_READ)
    return _show(event, mine)


@console.post("/order", endpoint="order_post")
@asks(Permission.EVENTS_EDIT)
def order_post(slug: str) -> Answer:
    """Save deadline, reserve and remark; 303 back."""
    event, mine = get_permitted(slug, Permission.EVENTS_EDIT)
    form = OrderForm(request.form, order=Order())
    if not form.validate():
        return _show(event, mine, form), 422
    values, now = form.values(), clock.now()
    with transaction() as session:
        old, new = changes(vars(actions.save_order(session, slug, **values)), values)
        note(
            session,
            "order.changed",
            by=me().account_id,
            now=now,
            network_id=event.network.id,
            event_id=event.id,
            before=old,
            after=new,
        )
    return redirect(url_for("questions.order", slug=slug, done="saved"), 303)


@console.get("/order.pdf")
@asks(Permission.EVENTS_READ)
def order_pdf(slug: str) -> Response:
    """The sheet as a file for e-mail and printer."""
    event, _mine = get_permitted(slug, Permission.EVENTS_READ)
    sheet, meals = _read(event)
    made = pdf.write_pdf("order", _for_print(event, sheet, meals))
    return as_file(made, _("bestellung-%(event)s.pdf", event=slug))


def _read(event: EventDefinition) -> tuple[Order, Meals]:
    with reading() as connection:
        return queries.get_order(connection, event.id), queries.get_meals(connection, event)


def _show(
    event: EventDefinition, mine: frozenset[Permission], form: OrderForm | None = None
) -> str:
    sheet, meals = _read(event)
    if form is None and Permission.EVENTS_EDIT in mine:
        form = OrderForm(None, order=sheet)
    return render_console(
        "questions/order.html",
        tab="events",
        e=event,
        sheet=sheet,
        meals=meals,
        rows=_rows(event, sheet, meals),
        now=clock.now(),
        is_late=sheet.due_on is not None and sheet.due_on < berlin_day(clock.now()),
        form=form,
        is_saved=request.args.get("done") == "saved",
        errors=form.problems() if form else [],
    )


def _rows(event: EventDefinition, sheet: Order, meals: Meals) -> list[tuple[str, int]]:
    """(what, how many); without the question of diet only the people."""
    if "diet" in event.fields or meals.vegetarian or meals.vegan:
        rows = [
            (_("Ohne besonderen Wunsch"), meals.any_food),
            (_("Vegetarisch"), meals.vegetarian),
            (_("Vegan"), meals.vegan),
        ]
    else:
        rows = [(_("Personen vor Ort"), meals.people)]
    return [*rows, (_("Reserve"), sheet.reserve)] if sheet.reserve else rows


def _for_print(event: EventDefinition, sheet: Order, meals: Meals) -> dict[str, Any]:
    now = clock.now()
    facts = [[_("Wann"), when(event)]]
    if event.venue:
        facts.append([_("Wo"), event.venue.one_line])
    facts.append([_("Veranstaltet von"), ", ".join(each.name for each in event.organisers)])
    if sheet.due_on:
        facts.append([_("Bestellen bis"), long_date(sheet.due_on)])
    total = meals.people + sheet.reserve
    return {
        "title": _("Bestellung: %(event)s", event=event.title),
        "lang": present_language(),
        "foot": _("Stand %(day)s, %(time)s", day=full_date(now), time=clock_time(now)),
        "facts": facts,
        "heading": _("Essen"),
        "columns": [_("Was"), _("Zahl")],
        "rows": [[what, str(n)] for what, n in _rows(event, sheet, meals)],
        "total": [_("Zusammen"), str(total)],
        "notes": [_told(meals)],
        "remark_heading": _("Hinweis"),
        "remark": sheet.remark,
    }


def _told(meals: Meals) -> str:
    return _(
        "Angaben zu Unverträglichkeiten gibt die Assistenz weiter: höchstens %(n)s Personen.",
        n=meals.told,
    )
