"""Acts on many: chosen on the list, asked on a page that names the count, done, and told.

Whom it is for is fixed by the page that asks: their ids travel signed in its form, so that what was
shown is what happens, whoever signs up meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy
from eventapp.events.definition import EventDefinition
from eventapp.events.permitted import get_permitted
from eventapp.forms import has_form_token, new_form_token
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import bulk, queries
from eventapp.participants.bulk import MOST, NOTED, Act, Order
from eventapp.participants.bulk_words import (
    ELSEWHERE,
    as_text,
    can_go_beyond,
    elsewhere,
    left_in_words,
    left_words,
    read_order,
    title_of,
)
from eventapp.participants.forms import BulkForm
from eventapp.participants.picked import pack, unpack
from eventapp.participants.routes import console
from eventapp.participants.rules import Left
from eventapp.participants.wanted import as_parameters, read_wanted
from eventapp.queue import nudge
from eventapp.registration.lock import lock_event
from eventapp.registration.refusals import EventChanged

Answer = str | tuple[str, int] | Response
EDIT = Permission.REGISTRATIONS_EDIT
SHOWN = 10  # names on the page that asks


@console.get("/bulk")
@asks(EDIT)
def bulk_ask(slug: str) -> Answer:
    """What the act would do to whom; `whom=all` means the filter, else `pick` the ids."""
    event, may = get_permitted(slug, EDIT)
    is_all = request.args.get("whom") == "all"
    given: Mapping[str, Any] = request.args if is_all else {"id": request.args.getlist("pick")}
    wanted = read_wanted(event, may, given)
    parameters: dict[str, Any] = {**as_parameters(wanted)}
    act = request.args.get("act") or Act.PLACE.value
    if act in elsewhere(may) and (is_all or wanted.ids):
        return redirect(url_for(ELSEWHERE[act][0], slug=slug, **parameters))
    order = read_order(event, act)
    with reading() as connection:
        is_asked = is_all or bool(wanted.ids)
        ids = queries.list_ids(connection, event, wanted, MOST + 1) if is_asked else []
    return _ask(event, order, ids)


@console.post("/bulk", endpoint="bulk_post")
@asks(EDIT)
def bulk_post(slug: str) -> Answer:
    """Does it, once for each form; 303 to what came of it."""
    event, _may = get_permitted(slug, EDIT)
    act, packed = request.form.get("act", ""), request.form.get("people", "")
    ids = unpack(event, packed)
    form = BulkForm(request.form)
    order = read_order(event, act, beyond=bool(form.beyond.data), words=form.note.data)
    if not form.validate():
        return _ask(event, order, ids, form), 422
    if not has_form_token():
        return _ask(event, order, ids, problem=_too_old()), 422
    try:
        with transaction() as session:
            number, is_new = _once(session, event, order, ids, request.form["form_token"])
    except EventChanged as refusal:
        present, _may = get_permitted(slug, EDIT)
        return _ask(present, read_order(present, act), ids, problem=sentence(refusal)), 422
    except Busy:
        return _ask(event, order, ids, problem=_busy()), 503
    if not is_new:
        return _result(event, number)
    nudge("mail.deliver")
    return redirect(url_for("participants.bulk_done", slug=slug, number=number), 303)


@console.get("/bulk/<int(max=2147483647):number>")
@asks(EDIT)
def bulk_done(slug: str, number: int) -> Answer:
    """What was done to how many, and who was left out and why."""
    event, _may = get_permitted(slug, EDIT)
    return _result(event, number)


def _once(
    session: Session, event: EventDefinition, order: Order, ids: list[int], token: str
) -> tuple[int, bool]:
    """(the record, whether it was done now): the same form again finds what it did."""
    by, now = me().account_id, clock.now()
    lock_event(session, event, now=now)
    done = bulk.find_done(session.connection(), token)
    if done is not None:
        return done, False
    plan = bulk.carry_out(session, event, order, ids, now=now)
    number = bulk.record(session, event, order, plan, token=token, by=by, now=now)
    note(
        session,
        NOTED[order.act],
        by=by,
        now=now,
        network_id=event.network.id,
        event_id=event.id,
        subject=("bulk_act", number),
        after={**order.options, "rows": len(plan.ids), "left": len(plan.left), "ids": plan.ids},
    )
    return number, True


# --- what is asked ------------------------------------------------------------------------------


def _ask(
    event: EventDefinition,
    order: Order,
    ids: list[int],
    form: BulkForm | None = None,
    problem: str = "",
) -> str:
    """The page that names the count; it asks nothing where there is nobody, or too many."""
    form = form or BulkForm(None)
    is_too_many = len(ids) > MOST
    with reading() as connection:
        planned = bulk.plan(connection, event, order, [] if is_too_many else ids, now=clock.now())
    errors = [("", problem)] if problem else form.problems()
    return render_console(
        "participants/bulk.html",
        tab="events",
        e=event,
        order=order,
        title=title_of(order, len(ids)),
        act=as_text(order),
        count=len(ids),
        most=MOST,
        is_too_many=is_too_many,
        plan=planned.plan,
        left=left_in_words(planned.plan.reasons),
        can_go_beyond=can_go_beyond(order),
        names=planned.rows[:SHOWN],
        people=pack(event, ids) if not is_too_many else "",
        form=form,
        form_token=new_form_token(clock.now()),
        errors=errors,
        back_url=url_for("participants.list", slug=event.slug),
    )


def _too_old() -> str:
    words: str = _(
        "Die Seite war zu lange offen. Bitte prüfen Sie die Zahlen und bestätigen Sie noch einmal."
    )
    return words


def _busy() -> str:
    words: str = _(
        "Gerade ist hier sehr viel los. Es wurde nichts geändert. Bitte bestätigen Sie noch einmal."
    )
    return words


# --- what came of it ----------------------------------------------------------------------------


@dataclass(frozen=True)
class LeftOut:
    """Some people and why; at most so many by name."""

    why: str
    count: int
    people: Any


def _result(event: EventDefinition, number: int) -> str:
    with reading() as connection:
        done = bulk.get_record(connection, event, number)
        shown = [id_ for ids in done.left.values() for id_ in ids[:SHOWN]]
        people = {row.id: row for row in queries.list_names(connection, event, shown)}
    left = [
        LeftOut(
            left_words(Left(reason)),
            len(ids),
            [people[id_] for id_ in ids[:SHOWN] if id_ in people],
        )
        for reason, ids in done.left.items()
    ]
    return render_console(
        "participants/bulk_done.html",
        tab="events",
        e=event,
        done=done,
        count=len(done.ids),
        left=left,
        back_url=url_for("participants.list", slug=event.slug),
    )
