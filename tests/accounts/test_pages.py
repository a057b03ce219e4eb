"""Logging in and out, the one-time link, and what protects them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock, create_app
from eventapp.accounts import actions
from eventapp.accounts.passwords import hash_password
from eventapp.db import db, reading, transaction
from eventapp.errors import Gone
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from tests.conftest import SettingsMaker
from tests.visitors import visitor

PASSWORD = "rotes fahrrad im regen"


@pytest.fixture
def ada(app: Flask) -> int:  # noqa: ARG001  the app is the database
    password_hash = hash_password(PASSWORD)
    with transaction() as session:
        account_id = actions.create_account(session, "Ada@Example.org ", now=clock.now())
        actions.set_password(session, account_id, password_hash)
    return account_id


@pytest.fixture
def link(ada: int) -> str:
    with transaction() as session:
        return actions.make_password_link(session, ada, now=clock.now())


def test_an_account_is_made_once_per_address(ada: int) -> None:
    with transaction() as session:
        assert actions.create_account(session, "ada@example.ORG", now=clock.now()) == ada


@pytest.mark.usefixtures("ada")
def test_log_in_and_out(app: Flask) -> None:
    browser = visitor(app)
    away = browser.get("/organise/")
    assert away.location == "/login?next=/organise/"
    answer = browser.log_in("ADA@example.org", PASSWORD, next="/checkin/")
    assert (answer.status_code, answer.location) == (303, "/checkin/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-eventapp=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/;"))
    home = browser.get("/organise/")
    assert home.status_code == 200
    assert home.headers["Cache-Control"] == "private, no-store"
    assert browser.get("/login").location == "/organise/"
    kept = browser.get_cookie("__Host-eventapp")
    assert kept
    browser.post("/logout", data={"csrf_token": browser.csrf_token()})
    assert browser.get("/organise/").status_code == 302
    browser.set_cookie("__Host-eventapp", kept.value)
    assert browser.get("/organise/").status_code == 302  # ended on the server


@pytest.mark.usefixtures("ada")
def test_no_cookie_without_logging_in(app: Flask) -> None:
    browser = visitor(app)
    for url in ("/login", "/checkin/", "/"):
        assert "Set-Cookie" not in browser.get(url).headers


@pytest.mark.usefixtures("ada")
def test_unknown_address_and_wrong_password_are_answered_alike(app: Flask) -> None:
    browser = visitor(app)
    pages = set()
    for email in ("ada@example.org", "eve@example.org"):
        answer = browser.log_in(email, "falsches passwort")
        assert answer.status_code == 422
        assert "Set-Cookie" not in answer.headers
        page = answer.get_data(as_text=True).replace(email, "")
        assert "<title>Fehler: " in page
        pages.add(page.partition("form_token")[0] + page.partition('name="next"')[2])
    assert len(pages) == 1


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_logging_in_never_leads_elsewhere(app: Flask, target: str) -> None:
    browser = visitor(app)
    assert browser.log_in("ada@example.org", PASSWORD, next=target).location == "/organise/"


@pytest.mark.usefixtures("ada")
def test_a_login_form_of_another_site_or_another_time_is_refused(app: Flask) -> None:
    browser = visitor(app)
    token = browser.field("/login", "form_token")
    data = {"form_token": token, "email": "ada@example.org", "password": PASSWORD}
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/login", data=data, headers=cross_site).status_code == 400
    assert browser.post("/login", data={**data, "form_token": "x.y.z"}).status_code == 422
    assert browser.post("/login", data=data).status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_logout_from_an_old_page_ends_the_session_but_not_from_another_site(app: Flask) -> None:
    browser = visitor(app)
    browser.log_in("ada@example.org", PASSWORD)
    kept = browser.get_cookie("__Host-eventapp")
    assert kept
    stale = {"csrf_token": "von gestern"}
    foreign = browser.post("/logout", data=stale, headers={"Sec-Fetch-Site": "cross-site"})
    assert (foreign.status_code, browser.get("/organise/").status_code) == (400, 200)
    own = browser.post("/logout", data=stale, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.location == "/login"
    browser.set_cookie("__Host-eventapp", kept.value)
    assert browser.get("/organise/").status_code == 302  # ended on the server


@pytest.mark.usefixtures("ada")
def test_a_session_rests_after_half_a_day_and_ends_after_two_weeks(app: Flask) -> None:
    browser, begin = visitor(app), clock.now()
    browser.log_in("ada@example.org", PASSWORD)
    for hours in range(11, 24 * 14, 11):
        with time_machine.travel(begin + timedelta(hours=hours)):
            assert browser.get("/organise/").status_code == 200, hours
    with time_machine.travel(begin + timedelta(days=14, minutes=1)):
        assert browser.get("/organise/").status_code == 302
    idle = visitor(app)
    idle.log_in("ada@example.org", PASSWORD)
    with time_machine.travel(begin + timedelta(hours=13)):
        assert idle.get("/organise/").status_code == 302


def test_the_link_shows_then_sets_then_is_gone(app: Flask, link: str) -> None:
    browser, url = visitor(app), f"/password/{link}"
    token = browser.field(url, "form_token")
    assert browser.get(url).status_code == 200  # a mail scanner opened it
    weak = browser.post(url, data={"form_token": token, "password": "kurz"})
    assert weak.status_code == 422
    assert "mindestens 12 Zeichen" in weak.get_data(as_text=True)
    new = "ein ganz anderer satz"
    answer = browser.post(url, data={"form_token": token, "password": new})
    assert (answer.status_code, answer.location) == (303, "/organise/")
    assert browser.get("/organise/").status_code == 200
    assert browser.get(url).status_code == 410
    assert visitor(app).log_in("ada@example.org", PASSWORD).status_code == 422
    assert visitor(app).log_in("ada@example.org", new).status_code == 303


@pytest.mark.usefixtures("app")
def test_a_link_is_used_once_and_holds_three_days(ada: int) -> None:
    now = clock.now()
    with transaction() as session:
        first = actions.make_password_link(session, ada, now=now)
        second = actions.make_password_link(session, ada, now=now + timedelta(seconds=1))
    for token, when in ((first, now), (second, now + timedelta(hours=73))):
        with pytest.raises(Gone), transaction() as session:
            actions.use_password_link(session, token, "hash", now=when)
    with transaction() as session:
        used_at = now + timedelta(hours=71)
        assert actions.use_password_link(session, second, "hash", now=used_at) == ada
    with pytest.raises(Gone), transaction() as session:
        actions.use_password_link(session, second, "hash", now=now)


def test_a_new_password_ends_every_session(app: Flask, ada: int) -> None:
    browser, new_hash = visitor(app), hash_password("ein ganz anderer satz")
    browser.log_in("ada@example.org", PASSWORD)
    with transaction() as session:
        actions.set_password(session, ada, new_hash)
    assert browser.get("/organise/").status_code == 302


@pytest.fixture
def limited(make_settings: SettingsMaker, database_url: str) -> Iterator[Callable[..., Flask]]:
    """Makes apps that count."""
    apps = []

    def make(**settings: object) -> Flask:
        apps.append(create_app(make_settings(database_url, rate_limits=True, **settings)))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def test_guessing_is_slowed_down_per_account(limited: Callable[..., Flask]) -> None:
    app, answers = limited(), []
    for number in range(12):
        browser = visitor(app)
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        answers.append(browser.log_in("eve@example.org", "falsches passwort"))
    assert [each.status_code for each in answers] == [422] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "60"


@pytest.mark.parametrize(("proxies", "last"), [(0, 429), (1, 422)])
def test_people_behind_a_proxy_are_told_apart(
    limited: Callable[..., Flask], proxies: int, last: int
) -> None:
    """By what the proxy says, not by what they write into the header themselves."""
    app, codes = limited(trusted_proxies=proxies), []
    for number in range(11):
        browser = visitor(app)
        browser.environ_base["HTTP_X_FORWARDED_FOR"] = f"203.0.113.9, 192.0.2.{number}"
        email = f"eve{number}@example.org"
        codes.append(browser.log_in(email, "falsches passwort").status_code)
    assert codes == [422] * 10 + [last]


def forgotten(app: Flask, email: str) -> str:
    """The answer to who asks for a new password."""
    browser = visitor(app)
    data = {"form_token": browser.field("/password", "form_token"), "email": email}
    answer = browser.post("/password", data=data)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def owed() -> list[dict[str, int]]:
    with reading() as connection:
        statement = select(OutboxMail.ids).where(OutboxMail.kind == "account-password")
        return list(connection.execute(statement.order_by(OutboxMail.id)).scalars())


def test_a_forgotten_password_is_answered_alike_for_everybody(app: Flask, ada: int) -> None:
    with transaction() as session:
        actions.create_account(session, "neu@example.org", now=clock.now())
    answers = {forgotten(app, each) for each in ("ada@example.org", "niemand@example.org")}
    assert len(answers) == 1
    forgotten(app, "ADA@example.org")  # within ten minutes: no second mail
    assert [ids["account_id"] for ids in owed()] == [ada, actions.NOBODY]
    with reading() as connection:
        drafts = [kinds.compose(connection, "account-password", ids) for ids in owed()]
    mine, nobodys = drafts
    assert nobodys is None
    assert mine is not None
    assert mine.recipient == "Ada@Example.org"
    browser, path = visitor(app), urlsplit(mine.context["link_url"]).path
    data = {"form_token": browser.field(path, "form_token"), "password": "ein ganz neues Wort"}
    assert browser.post(path, data=data).status_code == 303
    with reading() as connection:  # a spent link is mailed no more
        assert kinds.compose(connection, "account-password", owed()[0]) is None


@pytest.mark.usefixtures("ada")
def test_ones_own_sessions_are_listed_and_ended(app: Flask) -> None:
    here, there = visitor(app), visitor(app)
    for browser in (here, there):
        browser.log_in("ada@example.org", PASSWORD)
    page = here.get("/organise/account/").get_data(as_text=True)
    assert page.count("ein anderes Gerät") == page.count("dieses Gerät") == 1
    data = {"csrf_token": here.csrf_token()}
    assert here.post("/organise/account/sessions/end", data=data).status_code == 303
    assert there.get("/organise/").status_code == 302
    assert here.get("/organise/").status_code == 200
