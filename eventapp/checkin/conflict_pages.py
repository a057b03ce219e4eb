"""Where the office sees what the doors disagree about, and says what holds."""

from collections.abc import Callable
from functools import partial

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.checkin import settling
from eventapp.checkin.conflicts import Conflict, get_conflict, list_conflicts
from eventapp.checkin.held import count_held
from eventapp.checkin.routes import CONFLICT, doors
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.networks.access import asks, may_i
from eventapp.networks.rules import Permission
from eventapp.paging import Page, asked_page

Answer = str | tuple[str, int] | Response
Deed = Callable[[Session, Conflict], bool]


@doors.get("/conflicts")
@asks(Permission.REGISTRATIONS_EDIT)
def conflicts(slug: str) -> Answer:
    """Open ones, or with `show=settled` those that are done."""
    return _show(_event(slug))


@doors.post(f"{CONFLICT}/settle")
@asks(Permission.REGISTRATIONS_EDIT)
def settle(slug: str, scan_id: int) -> Answer:
    """Seen, and nothing to do."""
    return _do(slug, scan_id, "settled", partial(settling.settle, now=clock.now()))


@doors.post(f"{CONFLICT}/reopen")
@asks(Permission.REGISTRATIONS_EDIT)
def reopen(slug: str, scan_id: int) -> Answer:
    """Back among the open ones."""
    return _do(slug, scan_id, "reopened", settling.reopen)


@doors.post(f"{CONFLICT}/admit")
@asks(Permission.REGISTRATIONS_EDIT)
def admit(slug: str, scan_id: int) -> Answer:
    """Whom the door let in may enter by now: the scan counts."""
    return _do(slug, scan_id, "admitted", settling.admit)


@doors.post(f"{CONFLICT}/take-back")
@asks(Permission.REGISTRATIONS_EDIT)
def take_back(slug: str, scan_id: int) -> Answer:
    """The second scan was a mistake."""
    return _do(slug, scan_id, "taken_back", partial(settling.take_back, now=clock.now()))


def _event(slug: str) -> EventDefinition:
    return get_permitted(slug, Permission.REGISTRATIONS_EDIT)[0]


def _url(slug: str, number: int) -> str:
    show = "settled" if request.args.get("show") == "settled" else None
    return url_for("doors.conflicts", slug=slug, show=show, page=number)


def _do(slug: str, scan_id: int, what: str, deed: Deed) -> Answer:
    """One deed with its entry in the log; what is no conflict any more is told as done before."""
    event, is_new = _event(slug), False
    try:
        with transaction() as session:
            conflict = get_conflict(session.connection(), event.id, scan_id)
            is_new = deed(session, conflict)
            if is_new:
                _note(session, event, f"conflict.{what}", conflict)
    except NotFound:
        is_new = False
    except Refused as refusal:
        return _show(event, sentence(refusal)), 409
    return redirect(url_for("doors.conflicts", slug=slug, done=what if is_new else "again"), 303)


def _note(session: Session, event: EventDefinition, act: str, conflict: Conflict) -> None:
    guest_id = conflict.scan.registration_id
    note_mine(
        session,
        act,
        event,
        subject=("registration", guest_id) if guest_id else ("scan", conflict.scan.id),
        after={"door": conflict.scan.door},
    )


def _show(event: EventDefinition, refusal: str = "") -> str:
    is_settled = request.args.get("show") == "settled"
    with reading() as connection:
        every = list_conflicts(connection, event.id)
        held = count_held(connection, event.id)
    shown = [each for each in every if bool(each.scan.settled_at) is is_settled]
    page = Page(asked_page(request.args.get("page")), len(shown))
    return render_console(
        "checkin/conflicts.html",
        tab="events",
        e=event,
        conflicts=shown[page.offset : page.offset + page.size],
        page=page,
        previous_url=_url(event.slug, page.number - 1) if page.number > 1 else "",
        next_url=_url(event.slug, page.number + 1) if page.number < page.pages else "",
        may_edit=may_i(Permission.EVENTS_EDIT, event),
        is_settled=is_settled,
        counts={False: _count(every, False), True: _count(every, True)},
        held=held,
        items={item.id: item.title for item in event.programme},
        refusal=refusal,
        done=request.args.get("done"),
    )


def _count(conflicts: list[Conflict], is_settled: bool) -> int:
    return sum(bool(each.scan.settled_at) is is_settled for each in conflicts)
