"""What `/verify` says to whom, also when the person's data are long gone."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Settings
from eventapp import clock, create_app
from eventapp.certificates import queries
from eventapp.certificates.rules import shown_code
from eventapp.db import reading, transaction
from eventapp.registration.erasure import erase
from eventapp.registration.models import Registration
from eventapp.tokens import Keyring, keyring, use
from tests.certificates.handed import Course, held, rename, states
from tests.checkin.door import Guest
from tests.conftest import SettingsMaker
from tests.registration.test_erasure import stored
from tests.visitors import visitor

GENUINE = "Die Bescheinigung ist echt."
UNKNOWN = "Eine solche Bescheinigung kennen wir nicht."
WORDS = ("zoë", "lüdenscheidt")


def check(app: Flask, code: str, surname: str = "Müller-Lüdenscheidt", **more: Any) -> TestResponse:
    browser = visitor(app)
    token = browser.field("/verify", "form_token")
    data = {"form_token": token, "code": code, "surname": surname, **more}
    return browser.post("/verify", data=data)


def erase_guest(guest: Guest) -> None:
    with transaction() as session:
        erase(session, [guest.id], now=clock.now())


@pytest.mark.parametrize(
    "surname",
    [
        "Müller-Lüdenscheidt",
        "MÜLLER LÜDENSCHEIDT",
        "Mueller-Luedenscheidt",
        " muller ludenscheidt ",
        "Mu\u0308ller-Lu\u0308denscheidt",
    ],
)
def test_genuine_however_the_name_is_typed(app: Flask, surname: str) -> None:
    _guest, issued = Course(title="Fortbildung Ehrenamt").give()
    for code in (shown_code(issued.paper.code), issued.paper.code.lower()):
        page = check(app, code, surname).text
        assert GENUINE in page
        assert "Fortbildung Ehrenamt" in page


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Żółkiewska", "Zolkiewska"), ("Y\u0131ld\u0131z", "Yildiz"), ("Sørensen", "Soerensen")],
)
def test_letters_that_a_keyboard_lacks_may_be_typed_plain(
    app: Flask, name: str, typed: str
) -> None:
    _guest, issued = Course().give(name=name)
    assert GENUINE in check(app, issued.paper.code, typed).text
    assert GENUINE in check(app, issued.paper.code, name).text


def test_an_unknown_code_and_a_wrong_name_are_answered_alike(app: Flask) -> None:
    _guest, issued = Course("geheim").give()
    wrong_name = check(app, issued.paper.code, "Meier").text
    wrong_code = check(app, "A" * 16).text
    assert UNKNOWN in wrong_name
    assert "Geheim" not in wrong_name

    def told(page: str) -> str:
        return page.partition('<form class="form')[0]

    assert told(wrong_name) == told(wrong_code)


def test_still_genuine_when_the_person_is_erased_and_nothing_else_is_left(app: Flask) -> None:
    course = Course()
    guest, issued = course.give()
    assert any(word in text for _table, _column, text in stored() for word in WORDS)
    erase_guest(guest)
    left = [(table, column) for table, column, text in stored() if any(w in text for w in WORDS)]
    assert left == []
    assert not any(issued.paper.code.lower() in text for _table, _column, text in stored())
    assert GENUINE in check(app, issued.paper.code).text
    assert UNKNOWN in check(app, issued.paper.code, "Meier").text
    assert course.look() == 0
    assert states() == [(1, "valid")]


def test_replaced_and_withdrawn_say_so_and_no_more(app: Flask) -> None:
    course = Course("kurs-geheim")
    guest, first = course.give()
    rename(guest, last_name="Neumann")
    course.look()
    page = check(app, first.paper.code).text
    assert "Diese Bescheinigung wurde ersetzt." in page
    assert not any(words in page for words in ("Neumann", "Kurs-Geheim"))
    second = held(guest)
    assert GENUINE in check(app, second.paper.code, "Neumann").text
    course.comes(guest, was_there=False)
    course.look()
    page = check(app, second.paper.code, "Neumann").text
    assert "Diese Bescheinigung gilt nicht mehr." in page
    assert "Kurs-Geheim" not in page


def test_the_code_of_the_paper_is_filled_in_and_what_lacks_is_asked(app: Flask) -> None:
    page = visitor(app).get("/verify?code=K7M4-PX2D").text
    assert 'value="K7M4-PX2D"' in page
    assert 'value="K7M4-PX2D"' in visitor(app).get("/V/k7m4px2d").text
    answer = check(app, "K7M4-PX2D", "")
    assert answer.status_code == 422
    assert 'value="K7M4-PX2D"' in answer.text
    assert "Geben Sie den Nachnamen ein" in answer.text
    assert check(app, "K7M4", form_token="x").status_code == 422


def test_in_english(app: Flask) -> None:
    assert "Check the certificate" in visitor(app).get("/verify?lang=en").text


def test_whoever_guesses_waits_and_whoever_is_right_does_not(
    database_url: str, make_settings: SettingsMaker
) -> None:
    app = create_app(make_settings(database_url, rate_limits=True))
    with app.app_context(), time_machine.travel(clock.now(), tick=False):
        _guest, issued = Course().give()
        for _attempt in range(15):
            assert GENUINE in check(app, issued.paper.code).text
        answers = [check(app, issued.paper.code, f"Rat {n}").status_code for n in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[-1] == 429


def test_checks_with_any_key_of_the_ring(app: Flask) -> None:
    _guest, issued = Course().give()
    settings: Settings = app.config["SETTINGS"]
    use(settings.secret_key, f"a newer key,{settings.data_key}")
    try:
        with reading() as connection:
            assert queries.check(connection, issued.paper.code, "Müller-Lüdenscheidt")
    finally:
        use(settings.secret_key, settings.data_key)
    one, other = Keyring("x", "y"), Keyring("x", "z")
    assert one.mac("a", "b") != other.mac("a", "b") != one.mac("b", "b")


def test_the_own_page_gives_it(app: Flask) -> None:
    course = Course()
    guest = course.guest()
    browser = visitor(app)
    address = f"/registrations/{manage(guest)}"
    assert "Es gibt keine Bescheinigung, solange etwas fehlt." in browser.get(address).text
    assert browser.get(f"{address}/certificate.pdf").status_code == 404
    course.comes(guest)
    course.look()
    assert "Bescheinigung herunterladen" in browser.get(address).text
    answer = browser.get(f"{address}/certificate.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "private, no-store"
    without = Course("ohne", gives_certificates=False).guest()
    assert "Teilnahmebescheinigung" not in browser.get(f"/registrations/{manage(without)}").text


def manage(guest: Guest) -> str:
    with reading() as connection:
        sealed = connection.execute(
            select(Registration.secrets_sealed).where(Registration.id == guest.id)
        ).scalar_one()
    return str(keyring().open(sealed)["manage"])
