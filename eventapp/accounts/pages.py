"""Logging in and out, and choosing a password through a one-time link."""

from typing import Any

from flask import redirect, render_template, request, url_for

from eventapp import clock
from eventapp.accounts import access, actions, attempts
from eventapp.accounts.entering import after_password, names_here, show_log_in
from eventapp.accounts.forms import AddressForm, LoginForm, PasswordForm
from eventapp.accounts.passwords import hash_password, is_password
from eventapp.accounts.queries import find_by_email, find_password_link
from eventapp.accounts.routes import pages
from eventapp.accounts.rules import WrongCredentials, check_password, local_path
from eventapp.accounts.throttle import Act
from eventapp.db import reading, transaction
from eventapp.errorpages import sentence
from eventapp.errors import Gone, Refused
from eventapp.forms import new_form_token, set_error
from eventapp.names import key
from eventapp.queue import nudge


@pages.get("/login")
def login() -> Any:
    """The form; whoever is logged in goes on to where they wanted."""
    target = local_path(request.args.get("next"), access.home_url())
    if access.current_account():
        return redirect(target)
    return show_log_in(LoginForm(formdata=None, next=target))


@pages.post("/login", endpoint="log_in")
def log_in() -> Any:
    """Same answer and same time, whether the address, the password or both are wrong."""
    access.demand_same_site()
    form = LoginForm()
    if not form.validate():
        return show_log_in(form), 422
    paid = attempts.count(Act.LOG_IN, key(str(form.email.data)))
    with reading() as connection:
        account = find_by_email(connection, str(form.email.data))
    fits = is_password(account.password_hash if account else None, str(form.password.data))
    if account is None or not fits:
        set_error(form.password, sentence(WrongCredentials()))
        return show_log_in(form), 422
    return after_password(account.id, local_path(form.next.data, access.home_url()), paid)


@pages.post("/logout")
def logout() -> Any:
    """End the session on the server too, also from a page that grew old; not from another site."""
    if not access.has_csrf_token():
        access.demand_same_site()
    with transaction() as session:
        actions.end_session(session, access.session_token())
    response = redirect(url_for("accounts.login"), 303)
    access.delete_cookie(response)
    return response


@pages.get("/password")
def forgotten() -> str:
    """Asks where to send a link to a new password."""
    return _show_forgotten(AddressForm(formdata=None))


@pages.post("/password", endpoint="send_password_link")
def send_password_link() -> Any:
    """Same answer and same time, whether there is such an account."""
    access.demand_same_site()
    form = AddressForm()
    if not form.validate():
        return _show_forgotten(form), 422
    attempts.count(Act.RESET, key(str(form.email.data)))
    with reading() as connection:
        account = find_by_email(connection, str(form.email.data))
    with transaction() as session:
        actions.mail_password_link(session, account.id if account else None, now=clock.now())
    nudge("mail.deliver")
    return render_template("accounts/forgotten_sent.html", section="access")


@pages.get("/password/<token>")
def password(token: str) -> Any:
    """Opening the link changes nothing: mail scanners open every link."""
    return _show_password(PasswordForm(formdata=None), _address_of(token))


@pages.post("/password/<token>", endpoint="set_password")
def set_password(token: str) -> Any:
    """Use the link up, and log in with the new password."""
    access.demand_same_site()
    email, form = _address_of(token), PasswordForm()
    if not form.validate():
        return _show_password(form, email), 422
    chosen = str(form.password.data)
    try:
        check_password(chosen, email, names_here())
    except Refused as refusal:
        set_error(form.password, sentence(refusal))
        return _show_password(form, email), 422
    password_hash = hash_password(chosen)
    with transaction() as session:
        account_id = actions.use_password_link(session, token, password_hash, now=clock.now())
    return after_password(account_id, access.home_url())


def _address_of(token: str) -> str:
    with reading() as connection:
        found = find_password_link(connection, token, clock.now())
    if found is None:
        raise Gone
    return str(found.email)


def _show_forgotten(form: AddressForm) -> str:
    form.form_token.data = new_form_token(clock.now())
    return render_template(
        "accounts/forgotten.html", form=form, errors=form.problems(), section="access"
    )


def _show_password(form: PasswordForm, email: str) -> str:
    form.form_token.data = new_form_token(clock.now())
    return render_template(
        "accounts/password.html", form=form, errors=form.problems(), email=email, section="access"
    )
