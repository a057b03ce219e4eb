"""One's own account: what protects it, where one is logged in, and how to change either."""

from typing import Any

from flask import Blueprint, current_app, redirect, url_for

from eventapp import clock
from eventapp.accounts import actions, attempts
from eventapp.accounts.access import me, render_console
from eventapp.accounts.entering import names_here, site
from eventapp.accounts.factor_queries import get_factors
from eventapp.accounts.forms import ChangePasswordForm
from eventapp.accounts.passwords import hash_password, is_password
from eventapp.accounts.queries import get_account, list_sessions
from eventapp.accounts.rules import WrongPassword, check_password
from eventapp.accounts.throttle import Act, give_back
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.forms import set_error
from eventapp.names import key
from eventapp.networks.access import asks

console = Blueprint("account", __name__, url_prefix="/organise/account")


@console.get("/")
@asks()
def own() -> str:
    """The address, the second step, the password, and the sessions that hold."""
    account = me()
    with reading() as connection:
        sessions = list_sessions(connection, account.account_id, clock.now())
        factors = get_factors(connection, account.account_id)
    return render_console(
        "accounts/own.html",
        tab="account",
        sessions=sessions,
        factors=factors,
        takes_passkeys=site().takes_passkeys,
        is_demo=current_app.config["SETTINGS"].is_demo,
    )


@console.get("/password")
@asks()
def change_password() -> str:
    """The form: the password and another."""
    return _show_password(ChangePasswordForm(formdata=None))


@console.post("/password", endpoint="change_password_post")
@asks()
def change_password_post() -> Any:
    """Another password from now on, and logged out everywhere but here."""
    form, account = ChangePasswordForm(), me()
    if not form.validate():
        return _show_password(form), 422
    paid = attempts.count(Act.LOG_IN, key(account.email))
    with reading() as connection:
        stored = get_account(connection, account.account_id)
    if stored is None or not is_password(stored.password_hash, str(form.present.data)):
        set_error(form.present, sentence(WrongPassword()))
        return _show_password(form), 422
    chosen = str(form.password.data)
    try:
        check_password(chosen, account.email, names_here())
    except Refused as refusal:
        set_error(form.password, sentence(refusal))
        return _show_password(form), 422
    password_hash = hash_password(chosen)
    with transaction() as session:
        give_back(session, paid)
        actions.change_password(session, account, password_hash)
        about = ("account", account.account_id)
        by = account.account_id
        note(session, "account.password_changed", by=by, now=clock.now(), subject=about)
    return redirect(url_for("account.own"), 303)


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


def _show_password(form: ChangePasswordForm) -> str:
    return render_console(
        "accounts/change_password.html", tab="account", form=form, errors=form.problems()
    )
