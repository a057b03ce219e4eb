"""Every page, as strangers and the logged-in see it, full and refused: the client checks each.

`tests/checked_client.py` says what is checked. A new route is fetched without being named here.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from eventapp import clock
from eventapp.forms import new_form_token
from tests.checked_client import CheckedClient
from tests.factories import at, in_days
from tests.house.full import FOREIGN, Full, methods, rules

FOR_STRANGERS = {"accounts.login", "accounts.second_step"}  # the logged-in are led on
OF_MACHINES = {"checkin_sync.names", "checkin_sync.scans", "checkin_sync.status"}
OF_MACHINES |= {"walk_ins.allowed", "walk_ins.register"}
OF_MACHINES |= {"checkin_sync.roster", "checkin_shell.service_worker"}
OF_MACHINES |= {"checkin.hand_over", "checkin.start"}


def pages(full: Full, method: str) -> Iterator[Rule]:
    """The routes, but for those that answer machines or with what others wrote."""
    for rule in rules(full.app):
        if method in methods(rule) and rule.endpoint not in FOREIGN | OF_MACHINES:
            yield rule


def stranger(app: Flask) -> FlaskClient:
    return CheckedClient(app, app.response_class, use_cookies=False)


@pytest.fixture
def full(app: Flask, tmp_path: Path) -> Full:
    return Full(app, tmp_path)


def test_every_page_is_there_and_well_formed(full: Full) -> None:
    full.plan()
    full.grow(3)
    ada, anybody = full.ada(), stranger(full.app)
    for rule in pages(full, "GET"):
        address = full.address(rule)
        codes = [each.get(address).status_code for each in (anybody, ada)]
        assert codes[rule.endpoint not in FOR_STRANGERS] == 200, (address, codes)
        assert anybody.get(f"{address}?lang=en").status_code == codes[0]


STATES: dict[str, Callable[[Full], object]] = {
    "given back": Full.cancel,
    "cancelled": lambda full: full.change(status="cancelled"),
    "announced and full": lambda full: full.change(status="announced", capacity_in_person=1),
    "without choices": lambda full: full.change(programme=[], questions=[]),
}


@pytest.mark.parametrize("state", STATES)
def test_pages_in_other_states(full: Full, state: str) -> None:
    full.plan()
    STATES[state](full)
    look_everywhere(full)


@pytest.mark.parametrize("rule", ["confirm_email", "approval"])
def test_pages_before_a_proof_or_decision(full: Full, rule: str) -> None:
    full.plan(**{rule: True})
    look_everywhere(full)


def test_pages_when_all_is_over(full: Full) -> None:
    full.plan()
    with time_machine.travel(at(in_days(31), 12)):
        look_everywhere(full)


def test_pages_of_an_empty_house(full: Full) -> None:
    look_everywhere(full)


def look_everywhere(full: Full) -> None:
    for browser in (full.ada(), stranger(full.app)):
        for rule in pages(full, "GET"):
            assert browser.get(full.address(rule)).status_code in (200, 302, 303, 404, 410), rule


def test_every_refused_form(full: Full) -> None:
    """Sent empty, or with nothing but the token, by strangers and by the logged-in."""
    full.plan()
    ada, anybody = full.ada(), stranger(full.app)
    tokens = {"form_token": new_form_token(clock.now()), "csrf_token": ada.csrf_token()}
    for rule in pages(full, "POST"):
        for browser in (anybody, ada):
            assert browser.post(full.address(rule)).status_code < 500, rule
    for rule in sorted(pages(full, "POST"), key=lambda each: each.endpoint == "accounts.logout"):
        for browser in (anybody, ada):
            assert browser.post(full.address(rule), data=tokens).status_code < 500, rule
