"""A browser without a screen: keeps cookies, and finds the tokens of the forms it was shown."""

import re

from flask import Flask
from werkzeug.test import TestResponse

from tests.checked_client import CheckedClient


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
        return self.field("/organise/", "csrf_token")


def visitor(app: Flask) -> Visitor:
    """Somebody with a browser of their own."""
    return Visitor(app, app.response_class, use_cookies=True)
