"""One's own account: where one is logged in, and how to end that."""

from typing import Any

from flask import Blueprint, redirect, url_for

from eventapp import clock
from eventapp.accounts import actions
from eventapp.accounts.access import me, render_console
from eventapp.accounts.queries import list_sessions
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.networks.access import asks

console = Blueprint("account", __name__, url_prefix="/organise/account")


@console.get("/")
@asks()
def own() -> str:
    """The address, and the sessions that hold."""
    account = me()
    with reading() as connection:
        sessions = list_sessions(connection, account.account_id, clock.now())
    return render_console("accounts/own.html", tab="account", sessions=sessions)


@console.post("/sessions/<int:session_id>/end")
@asks()
def end_session(session_id: int) -> Any:
    """Log out one other browser; the present one has a button of its own."""
    account = me()
    if session_id == account.session_id:
        raise NotFound
    with transaction() as session:
        actions.end_session_of(session, account.account_id, session_id)
        note(session, "account.session_ended", by=account.account_id, now=clock.now())
    return redirect(url_for("account.own"), 303)


@console.post("/sessions/end")
@asks()
def end_others() -> Any:
    """Log out everywhere but here."""
    account = me()
    with transaction() as session:
        actions.end_other_sessions(session, account.account_id, account.session_id)
        note(session, "account.sessions_ended", by=account.account_id, now=clock.now())
    return redirect(url_for("account.own"), 303)
