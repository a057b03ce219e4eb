"""Who is there: the session's cookie, the check of logged-in pages, their CSRF token."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import (
    Flask,
    abort,
    after_this_request,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug import Response

from eventapp import clock
from eventapp.accounts import actions
from eventapp.accounts.queries import LoggedIn, find_logged_in
from eventapp.accounts.rules import PENDING_HOLDS, SEEN_EVERY, SESSION_HOLDS
from eventapp.db import reading, transaction
from eventapp.tokens import keyring

_READS = ("GET", "HEAD", "OPTIONS")


# Name, text (lazily translated), endpoint, and whether it is shown (None: always).
Tabs = Sequence[tuple[str, str, str, Callable[[], bool] | None]]


def init_app(app: Flask, tabs: Tabs, must_set_up: Callable[[], bool]) -> None:
    """Give templates `csrf_token()` and `current_account()`, and the logged-in their tabs.
    `must_set_up`: whether this request's account may do nothing before it has a second factor."""
    app.extensions["tabs"] = tabs
    app.extensions["must_set_up"] = must_set_up
    app.add_template_global(csrf_token)
    app.add_template_global(current_account)


def signed_in() -> Any:
    """The check of logged-in blueprints: an account, with a second factor where its roles demand
    one, and on every write its CSRF token."""
    if must_set_up():
        return redirect(url_for("second_factor.overview"))
    return setting_up()


def must_set_up() -> bool:
    """Whether the account of this request goes no further before it has a second factor."""
    check: Callable[[], bool] = current_app.extensions["must_set_up"]
    return check()


def setting_up() -> Any:
    """The check of the pages that set up a second factor: as `signed_in`, without having one."""
    after_this_request(_never_stored)
    if current_account() is None:
        here = request.full_path.rstrip("?") if request.method in _READS else request.path
        return redirect(url_for("accounts.login", next=here))
    if request.method not in _READS and not has_csrf_token():
        abort(400)
    return None


def current_account() -> LoggedIn | None:
    """The account of this request's session."""
    if "account" not in g:
        g.account = _load_account()
        if g.account:
            after_this_request(_never_stored)
    account: LoggedIn | None = g.account
    return account


def me() -> LoggedIn:
    """The account on pages that only the logged-in reach."""
    account = current_account()
    if account is None:
        abort(403)
    return account


def render_console(template: str, *, tab: str, **values: Any) -> str:
    """A page of the logged-in, with their tabs and the way out."""
    tabs = [
        (name, text, url_for(endpoint))
        for name, text, endpoint, is_shown in ([] if must_set_up() else _tabs())
        if is_shown is None or is_shown()
    ]
    return render_template(
        template,
        organiser=me(),
        logout_url=url_for("accounts.logout"),
        tabs=tabs,
        tab=tab,
        **values,
    )


def home_url() -> str:
    """Where a log-in leads if nothing else was asked for: the first tab."""
    return url_for(_tabs()[0][2])


def _tabs() -> Tabs:
    tabs: Tabs = current_app.extensions["tabs"]
    return tabs


def csrf_token() -> str:
    """Proof that a form came from a page of this session."""
    return keyring().sign("csrf", session_token())


def has_csrf_token() -> bool:
    """Whether the form sent came from a page of this session."""
    sent = request.form.get("csrf_token", "")
    return keyring().is_signed("csrf", session_token(), sent)


def demand_same_site() -> None:
    """For forms before a session: nobody is logged in from another site's page (400)."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(400)


def session_token() -> str:
    return request.cookies.get(cookie_name(), "")


def cookie_name() -> str:
    """`__Host-`: no sub-domain and no other path can set it (RFC 6265bis, 4.1.3.2)."""
    return "__Host-eventapp" if _is_https() else "eventapp"


def set_cookie(response: Response, token: str) -> None:
    """Let the browser keep the session."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(SESSION_HOLDS.total_seconds()),
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def delete_cookie(response: Response) -> None:
    response.delete_cookie(
        cookie_name(), secure=_is_https(), httponly=True, samesite="Lax", path="/"
    )


def pending_token() -> str:
    """Of the log-in of this browser that still owes its second step."""
    return request.cookies.get(f"{cookie_name()}-step", "")


def set_pending_cookie(response: Response, token: str) -> None:
    """Let the browser keep it until the second step is done; ten minutes."""
    response.set_cookie(
        f"{cookie_name()}-step",
        token,
        max_age=int(PENDING_HOLDS.total_seconds()),
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def delete_pending_cookie(response: Response) -> None:
    response.delete_cookie(
        f"{cookie_name()}-step", secure=_is_https(), httponly=True, samesite="Lax", path="/"
    )


def _is_https() -> bool:
    address: str = current_app.config["SETTINGS"].public_url
    return address.startswith("https://")


def _load_account() -> LoggedIn | None:
    token, now = session_token(), clock.now()
    if not token:
        return None
    with reading() as connection:
        account = find_logged_in(connection, token, now)
    if account and now - account.last_seen_at > SEEN_EVERY:
        with transaction() as session:
            actions.note_seen(session, account.session_id, now=now)
    return account


def _never_stored(response: Any) -> Any:
    """Names and counts stay out of shared computers' caches."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
