"""The second step of logging in: a code or a passkey, after the right password."""

from typing import Any

from flask import redirect, render_template, request
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts import access, attempts, passkeys, second_factor
from eventapp.accounts.entering import let_in, show_log_in, site
from eventapp.accounts.factor_queries import (
    find_passkey,
    find_pending_log_in,
    list_credential_ids,
)
from eventapp.accounts.forms import LoginForm, SecondStepForm
from eventapp.accounts.routes import pages
from eventapp.accounts.rules import LogInExpired, PasskeyRefused, WrongCode, local_path
from eventapp.accounts.throttle import Act, give_back
from eventapp.audit.actions import note
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import new_form_token, set_error


@pages.get("/login/second-step")
def second_step() -> Any:
    """The form; for whoever has not given a password here, the first step."""
    target = local_path(request.args.get("next"), access.home_url())
    account_id = _find_account()
    if account_id is None:
        if access.current_account():
            return redirect(target)
        return show_log_in(LoginForm(formdata=None, next=target))
    return _show(SecondStepForm(formdata=None, next=target), account_id)


@pages.post("/login/second-step", endpoint="take_second_step")
def take_second_step() -> Any:
    """In, with a code that works once; wrong ones are counted like wrong passwords."""
    access.demand_same_site()
    form, account_id = SecondStepForm(), _find_account()
    target = local_path(form.next.data, access.home_url())
    if account_id is None:
        return _begin_again(target)
    if not form.validate():
        return _show(form, account_id), 422
    paid = attempts.count(Act.SECOND_STEP, str(account_id))
    key = _find_key(form, account_id) if form.credential.data else None
    try:
        with transaction() as session:
            _use(session, form, account_id, key)
            give_back(session, paid)
            is_open = second_factor.end_log_in(session, access.pending_token(), now=clock.now())
    except Refused as refusal:
        set_error(form.code, sentence(refusal))
        return _show(form, account_id), 422
    if not is_open:
        return _begin_again(target)
    response = let_in(account_id, target)
    access.delete_pending_cookie(response)
    return response


def _use(
    session: Session, form: SecondStepForm, account_id: int, key: tuple[int, int] | None
) -> None:
    """Use up what was sent; raises the refusal that fits."""
    now = clock.now()
    if form.credential.data:
        if key is None:
            raise PasskeyRefused
        second_factor.note_passkey_used(session, *key, now=now)
        return
    used = second_factor.use_code(session, account_id, form.code.data or "", now=now)
    if used is None:
        raise WrongCode
    if used == "recovery":
        about = ("account", account_id)
        note(session, "account.recovery_code_used", by=account_id, now=now, subject=about)


def _find_key(form: SecondStepForm, account_id: int) -> tuple[int, int] | None:
    """The id of the account's passkey that signed this page's challenge, and its new count."""
    answer = str(form.credential.data)
    known = passkeys.credential_id(answer)
    if known is None:
        return None
    with reading() as connection:
        key = find_passkey(connection, account_id, known)
    if key is None:
        return None
    challenge = passkeys.challenge_of(request.form["form_token"], access.pending_token())
    count = site().sign_count(answer, challenge, key.public_key, key.sign_count)
    return None if count is None else (key.id, count)


def _find_account() -> int | None:
    """Who has given the password in this browser, at most ten minutes ago."""
    token = access.pending_token()
    if not token:
        return None
    with reading() as connection:
        return find_pending_log_in(connection, token, clock.now())


def _begin_again(target: str) -> Any:
    """It took too long, or another tab was faster: from the first step."""
    form = LoginForm(formdata=None, next=target)
    set_error(form.email, sentence(LogInExpired()))
    return show_log_in(form), 422


def _show(form: SecondStepForm, account_id: int) -> str:
    form.form_token.data = new_form_token(clock.now())
    with reading() as connection:
        known = list_credential_ids(connection, account_id)
    options = None
    if known and site().takes_passkeys:
        challenge = passkeys.challenge_of(form.form_token.data, access.pending_token())
        options = site().ask_for_known(known, challenge)
    return render_template(
        "accounts/second_step.html",
        form=form,
        errors=form.problems(),
        options=options,
        section="access",
    )
