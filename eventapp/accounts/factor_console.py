"""One's own second factors: an app, passkeys, recovery codes; set up, renewed, removed.

Changing anything asks for the password once more. The codes are shown in the answer to the form
that made them and nowhere else.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from cryptography.exceptions import InvalidTag
from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts import actions, attempts, passkeys, second_factor, totp
from eventapp.accounts.access import me, must_set_up, render_console, session_token
from eventapp.accounts.browsers import kind_of_browser
from eventapp.accounts.entering import site
from eventapp.accounts.factor_queries import Factors, get_factors, list_credential_ids
from eventapp.accounts.forms import AppForm, ConfirmForm, PasskeyForm
from eventapp.accounts.passwords import is_password
from eventapp.accounts.queries import LoggedIn, get_account
from eventapp.accounts.rules import (
    PasskeyRefused,
    WrongFirstCode,
    WrongPassword,
    code_typed,
    is_fresh,
    local_path,
)
from eventapp.accounts.throttle import Act, give_back
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import NotFound, Refused
from eventapp.forms import new_form_token, set_error
from eventapp.languages import gettext as _
from eventapp.names import key as name_key
from eventapp.networks.access import asks
from eventapp.registration import qr
from eventapp.tokens import keyring

console = Blueprint("second_factor", __name__, url_prefix="/organise/account/second-step")

P = ParamSpec("P")


def freshly_confirmed(page: Callable[P, Any]) -> Callable[P, Any]:
    """The page only with the password given just now; else it is asked for first."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        who = me()
        if is_fresh(who.opened_at, who.confirmed_at, who.has_second_factor, clock.now()):
            return page(*args, **kwargs)
        return redirect(url_for("second_factor.confirm", next=request.path))

    return guarded


@console.get("/")
@asks()
def overview() -> str:
    """What a second step is, and the ways to have one."""
    return _render("accounts/set_up.html", factors=_my_factors(), is_demanded=must_set_up())


@console.get("/confirm")
@asks()
def confirm() -> str:
    """Asks for the password before something changes."""
    return _show_confirm(ConfirmForm(formdata=None, next=request.args.get("next")))


@console.post("/confirm", endpoint="confirm_post")
@asks()
def confirm_post() -> Any:
    """Right for ten minutes; guesses count like those at the log-in."""
    form, who = ConfirmForm(), me()
    if not form.validate():
        return _show_confirm(form), 422
    paid = attempts.count(Act.LOG_IN, name_key(who.email))
    with reading() as connection:
        account = get_account(connection, who.account_id)
    if account is None or not is_password(account.password_hash, str(form.password.data)):
        set_error(form.password, sentence(WrongPassword()))
        return _show_confirm(form), 422
    with transaction() as session:
        give_back(session, paid)
        actions.note_confirmed(session, who.session_id, now=clock.now())
        _note(session, "account.confirmed")
    return redirect(local_path(form.next.data, url_for("account.own")), 303)


@console.get("/app")
@asks()
@freshly_confirmed
def app() -> str:
    """A new secret as a QR code and for typing; it counts once its first code has come."""
    return _show_app(AppForm(formdata=None), totp.new_secret())


@console.post("/app", endpoint="app_post")
@asks()
@freshly_confirmed
def app_post() -> Any:
    """The app is in use, in place of another."""
    form, who, now = AppForm(), me(), clock.now()
    secret = _opened(form.secret.data or "", who)
    if not form.validate() or secret is None:
        return _show_app(form, secret or totp.new_secret()), 422
    step = totp.step_of(secret, code_typed(str(form.code.data)), now)
    if step is None:
        set_error(form.code, sentence(WrongFirstCode()))
        return _show_app(form, secret), 422
    with transaction() as session:
        second_factor.set_app(session, who, secret, step, now=now)
        _note(session, "account.app_set")
        codes = _first_codes(session, who)
    return _after_set_up(codes)


@console.get("/passkeys/new")
@asks()
@freshly_confirmed
def new_passkey() -> str:
    """A name, and the button that asks the browser."""
    browser, system = kind_of_browser(request.user_agent.string)
    name = browser or system
    if browser and system:
        name = _("%(browser)s auf %(system)s", browser=browser, system=system)
    return _show_passkey(PasskeyForm(formdata=None, name=name))


@console.post("/passkeys/new", endpoint="new_passkey_post")
@asks()
@freshly_confirmed
def new_passkey_post() -> Any:
    """The browser's answer to this page's challenge becomes one more passkey."""
    form, who = PasskeyForm(), me()
    if not form.validate():
        return _show_passkey(form), 422
    challenge = passkeys.challenge_of(request.form["form_token"], session_token())
    made = site().read_new(form.credential.data or "", challenge)
    try:
        if made is None:
            raise PasskeyRefused
        with transaction() as session:
            name = str(form.name.data)
            second_factor.add_passkey(session, who, made, name, now=clock.now())
            _note(session, "account.passkey_added", after={"name": name})
            codes = _first_codes(session, who)
    except Refused as refusal:
        set_error(form.name, sentence(refusal))
        return _show_passkey(form), 422
    return _after_set_up(codes)


@console.get("/app/remove")
@asks()
@freshly_confirmed
def remove_app() -> str:
    """Asks whether it is meant."""
    factors = _my_factors()
    if factors.app_since is None:
        raise NotFound
    return _render("accounts/remove_factor.html", name=None, is_last=factors.number == 1)


@console.post("/app/remove", endpoint="remove_app_post")
@asks()
@freshly_confirmed
def remove_app_post() -> Any:
    """The app's codes work no more."""
    with transaction() as session:
        second_factor.remove_app(session, me().account_id)
        _note(session, "account.app_removed")
    return redirect(url_for("account.own"), 303)


@console.get("/passkeys/<int:passkey_id>/remove")
@asks()
@freshly_confirmed
def remove_passkey(passkey_id: int) -> str:
    """Asks whether it is meant."""
    factors = _my_factors()
    names = {each.id: each.name for each in factors.passkeys}
    if passkey_id not in names:
        raise NotFound
    name, is_last = names[passkey_id], factors.number == 1
    return _render("accounts/remove_factor.html", name=name, is_last=is_last)


@console.post("/passkeys/<int:passkey_id>/remove", endpoint="remove_passkey_post")
@asks()
@freshly_confirmed
def remove_passkey_post(passkey_id: int) -> Any:
    """The passkey opens nothing any more."""
    with transaction() as session:
        name = second_factor.remove_passkey(session, me().account_id, passkey_id)
        _note(session, "account.passkey_removed", before={"name": name})
    return redirect(url_for("account.own"), 303)


@console.get("/codes")
@asks()
def codes() -> str:
    """How many recovery codes are left, and new ones."""
    return _render("accounts/codes.html", factors=_my_factors(), codes=[])


@console.post("/codes", endpoint="codes_post")
@asks()
@freshly_confirmed
def codes_post() -> Any:
    """Ten new ones, this once; without another factor there is nothing they could stand in for."""
    who = me()
    if not who.has_second_factor:
        return redirect(url_for("second_factor.overview"))
    with transaction() as session:
        made = second_factor.renew_recovery_codes(session, who.account_id)
        _note(session, "account.recovery_codes_renewed")
    return _show_codes(made)


def _my_factors() -> Factors:
    with reading() as connection:
        return get_factors(connection, me().account_id)


def _note(session: Session, act: str, **change: Any) -> None:
    """What one did to one's own account."""
    by = me().account_id
    note(session, act, by=by, now=clock.now(), subject=("account", by), **change)


def _first_codes(session: Session, who: LoggedIn) -> list[str]:
    """Recovery codes for whoever has just got the first factor."""
    if who.has_second_factor:
        return []
    _note(session, "account.recovery_codes_renewed")
    return second_factor.renew_recovery_codes(session, who.account_id)


def _after_set_up(codes: list[str]) -> Any:
    return _show_codes(codes) if codes else redirect(url_for("account.own"), 303)


def _sealed(secret: str, who: LoggedIn) -> str:
    """The secret between showing and confirming it, for nobody but this session."""
    box = keyring().seal({"app": secret, "session": who.session_id})
    return base64.urlsafe_b64encode(box).decode()


def _opened(text: str, who: LoggedIn) -> str | None:
    """None for what this session's page did not bring."""
    try:
        box = keyring().open(base64.urlsafe_b64decode(text))
    except (binascii.Error, ValueError, InvalidTag):
        return None
    is_mine = isinstance(box, dict) and box.get("session") == who.session_id
    return str(box["app"]) if is_mine and "app" in box else None


def _render(template: str, **values: Any) -> str:
    return render_console(template, tab="account", **values)


def _show_confirm(form: ConfirmForm) -> str:
    return _render("accounts/confirm.html", form=form, errors=form.problems())


def _show_app(form: AppForm, secret: str) -> str:
    who = me()
    form.secret.data = _sealed(secret, who)
    address = totp.address(secret, who.email, _("Veranstaltungen"))
    return _render(
        "accounts/app.html",
        form=form,
        errors=form.problems(),
        qr_svg=qr.svg(address),
        secret=totp.spaced(secret),
    )


def _show_passkey(form: PasskeyForm) -> str:
    who = me()
    form.form_token.data = new_form_token(clock.now())
    options = None
    if site().takes_passkeys:
        with reading() as connection:
            known = list_credential_ids(connection, who.account_id)
        challenge = passkeys.challenge_of(form.form_token.data, session_token())
        options = site().ask_for_new(who.account_id, who.email, known, challenge)
    return _render("accounts/passkey.html", form=form, errors=form.problems(), options=options)


def _show_codes(codes: list[str]) -> str:
    return _render("accounts/codes.html", factors=_my_factors(), codes=codes)
