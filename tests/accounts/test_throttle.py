"""Guessing is slowed down: per account and per network, in every process, on both databases."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eventapp import clock, create_app
from eventapp.accounts import throttle
from eventapp.accounts.models import LoginThrottle
from eventapp.accounts.throttle import Act, Bucket, Limit
from eventapp.db import db, reading, transaction
from eventapp.errors import TooMany
from tests.conftest import SettingsMaker
from tests.visitors import PASSWORD, Visitor, colleague, visitor

Maker = Callable[..., Flask]


@pytest.fixture
def limited(make_settings: SettingsMaker, database_url: str) -> Iterator[Maker]:
    """Makes apps that count, on one database and without Redis."""
    apps = []

    def make(**settings: object) -> Flask:
        apps.append(create_app(make_settings(database_url, rate_limits=True, **settings)))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def at(app: Flask, address: str) -> Visitor:
    browser = visitor(app)
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def test_an_account_is_slowed_down_across_processes(limited: Maker, app: Flask) -> None:
    """From one network ten at once, then one in two minutes; the right password is no exception,
    and an unknown address no other case."""
    apps = [limited(), limited()]
    colleague(app, "ada")
    begin = clock.now()
    with time_machine.travel(begin, tick=False):
        for email in ("ada@example.org", "eve@example.org"):
            codes = [
                at(apps[n % 2], "192.0.2.1").log_in(email, "falsches passwort").status_code
                for n in range(11)
            ]
            assert codes == [422] * 10 + [429]
        refused = at(apps[0], "192.0.2.1").log_in("ada@example.org", PASSWORD)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "120")
        assert "Bitte warten Sie 2 Minuten" in refused.text
        assert at(apps[1], "198.51.100.9").log_in("ada@example.org", PASSWORD).status_code == 303
    with time_machine.travel(begin + timedelta(minutes=2), tick=False):
        assert at(apps[1], "192.0.2.1").log_in("ada@example.org", PASSWORD).status_code == 303


def test_from_everywhere_an_account_is_slowed_down_as_well(limited: Maker) -> None:
    counting = limited()
    with counting.app_context(), time_machine.travel(clock.now(), tick=False):
        for n in range(20):
            attempt("eve@example.org", f"198.51.{n}.7")
        refused = at(counting, "192.0.2.1").log_in("eve@example.org", "falsches passwort")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")


def test_networks_are_slowed_down_near_and_wide(limited: Maker) -> None:
    counting = limited()
    with counting.app_context(), time_machine.travel(clock.now(), tick=False):
        for n in range(30):
            attempt(f"eve{n}", "2001:db8:1:2::1")
        with pytest.raises(TooMany):
            attempt("mallory", "2001:db8:1:2::ffff")
        for n in range(120):
            attempt(f"mal{n}", f"2001:db8:1:{n + 3:x}::1")
        with pytest.raises(TooMany):
            attempt("mallory", "2001:db8:1:ffff::1")
        attempt("mallory", "2001:db8:2::1")


def attempt(whom: str, address: str) -> None:
    with transaction() as session:
        throttle.take(session, throttle.buckets(Act.LOG_IN, whom, address), now=clock.now())


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 422)])
def test_people_behind_a_proxy_are_told_apart(limited: Maker, proxies: int, last: int) -> None:
    """By what the proxy says, not by what they write into the header themselves."""
    counting = limited(trusted_proxies=proxies)
    with counting.app_context(), time_machine.travel(clock.now(), tick=False):
        for number in range(30):
            attempt(f"eve{number}@example.org", "127.0.0.1")
        browser = at(counting, "127.0.0.1")
        browser.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9, 192.0.2.2"
        assert browser.log_in("mallory@example.org", "falsches passwort").status_code == last


def test_the_right_password_costs_nothing(limited: Maker, app: Flask) -> None:
    colleague(app, "ada")
    counting = limited()
    with counting.app_context(), time_machine.travel(clock.now(), tick=False):
        for _ in range(9):
            attempt("ada@example.org", "192.0.2.1")
        for _ in range(2):
            answer = at(counting, "192.0.2.1").log_in("ada@example.org", PASSWORD)
            assert answer.status_code == 303


def test_a_forgotten_password_is_asked_for_five_times(limited: Maker) -> None:
    counting = limited()
    codes = []
    for n in range(6):
        browser = at(counting, f"192.0.{n}.1")
        token = browser.field("/password", "form_token")
        data = {"form_token": token, "email": "Eve@example.org"}
        codes.append(browser.post("/password", data=data).status_code)
    assert codes == [200] * 5 + [429]


@pytest.mark.usefixtures("app")
def test_no_more_get_through_however_many_ask_at_once(app: Flask) -> None:
    now, got, waits = clock.now(), [], set()
    bucket = Bucket("one", Limit(5, timedelta(hours=1)))
    ready = threading.Barrier(12)

    def ask() -> None:
        ready.wait()
        with app.app_context():
            try:
                with transaction() as session:
                    throttle.take(session, [bucket], now=now)
                got.append(True)
            except TooMany as refused:
                waits.add(refused.seconds)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(got), waits) == (5, {3600})


@pytest.mark.usefixtures("app")
def test_full_buckets_are_forgotten() -> None:
    now = clock.now()
    attempt("eve", "192.0.2.1")
    for later, left in ((timedelta(0), 4), (timedelta(seconds=31), 2), (timedelta(minutes=3), 0)):
        with transaction() as session:
            throttle.forget_full(session, now=now + later)
        with reading() as connection:
            counted = connection.execute(select(func.count()).select_from(LoginThrottle)).scalar()
        assert counted == left
