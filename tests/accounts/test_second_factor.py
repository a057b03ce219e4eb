"""The second step: set up, asked for, demanded of owners, renewed, removed, reset."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventapp import clock, create_app
from eventapp.accounts import actions
from eventapp.accounts.models import Account, Passkey, RecoveryCode
from eventapp.accounts.passkeys import NewKey, Site
from eventapp.accounts.rules import MOST_PASSKEYS
from eventapp.audit.models import AuditEntry
from eventapp.db import db, reading, transaction
from eventapp.mail import kinds
from eventapp.networks.models import Role, Scope
from tests.accounts.factors import RECOVERY_CODE, code_at, confirm, give_factors, id_of
from tests.conftest import SettingsMaker
from tests.factories import make_network
from tests.refusals import check_refused
from tests.visitors import PASSWORD, Visitor, colleague, visitor

ADA = "ada@example.org"
OWN = "/organise/account/"
SET_UP = "/organise/account/second-step/"


@pytest.fixture
def strict(database_url: str, make_settings: SettingsMaker) -> Iterator[Flask]:
    """An installation that is no demo."""
    absent = {"redis_url": "redis://127.0.0.1:1/0", "smtp_url": "smtp://127.0.0.1:1"}
    app = create_app(make_settings(database_url, demo="", nudge=False, **absent))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ada(app: Flask) -> int:
    """The id of an account with every kind of second factor."""
    colleague(app, "ada")
    with transaction() as session:
        account_id = id_of(session, ADA)
        give_factors(session, account_id, clock.now())
    return account_id


def logged_in(app: Flask, name: str = "ada") -> Visitor:
    """As `colleague`, but with the password given again just now."""
    browser = colleague(app, name)
    with transaction() as session:
        confirm(session, id_of(session, f"{name}@example.org"), clock.now())
    return browser


def send(browser: Visitor, url: str, **data: str) -> TestResponse:
    return browser.post(url, data={"csrf_token": browser.field(SET_UP, "csrf_token"), **data})


def step_two(browser: Visitor, **data: str) -> TestResponse:
    """The answer to what is sent after the right password."""
    url = "/login/second-step"
    token = browser.field(url, "form_token")
    return browser.post(url, data={"form_token": token, "next": "/checkin/", **data})


def acts() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(AuditEntry.act).order_by(AuditEntry.id)).scalars())


def set_up_app(browser: Visitor) -> TestResponse:
    page = browser.get(f"{SET_UP}app").text
    [secret] = re.findall(r'class="secret-text">([A-Z2-7 ]+)<', page)
    [sealed] = re.findall(r'name="secret" value="([^"]+)"', page)
    code = code_at(clock.now(), secret.replace(" ", ""))
    return send(browser, f"{SET_UP}app", secret=sealed, code=f"{code[:3]} {code[3:]}")


def test_an_app_is_set_up_and_asked_for(app: Flask) -> None:
    browser = colleague(app, "ada")
    elsewhere = colleague(app, "ada")
    browser.set_cookie("__Host-eventapp", elsewhere.get_cookie("__Host-eventapp").value)  # type: ignore[union-attr]
    done = set_up_app(browser)
    codes = re.findall(r"<code>([A-Z0-9-]{19})</code>", done.text)
    assert (done.status_code, len(set(codes))) == (200, 10)
    assert "no-store" in done.headers["Cache-Control"]
    assert "Übrig: 10 von 10" in browser.get(OWN).text
    assert codes[0] not in browser.get(f"{SET_UP}codes").text
    assert acts()[-2:] == ["account.app_set", "account.recovery_codes_renewed"]
    with reading() as connection:
        kept = str(connection.execute(select(RecoveryCode.code_hash)).all())
    assert codes[0].replace("-", "") not in kept
    later = clock.now() + timedelta(minutes=1)
    with time_machine.travel(later):
        again = visitor(app)
        first = again.log_in(ADA, PASSWORD, next="/checkin/")
        assert first.location == "/login/second-step?next=/checkin/"
        assert again.get_cookie("__Host-eventapp") is None
        assert again.get("/organise/").status_code == 302
        assert step_two(again, code=codes[0].lower().replace("-", " ")).location == "/checkin/"
        assert again.get("/organise/").status_code == 200
        assert "Übrig: 9 von 10" in again.get(OWN).text
        once_more = visitor(app)
        once_more.log_in(ADA, PASSWORD)
        assert step_two(once_more, code=codes[0]).status_code == 422
    assert "account.recovery_code_used" in acts()


def test_the_first_factor_ends_what_was_opened_without(app: Flask) -> None:
    here, there = visitor(app), colleague(app, "ada")
    here.log_in(ADA, PASSWORD)
    assert there.get("/organise/").status_code == 200
    assert set_up_app(here).status_code == 200
    assert there.get("/organise/").status_code == 302
    assert here.get("/organise/").status_code == 200


@pytest.mark.usefixtures("ada")
def test_a_code_works_once_and_one_step_off(app: Flask) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        first, second = visitor(app), visitor(app)
        for browser in (first, second):
            browser.log_in(ADA, PASSWORD)
        wrong = step_two(first, code="000000")
        check_refused(wrong, "wrong-code")
        assert "<title>Fehler: Zweiter Schritt" in wrong.text
        assert step_two(first, code=code_at(now - timedelta(seconds=90))).status_code == 422
        assert step_two(first, code=code_at(now - timedelta(seconds=30))).status_code == 303
        for used in (now - timedelta(seconds=30), now - timedelta(seconds=60)):
            assert step_two(second, code=code_at(used)).status_code == 422
        assert step_two(second, code=code_at(now + timedelta(seconds=30))).status_code == 303


@pytest.mark.usefixtures("ada")
def test_the_second_step_belongs_to_one_browser_for_ten_minutes(app: Flask) -> None:
    begin, browser = clock.now(), visitor(app)
    browser.log_in(ADA, PASSWORD)
    token = browser.field("/login/second-step", "form_token")
    data = {"form_token": token, "code": RECOVERY_CODE}
    other = visitor(app).post("/login/second-step", data=data)
    check_refused(other, "log-in-expired")
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post("/login/second-step", data=data, headers=cross_site).status_code == 400
    with time_machine.travel(begin + timedelta(minutes=11)):
        assert browser.post("/login/second-step", data=data).status_code == 422
    assert browser.post("/login/second-step", data=data).status_code == 303
    assert browser.get_cookie("__Host-eventapp-step") is None
    gone = visitor(app)
    gone.log_in(ADA, PASSWORD)
    with transaction() as session:
        actions.set_password(session, id_of(session, ADA), "hash")
    assert gone.get("/login/second-step").text.count('name="password"') == 1


def test_a_link_to_a_password_is_no_way_around(app: Flask, ada: int) -> None:
    with transaction() as session:
        link = actions.make_password_link(session, ada, now=clock.now())
    browser, url = visitor(app), f"/password/{link}"
    data = {"form_token": browser.field(url, "form_token"), "password": "ein ganz anderer satz"}
    assert browser.post(url, data=data).location.startswith("/login/second-step?")
    assert browser.get("/organise/").status_code == 302
    assert step_two(browser, code=RECOVERY_CODE).status_code == 303


KNOWN = b"key of somebody"
HOSTILE = ["x", "[]", "{}", "[" * 5000, '{"id":"a","rawId":"!","type":"public-key","response":{}}']


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("answer", HOSTILE)
def test_forged_passkeys_open_nothing(app: Flask, answer: str) -> None:
    browser = visitor(app)
    browser.log_in(ADA, PASSWORD)
    refused = step_two(browser, credential=answer)
    check_refused(refused, "passkey-refused")
    owner = logged_in(app)
    token = owner.field(f"{SET_UP}passkeys/new", "form_token")
    made = send(owner, f"{SET_UP}passkeys/new", form_token=token, name="X", credential=answer)
    check_refused(made, "passkey-refused")
    with reading() as connection:
        assert len(connection.execute(select(Passkey.id)).all()) == 1


@pytest.mark.usefixtures("ada")
def test_a_passkey_is_somebodys_once_and_nobody_has_more_than_ten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the browser's key pair signs is checked in tests/browser; here it has been."""
    page, ids = f"{SET_UP}passkeys/new", iter([KNOWN, *(b"new %d" % n for n in range(20))])
    monkeypatch.setattr(Site, "read_new", lambda *_: NewKey(next(ids), b"no key", 0))
    owner = logged_in(app)

    def add() -> TestResponse:
        token = owner.field(page, "form_token")
        return send(owner, page, form_token=token, name="Telefon", credential="x")

    with transaction() as session:
        [known] = session.scalars(select(Passkey))
        known.credential_id = KNOWN
    check_refused(add(), "passkey-known")
    for _ in range(MOST_PASSKEYS - 1):
        assert add().status_code == 303
    check_refused(add(), "too-many-passkeys", most=MOST_PASSKEYS)


def test_guessing_codes_is_slowed_down_in_every_process(
    app: Flask, database_url: str, make_settings: SettingsMaker
) -> None:
    colleague(app, "ada")
    with transaction() as session:
        give_factors(session, id_of(session, ADA), clock.now())
    apps = [create_app(make_settings(database_url, rate_limits=True)) for _ in range(2)]
    browsers = [visitor(each) for each in apps]
    for browser in browsers:
        browser.log_in(ADA, PASSWORD)
    codes = [step_two(browsers[n % 2], code="000000").status_code for n in range(5)]
    assert codes == [422] * 5
    for browser in browsers:
        assert step_two(browser, code=RECOVERY_CODE).status_code == 429
    for each in apps:
        with each.app_context():
            db.engine.dispose()


def test_changing_anything_asks_for_the_password(app: Flask, ada: int) -> None:
    browser = colleague(app, "ada")  # logged in just now, which is not enough
    pages = ("app", "passkeys/new", "app/remove", "passkeys/1/remove")
    for page in (*pages, "codes"):
        if page != "codes":
            assert browser.get(SET_UP + page).location.startswith(f"{SET_UP}confirm?next=")
        assert send(browser, SET_UP + page).location.startswith(f"{SET_UP}confirm?next=")
    codes = f"{SET_UP}codes"
    wrong = send(browser, f"{SET_UP}confirm", password="falsches passwort", next=codes)
    check_refused(wrong, "wrong-password")
    assert send(browser, f"{SET_UP}confirm", password=PASSWORD, next=codes).location == codes
    assert send(browser, codes).text.count("<code>") == 10
    evil = send(browser, f"{SET_UP}confirm", password=PASSWORD, next="//evil.example")
    assert evil.location == OWN
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert send(browser, codes).status_code == 302
    with transaction() as session:
        assert session.get_one(Account, ada).password_hash


def test_the_first_factor_wants_a_fresh_log_in(app: Flask) -> None:
    browser = colleague(app, "ada")
    assert browser.get(f"{SET_UP}app").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert browser.get(f"{SET_UP}app").status_code == 302


def test_a_secret_of_another_page_sets_nothing_up(app: Flask) -> None:
    ada, ben = colleague(app, "ada"), colleague(app, "ben")
    [sealed] = re.findall(r'name="secret" value="([^"]+)"', ben.get(f"{SET_UP}app").text)
    for secret in (sealed, "", "?", "AAAA"):
        refused = send(ada, f"{SET_UP}app", secret=secret, code="123456")
        assert refused.status_code == 422
    [own] = re.findall(r'name="secret" value="([^"]+)"', ada.get(f"{SET_UP}app").text)
    check_refused(send(ada, f"{SET_UP}app", secret=own, code="000000"), "wrong-first-code")
    assert set_up_app(ada).status_code == 200


@pytest.mark.usefixtures("ada")
def test_factors_are_removed_one_by_one(app: Flask) -> None:
    browser = logged_in(app)
    [key] = re.findall(r"passkeys/(\d+)/remove", browser.get(OWN).text)
    stranger = colleague(app, "cleo")
    assert send(stranger, f"{SET_UP}passkeys/{key}/remove").status_code == 404
    assert send(browser, f"{SET_UP}app/remove").location == OWN
    assert send(browser, f"{SET_UP}app/remove").status_code == 404
    last = browser.get(f"{SET_UP}passkeys/{key}/remove").text
    assert "Es ist Ihr einziger" in last
    assert send(browser, f"{SET_UP}passkeys/{key}/remove").location == OWN
    with reading() as connection:
        assert connection.execute(select(RecoveryCode.id)).all() == []
    assert visitor(app).log_in(ADA, PASSWORD).location == "/organise/"


def test_a_password_is_changed_and_ends_the_other_sessions(app: Flask) -> None:
    here, there = colleague(app, "ada"), visitor(app)
    there.log_in(ADA, PASSWORD)
    url, new = f"{OWN}password", "ein ganz anderer satz"
    check_refused(send(here, url, present="falsch", password=new), "wrong-password")
    assert send(here, url, present=PASSWORD, password="passwort1234").status_code == 422
    assert send(here, url, present=PASSWORD, password=new).status_code == 303
    assert there.get("/organise/").status_code == 302
    assert here.get("/organise/").status_code == 200
    assert visitor(app).log_in(ADA, new).status_code == 303
    assert acts()[-1] == "account.password_changed"


class TestOwners:
    """Whoever gives roles, anywhere, goes no further without a second factor."""

    def test_nothing_opens_before_it_is_set_up(self, strict: Flask) -> None:
        with transaction() as session:
            network_id = make_network(session, "land").id
        ada = colleague(strict, "ada", (Role.OWNER, Scope.NETWORK, network_id))
        for url in ("/organise/", "/organise/team/", "/organise/events/new", OWN):
            assert ada.get(url).location == SET_UP
        data = {"csrf_token": ada.field(SET_UP, "csrf_token")}
        for url in ("/organise/events/new", "/organise/team/new", f"{OWN}sessions/end"):
            assert ada.post(url, data=data).location == SET_UP
        shown = ada.get(SET_UP).text
        assert "Sie dürfen Zugänge vergeben" in shown
        assert "/organise/team/" not in shown
        assert set_up_app(ada).status_code == 200
        assert ada.get("/organise/team/").status_code == 200

    def test_an_invited_owner_passes_through(self, strict: Flask) -> None:
        with transaction() as session:
            network_id = make_network(session, "land").id
        colleague(strict, "ada", (Role.OWNER, Scope.NETWORK, network_id))
        with transaction() as session:
            account_id = id_of(session, ADA)
            link = actions.make_password_link(session, account_id, now=clock.now())
        browser, url = visitor(strict), f"/password/{link}"
        data = {"form_token": browser.field(url, "form_token"), "password": PASSWORD}
        assert browser.post(url, data=data).location == "/organise/"
        assert browser.get("/organise/").location == SET_UP

    def test_others_and_the_demo_are_free(self, strict: Flask, app: Flask) -> None:
        with transaction() as session:
            network_id = make_network(session, "land").id
        viewer = colleague(strict, "ben", (Role.VIEWER, Scope.NETWORK, network_id))
        assert viewer.get("/organise/").status_code == 200
        owner = colleague(app, "ada", (Role.OWNER, Scope.NETWORK, network_id))
        assert owner.get("/organise/team/").status_code == 200
        assert "In der Demo ist er freiwillig" in owner.get(OWN).text


class TestLost:
    """Somebody who gives roles wherever the person has any takes the lost factors away."""

    def reset(self, browser: Visitor) -> int:
        found = re.findall(r"/organise/team/(\d+)/second-step", browser.get("/organise/team/").text)
        url = f"/organise/team/{found[0]}/second-step"
        assert browser.get(url).status_code == 200
        return browser.post(url, data={"csrf_token": browser.csrf_token()}).status_code

    def test_by_another_owner(self, app: Flask) -> None:
        with transaction() as session:
            network_id = make_network(session, "land").id
        ada = colleague(app, "ada", (Role.OWNER, Scope.NETWORK, network_id))
        ben = colleague(app, "ben", (Role.OWNER, Scope.NETWORK, network_id))
        assert "second-step" not in ada.get("/organise/team/").text.replace(SET_UP, "")
        with transaction() as session:
            for email in (ADA, "ben@example.org"):
                give_factors(session, id_of(session, email), clock.now())
        assert self.reset(ada) == 303
        assert acts()[-1] == "account.second_factor_reset"
        assert ben.get("/organise/").status_code == 302
        assert visitor(app).log_in("ben@example.org", PASSWORD).location == "/organise/"
        with reading() as connection:
            ids = {"account_id": 2}
            draft = kinds.compose(connection, "account-factor-reset", ids)
        assert draft is not None
        assert draft.recipient == "ben@example.org"
        assert urlsplit(draft.context["link_url"]).path == "/login"

    def test_not_by_who_answers_for_only_some_of_the_roles(self, app: Flask) -> None:
        with transaction() as session:
            one, other = make_network(session, "land").id, make_network(session, "stadt").id
        ada = colleague(app, "ada", (Role.OWNER, Scope.NETWORK, one))
        colleague(app, "ben", (Role.DOOR, Scope.NETWORK, one), (Role.OWNER, Scope.NETWORK, other))
        with transaction() as session:
            give_factors(session, id_of(session, "ben@example.org"), clock.now())
        assert self.reset(ada) == 403
        root = colleague(app, "root", (Role.OWNER, Scope.INSTALLATION, 0))
        assert self.reset(root) == 303
