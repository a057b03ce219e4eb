"""Acts on many: chosen on the list, asked on a page that names the count, done, and told.

Whom it is for is fixed by the page that asks: their ids travel signed in its form, so that what was
shown is what happens, whoever signs up meanwhile.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import me, render_console
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Busy, NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance
from eventapp.events.permitted import get_permitted
from eventapp.formatting import attendance_label
from eventapp.forms import has_form_token, new_form_token
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.participants import bulk, queries
from eventapp.participants.bulk import MOST, NOTED, Act, Order
from eventapp.participants.filters import item_label
from eventapp.participants.forms import BulkForm
from eventapp.participants.routes import console
from eventapp.participants.rules import Left
from eventapp.participants.wanted import as_parameters, read_wanted
from eventapp.queue import nudge
from eventapp.registration.lock import lock_event
from eventapp.registration.refusals import EventChanged
from eventapp.tokens import keyring

Answer = str | tuple[str, int] | Response
EDIT = Permission.REGISTRATIONS_EDIT
SHOWN = 10  # names on the page that asks
ELSEWHERE = {  # acts with pages of their own, and who may
    "message": ("messages.new", Permission.MESSAGES_SEND),
    "export": ("exports.export", Permission.REGISTRATIONS_READ),
    "paper": ("paper.index", EDIT),
}


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


def read_order(
    event: EventDefinition, text: str, *, beyond: bool = False, words: str | None = None
) -> Order:
    """`cancel`, `attendance:online`, `item_added:<slug>` … Raises `NotFound`."""
    name, _colon, rest = text.partition(":")
    if name not in [*Act]:
        raise NotFound
    act = Act(name)
    item = next((each for each in event.choices if each.slug == rest), None)
    way = next((each for each in Attendance if each == rest), None)
    order = Order(
        act,
        way if act == Act.ATTENDANCE else None,
        item if act in (Act.ITEM_ADDED, Act.ITEM_REMOVED) else None,
        beyond=beyond,
        note=words or None,
    )
    needs_more = act not in (Act.ACCEPT, Act.PLACE, Act.DECLINE, Act.CANCEL)
    if _as_text(order) != text or needs_more != bool(rest):
        raise NotFound
    return order


def elsewhere(may: frozenset[Permission]) -> list[str]:
    """The acts on many that have pages of their own, as far as this account may."""
    return [
        act
        for act, (page, permission) in ELSEWHERE.items()
        if page in current_app.view_functions and permission in may
    ]


def offered(
    event: EventDefinition, may: frozenset[Permission]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The acts to choose from in groups: (heading, [(value, text)])."""
    ways = [(f"{Act.ATTENDANCE}:{each}", attendance_label(each)) for each in event.attendances]
    add = [(f"{Act.ITEM_ADDED}:{item.slug}", item_label(item)) for item in event.choices]
    take = [(f"{Act.ITEM_REMOVED}:{item.slug}", item_label(item)) for item in event.choices]
    words = {
        "message": _("Nachricht schreiben"),
        "export": _("Als Datei holen"),
        "paper": _("Namensschilder und Listen drucken"),
    }
    groups = [
        (_("Schreiben und mitnehmen"), [(act, words[act]) for act in elsewhere(may)]),
        (
            _("Platz"),
            [
                *([(str(Act.ACCEPT), _("Anmeldung annehmen"))] if event.approval else []),
                (str(Act.PLACE), _("Platz geben, der Reihe nach")),
                (str(Act.DECLINE), _("Ablehnen, wer noch keinen Platz hat")),
                (str(Act.CANCEL), _("Anmeldung absagen")),
            ],
        ),
        (_("Teilnahme ändern"), ways if len(ways) > 1 else []),
        (_("Zum Programmpunkt dazunehmen"), add),
        (_("Aus dem Programmpunkt nehmen"), take),
    ]
    return [(heading, options) for heading, options in groups if options]


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
        act=_as_text(order),
        count=len(ids),
        most=MOST,
        is_too_many=is_too_many,
        plan=planned.plan,
        left=_left_in_words(planned.plan.reasons),
        can_go_beyond=_can_go_beyond(order),
        names=planned.rows[:SHOWN],
        people=pack(event, ids) if not is_too_many else "",
        form=form,
        form_token=new_form_token(clock.now()),
        errors=errors,
        back_url=url_for("participants.list", slug=event.slug),
    )


def _can_go_beyond(order: Order) -> bool:
    return order.act in (Act.ACCEPT, Act.PLACE, Act.ATTENDANCE, Act.ITEM_ADDED)


def _as_text(order: Order) -> str:
    rest = order.item.slug if order.item else order.attendance
    return f"{order.act}:{rest}" if rest else str(order.act)


def title_of(order: Order, count: int) -> str:
    """The act with its count, as a question."""
    if not count:
        return str(_("Niemand ausgewählt"))
    way = attendance_label(order.attendance) if order.attendance else ""
    item = item_label(order.item) if order.item else ""
    titles: dict[Act, str] = {
        Act.ACCEPT: ngettext("%(num)d Anmeldung annehmen?", "%(num)d Anmeldungen annehmen?", count),
        Act.PLACE: _("%(n)s Personen einen Platz geben?", n=count),
        Act.ATTENDANCE: _("%(n)s Personen umtragen: %(way)s?", n=count, way=way),
        Act.ITEM_ADDED: _("%(n)s Personen dazunehmen: %(item)s?", n=count, item=item),
        Act.ITEM_REMOVED: _("%(n)s Personen herausnehmen: %(item)s?", n=count, item=item),
        Act.DECLINE: _("%(n)s Personen ablehnen?", n=count),
        Act.CANCEL: _("%(n)s Anmeldungen absagen?", n=count),
    }
    return titles[order.act]


def _left_in_words(reasons: Any) -> list[tuple[str, int]]:
    return [(_left_words(Left(reason)), len(ids)) for reason, ids in reasons]


def _left_words(reason: Left) -> str:
    words: dict[Left, str] = {
        Left.CANCELLED: _("schon abgesagt"),
        Left.PENDING: _("noch nicht bestätigt"),
        Left.QUOTA: _("Kontingent der Organisation ausgeschöpft"),
        Left.UNDECIDED: _("wartet auf Ihre Entscheidung"),
        Left.DECIDED: _("schon entschieden"),
        Left.NOT_WAITING: _("hat schon einen Platz"),
        Left.NOT_OFFERED: _("wird nicht mehr angeboten"),
        Left.SAME: _("ist schon so"),
        Left.FULL: _("kein Platz frei"),
        Left.OVERLAP: _("hat zur gleichen Zeit etwas anderes gewählt"),
        Left.GONE: _("nicht mehr in der Liste"),
    }
    return words[reason]


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
            _left_words(Left(reason)),
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


# --- the ids in the form ------------------------------------------------------------------------


def pack(event: EventDefinition, ids: list[int]) -> str:
    """The ids, small and signed for this event and this account."""
    steps = [after - before for before, after in zip([0, *ids], ids, strict=False)]
    body = base64.urlsafe_b64encode(zlib.compress(json.dumps(steps).encode())).decode()
    return f"{body}.{keyring().sign('bulk', _signed(event, body))}"


def unpack(event: EventDefinition, packed: str) -> list[int]:
    """What `pack` made; ends with 400 for anything else."""
    body, _dot, signature = packed.rpartition(".")
    if not keyring().is_signed("bulk", _signed(event, body), signature):
        abort(400)
    try:
        steps = json.loads(zlib.decompress(base64.urlsafe_b64decode(body)))
    except (ValueError, binascii.Error, zlib.error):
        abort(400)
    ids, last = [], 0
    for step in steps:
        last += step
        ids.append(last)
    return ids


def _signed(event: EventDefinition, body: str) -> str:
    return f"{event.id}\0{me().account_id}\0{body}"
