"""Logging in and out, the one-time link, and what protects them."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.accounts import actions
from eventapp.accounts.passwords import hash_password
from eventapp.db import reading, transaction
from eventapp.errors import Gone
from eventapp.mail import kinds, outbox
from eventapp.mail.models import OutboxMail
from tests.factories import make_network
from tests.refusals import check_refused
from tests.visitors import colleague, visitor

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
    token = browser.csrf_token()
    assert token == browser.field("/organise/", "csrf_token"), "which all tests rely on"
    browser.post("/logout", data={"csrf_token": token})
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
        check_refused(answer, "wrong-credentials")
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
    assert [ids["account_id"] for ids in owed()] == [ada, outbox.NOBODY]
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


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"


@pytest.mark.usefixtures("ada")
def test_ones_own_sessions_are_listed_and_ended(app: Flask) -> None:
    here, there, elsewhere = (visitor(app) for _ in range(3))
    there.environ_base["HTTP_USER_AGENT"] = FIREFOX
    for browser in (here, there, elsewhere):
        browser.log_in("ada@example.org", PASSWORD)
    page = here.get("/organise/account/").get_data(as_text=True)
    assert page.count("dieser Browser") == page.count("<strong>Firefox auf Windows</strong>") == 1
    own, *others = sorted(re.findall(r"/sessions/(\d+)/end", there.get("/organise/account/").text))
    data = {"csrf_token": here.csrf_token()}
    second = f"/organise/account/sessions/{others[0]}/end"
    assert here.post("/organise/account/sessions/99/end", data=data).status_code == 404
    assert elsewhere.get("/organise/").status_code == 200
    assert here.post(f"/organise/account/sessions/{own}/end", data=data).status_code == 404
    assert here.post(second, data=data).status_code == 303
    assert elsewhere.get("/organise/").status_code == 302
    assert here.post("/organise/account/sessions/end", data=data).status_code == 303
    assert there.get("/organise/").status_code == 302
    assert here.get("/organise/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(app: Flask) -> None:
    ada, ben = colleague(app, "ada"), colleague(app, "ben")
    data = {"csrf_token": ben.csrf_token()}
    assert ben.post("/organise/account/sessions/1/end", data=data).status_code == 404
    assert ada.get("/organise/").status_code == 200


def test_common_passwords_and_the_names_of_this_place_are_refused(app: Flask, link: str) -> None:
    with transaction() as session:
        make_network(session, "heide", name="Heidebrot")
    browser, url = visitor(app), f"/password/{link}"
    data = {"form_token": browser.field(url, "form_token")}
    for password in ("Passwort1234", "Heidebrot-2026"):
        answer = browser.post(url, data={**data, "password": password})
        assert answer.status_code == 422
        assert "werden zuerst probiert" in answer.text
