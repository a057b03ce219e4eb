"""The way in, which several pages share: after the password to the second step or straight in."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, redirect, render_template, request, url_for

from eventapp import clock
from eventapp.accounts import access, actions, second_factor
from eventapp.accounts.factor_queries import has_second_factor
from eventapp.accounts.forms import LoginForm
from eventapp.accounts.passkeys import Site
from eventapp.accounts.throttle import Bucket, give_back
from eventapp.db import reading, transaction
from eventapp.forms import new_form_token
from eventapp.networks.queries import list_names


def after_password(account_id: int, target: str, paid: Sequence[Bucket] = ()) -> Any:
    """To the second step where the account has a second factor, else in."""
    now = clock.now()
    with transaction() as session:
        give_back(session, paid)
        owes_more = has_second_factor(session.connection(), account_id)
        token = second_factor.begin_log_in(session, account_id, now=now) if owes_more else None
    if token is None:
        return let_in(account_id, target)
    response = redirect(url_for("accounts.second_step", next=target), 303)
    access.set_pending_cookie(response, token)
    return response


def let_in(account_id: int, target: str) -> Any:
    """A new session with a new token; one that the browser still had ends."""
    agent = request.user_agent.string
    with transaction() as session:
        actions.end_session(session, access.session_token())
        token = actions.open_session(session, account_id, user_agent=agent, now=clock.now())
    response = redirect(target, 303)
    access.set_cookie(response, token)
    return response


def show_log_in(form: LoginForm) -> str:
    """The first step."""
    form.form_token.data = new_form_token(clock.now())
    return render_template(
        "accounts/login.html", form=form, errors=form.problems(), section="access"
    )


def site() -> Site:
    """Where passkeys hold."""
    return Site.of(current_app.config["SETTINGS"].public_url)


def names_here() -> list[str]:
    """What a password here should not consist of: the networks' names, the host's."""
    with reading() as connection:
        return [*list_names(connection), site().host]
