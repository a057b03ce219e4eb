"""An office with its network and one event, and the form as a browser would send it."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition
from eventapp.networks.models import Role, Scope
from tests.factories import in_days, make_event, make_network
from tests.visitors import Visitor, colleague

EMPTY = "/organise/events/new"
FIRST_DAY = in_days(40)


class Office:
    """Ada organises in the network, Cleo in the one beside it; `slug` is of the event."""

    def __init__(self, app: Flask, slug: str = "", **values: Any) -> None:
        self.app = app
        with transaction() as session:
            self.network_id = make_network(session, "netz").id
            self.sister_id = make_network(session, "schwester").id
            self.slug = slug
            if slug:
                values = {"network_id": self.network_id, **values}
                make_event(session, slug, **values)

    def ada(self) -> Visitor:
        return colleague(self.app, "ada", (Role.ORGANISER, Scope.NETWORK, self.network_id))

    def cleo(self) -> Visitor:
        return colleague(self.app, "cleo", (Role.ORGANISER, Scope.NETWORK, self.sister_id))

    def somebody(self, role: Role, name: str = "ben") -> Visitor:
        return colleague(self.app, name, (role, Scope.NETWORK, self.network_id))


def event_of(slug: str) -> EventDefinition:
    with reading() as connection:
        return get_definition(connection, slug)


def filled(**values: Any) -> dict[str, Any]:
    """A form with what it needs."""
    defaults = {
        "title": "Jahrestreffen",
        "kind": "annual_meeting",
        "starts_on": FIRST_DAY.isoformat(),
        "starts_time": "10:00",
        "ends_time": "16:00",
        "attendance": ["in_person"],
        "waiting_list": "y",
    }
    return {**defaults, **values}


def shown(browser: Visitor, address: str) -> dict[str, Any]:
    """The form at the address as a browser would send it back untouched."""
    page = browser.get(address).text
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = _attribute(tag, "name"), _attribute(tag, "value")
        is_choice = _attribute(tag, "type") in ("checkbox", "radio")
        if name and (not is_choice or " checked" in tag):
            found.setdefault(name, []).append(value)
    for name, inner in re.findall(
        r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        found[name] = re.findall(r'<option value="([^"]*)" selected', inner)
    for name, inner in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        found[name] = [inner]
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf' {name}="([^"]*)"', tag)
    return match[1] if match else ""


def send(browser: Visitor, address: str, **values: Any) -> TestResponse:
    """The form with the session's token."""
    return browser.post(address, data={"csrf_token": browser.csrf_token(), **values})
