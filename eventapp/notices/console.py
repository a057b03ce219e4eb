"""What is told of a change: shown before it goes out, sent at once, or told to nobody."""

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from eventapp import clock
from eventapp.accounts.access import render_console
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.definition import EventDefinition
from eventapp.events.noting import note_mine
from eventapp.events.permitted import get_permitted
from eventapp.mail.framed import framed
from eventapp.mail.render import texts
from eventapp.networks.access import asks
from eventapp.networks.rules import Permission
from eventapp.notices import actions
from eventapp.notices.mails import change_lines
from eventapp.notices.preview import changed_sample
from eventapp.notices.queries import Audience, Notice, find_open, list_changed
from eventapp.notices.rules import Group, differences, facts_of
from eventapp.queue import nudge
from eventapp.wording.applying import apply

console = Blueprint("notices", __name__, url_prefix="/organise/events")


@console.get("/<slug>/notice")
@asks(Permission.EVENTS_EDIT)
def notice(slug: str) -> str | Response:
    """What goes to whom and when; 303 to the event where nothing is to be told."""
    event, found, audience = _load(slug)
    if found is None:
        return _to_event(slug)
    changes = differences(found.states[0].facts, facts_of(event))
    return render_console(
        "notices/notice.html",
        tab="events",
        e=event,
        notice=found,
        lines=change_lines(changes),
        whats={str(each.what) for each in changes},
        audience=audience,
        group=_asked_group(audience),
        done=request.args.get("done", ""),
    )


@console.get("/<slug>/notice/mail")
@asks(Permission.EVENTS_EDIT)
def notice_mail(slug: str) -> Response:
    """The mail as a mail program shows it, for the frame of the preview."""
    event, found, audience = _load(slug)
    if found is None:
        raise NotFound
    kind, draft = changed_sample(event, found, _asked_group(audience))
    _subject, _plain, html = texts(kind, apply(kind, draft))
    return framed(html)


@console.post("/<slug>/notice/send")
@asks(Permission.EVENTS_EDIT)
def send(slug: str) -> Response:
    """Now instead of in a few minutes, unless somebody changed the event meanwhile."""

    def act(session: Session, found: Notice) -> int | None:
        return actions.send_now(session, found, now=clock.now())

    return _act(slug, "notice.sent", act, "told")


@console.get("/<slug>/notice/drop")
@asks(Permission.EVENTS_EDIT)
def drop(slug: str) -> str | Response:
    """Asks, for it cannot be made up for later."""
    event, found, audience = _load(slug)
    if found is None:
        return _to_event(slug)
    return render_console(
        "notices/drop.html", tab="events", e=event, notice=found, audience=audience
    )


@console.post("/<slug>/notice/drop", endpoint="drop_post")
@asks(Permission.EVENTS_EDIT)
def drop_post(slug: str) -> Response:
    """Nobody is told."""

    def act(session: Session, found: Notice) -> int | None:
        return 0 if actions.drop(session, found) else None

    return _act(slug, "notice.dropped", act, "untold")


def _load(slug: str) -> tuple[EventDefinition, Notice | None, Audience]:
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    with reading() as connection:
        found = find_open(connection, event.id)
        if found is None:
            return event, None, Audience()
        return event, found, list_changed(connection, event, found.states, facts_of(event))


def _asked_group(audience: Audience) -> Group:
    """The one asked for, else the first that anybody belongs to."""
    asked = request.args.get("to", "")
    present = [each for each in Group if audience.groups.get(each)]
    return next((each for each in present if each == asked), (*present, Group.IN_PERSON)[0])


def _act(
    slug: str, act_name: str, act: Callable[[Session, Notice], int | None], done: str
) -> Response:
    """Do it to the notice that the page showed; where it is another by now, show that one."""
    event, _mine = get_permitted(slug, Permission.EVENTS_EDIT)
    n = None
    with transaction() as session:
        found = find_open(session.connection(), event.id)
        if found is not None and found.mark == request.form.get("notice"):
            n = act(session, found)
        if n is not None:
            note_mine(
                session,
                act_name,
                event,
                after={"recipients": n} if n else None,
            )
    nudge("mail.deliver")
    if n is None:
        return redirect(url_for("notices.notice", slug=slug, done="late"), 303)
    return _to_event(slug, done)


def _to_event(slug: str, done: str = "") -> Response:
    return redirect(url_for("organise.event", slug=slug, done=done or None), 303)
