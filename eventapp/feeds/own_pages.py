"""The person's own feed, behind the link from the mail: GET shows it, POST makes, renews or ends
it, and says whether mails still carry calendar files."""

from collections.abc import Callable
from datetime import datetime

from flask import redirect, render_template, url_for
from flask import request as http
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import Busy
from eventapp.feeds.addresses import feed_address
from eventapp.feeds.routes import pages
from eventapp.forms import has_form_token, new_form_token
from eventapp.languages import gettext as _
from eventapp.limits import SIGN_UP, limiter
from eventapp.queue import nudge
from eventapp.registration import own_feed
from eventapp.registration.feed_choice import choose_files, end_feed
from eventapp.registration.holder import Holder
from eventapp.registration.holding import Answer, again, busy, load, to_ticket
from eventapp.registration.models import PROVING

Act = Callable[[Session, int, datetime], None]


@pages.get("/registrations/<token>/calendar")
def own_calendar(token: str) -> Answer:
    """The address of the feed, or what it would be good for."""
    holder = load(token)
    return _page(token, holder) if _may_have(holder) else to_ticket(token)


@pages.post("/registrations/<token>/calendar", endpoint="own_calendar_post")
@limiter.limit(SIGN_UP)
def own_calendar_post(token: str) -> Answer:
    """With `act`: `create`, `renew`, `end`, or `files` with `no_files` ticked or not."""
    holder = load(token)
    if not _may_have(holder):
        return to_ticket(token)
    act = _ACTS.get(http.form.get("act", ""))
    if act is None or not has_form_token():
        return _page(token, holder, again()), 422
    try:
        with transaction() as session:
            act(session, holder.id, clock.now())
    except Busy:
        return _page(token, holder, busy()), 503
    nudge("mail.deliver")
    done = http.form["act"]
    return redirect(url_for("feeds.own_calendar", token=token, done=done), 303)


def _may_have(holder: Holder) -> bool:
    """Whoever has proved the address; who assists somebody has none."""
    return holder.status not in PROVING and holder.main_id is None


_ACTS: dict[str, Act] = {
    "create": lambda session, id_, now: own_feed.create(session, id_, now=now),
    "renew": lambda session, id_, now: own_feed.renew(session, id_, now=now),
    "end": lambda session, id_, now: end_feed(session, id_, now=now),
    "files": lambda session, id_, now: choose_files(
        session, id_, wanted="no_files" not in http.form, now=now
    ),
}


def _page(token: str, holder: Holder, error: str | None = None) -> str:
    with reading() as connection:
        feed = own_feed.find(connection, holder.id)
    return render_template(
        "calendar/own_calendar.html",
        token=token,
        registration=holder,
        own=feed,
        feed=feed and feed_address(_("Meine Termine"), own_feed.address(feed.token)),
        done=http.args.get("done"),
        form_token=new_form_token(clock.now()),
        errors=[("", error)] if error else [],
    )
