"""A browser without a screen: keeps cookies, and finds the tokens of the forms it was shown."""

import re
from functools import cache

from flask import Flask
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.accounts import actions as accounts
from eventapp.accounts.access import cookie_name
from eventapp.accounts.passwords import hash_password
from eventapp.db import transaction
from eventapp.networks.actions import grant
from eventapp.networks.models import Role, Scope
from eventapp.tokens import keyring
from tests.checked_client import CheckedClient

PASSWORD = "rotes fahrrad im regen"


class Visitor(CheckedClient):
    """Somebody who logs in."""

    def field(self, url: str, name: str) -> str:
        """The value of a form's field on the page at `url`."""
        page = self.get(url).get_data(as_text=True)
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert found, f"no field {name} at {url}"
        return found[1]

    def log_in(self, email: str, password: str, **more: str) -> TestResponse:
        token = self.field("/login", "form_token")
        data = {"form_token": token, "email": email, "password": password, **more}
        return self.post("/login", data=data)

    def csrf_token(self) -> str:
        """As the pages have it; a test of theirs shows that they do."""
        cookie = self.get_cookie(cookie_name())
        assert cookie, "nobody is logged in"
        return keyring().sign("csrf", cookie.value)


def visitor(app: Flask) -> Visitor:
    """Somebody with a browser of their own."""
    return Visitor(app, app.response_class, use_cookies=True)


def colleague(app: Flask, name: str, *grants: tuple[Role, Scope, int]) -> Visitor:
    """Somebody with an account and these roles, logged in without the way through the pages."""
    browser, now = visitor(app), clock.now()
    with transaction() as session:
        account_id = accounts.create_account(session, f"{name}@example.org", now=now)
        accounts.set_password(session, account_id, _hash())
        for role, scope, scope_id in grants:
            grant(session, account_id, role, scope, scope_id, now=now)
        token = accounts.open_session(session, account_id, now=now)
    browser.set_cookie(cookie_name(), token)
    return browser


@cache
def _hash() -> str:
    """Made once a process: hashing is slow on purpose."""
    return hash_password(PASSWORD)
