"""Organisers are told when no worker has been heard of, or mail waits."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from config import Settings
from eventapp import clock, create_app
from eventapp.db import db, transaction
from eventapp.mail import outbox
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import SmtpTransport
from eventapp.networks.models import Role
from eventapp.ops import health, watch
from eventapp.ops.watch import Standing, Standstill
from tests.mail.outbox import owe
from tests.planning.office import Office
from tests.ports import free_port
from tests.smtp import MailServer
from tests.valkey import Valkey

MINUTE = 60


@pytest.fixture(autouse=True)
def clock_goes_right_again() -> Iterator[None]:
    yield
    clock.shift(0)


@pytest.fixture
def listening(
    database_url: str, valkey_server: Valkey, make_settings: Callable[..., Settings]
) -> Iterator[Flask]:
    """An app with a broker."""
    app = create_app(make_settings(database_url, redis_url=valkey_server.url))
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def owe_one() -> None:
    with transaction() as session:
        outbox.add(session, "registration-link", "x", clock.now(), registration_id=outbox.NOBODY)


def test_a_silent_receiver_is_said_where_one_is_expected(
    database_url: str, valkey_server: Valkey, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings(database_url, redis_url=valkey_server.url, lmtp_port=2424)
    app = create_app(settings)
    with app.app_context():
        health.beat()
        health.beat_receiver()
        assert not any("receiver" in each for each in health.report().troubles)
        clock.shift(3 * MINUTE)
        health.beat()
        assert watch.standstill() == Standstill(Standing.DEAF, 3)
        assert any("receiver" in each for each in health.report().troubles)
        health.beat_receiver()
        clock.shift(3 * MINUTE + 11)
        assert watch.standstill() is None
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("listening")
def test_a_silent_worker_is_said_after_two_minutes() -> None:
    assert watch.standstill() is None, "it has just begun to listen"
    clock.shift(1.9 * MINUTE)
    health.beat()
    clock.shift(2.5 * MINUTE)
    assert watch.standstill() is None
    clock.shift(5 * MINUTE)
    assert watch.standstill() == Standstill(Standing.SILENT, 3)
    health.beat()
    clock.shift(5 * MINUTE + 11)
    assert watch.standstill() is None


@pytest.mark.usefixtures("listening")
def test_a_mail_that_waits_is_said_after_five_minutes() -> None:
    owe_one()
    for minutes in (2, 4, 6):
        clock.shift(minutes * MINUTE)
        health.beat()
    assert watch.standstill() == Standstill(Standing.LATE, 6)


@pytest.mark.usefixtures("listening")
def test_mail_that_is_tried_in_vain_waits_as_well(smtp_server: MailServer) -> None:
    owe(2)
    smtp_server.stop()
    way = SmtpTransport(smtp_server.url, 1)
    for minutes in range(7):
        clock.shift(minutes * MINUTE)
        deliver_due(way, Pace(45, 60))
        health.beat()
    assert watch.standstill() == Standstill(Standing.LATE, 6)


@pytest.mark.usefixtures("listening")
def test_what_a_recipients_server_puts_off_is_no_standstill(smtp_server: MailServer) -> None:
    owe(2)
    smtp_server.answers["erika@example.org"] = "451 4.7.1 later"
    way = SmtpTransport(smtp_server.url, 1)
    for minutes in range(7):
        clock.shift(minutes * MINUTE)
        deliver_due(way, Pace(45, 60))
        health.beat()
    way.close()
    assert watch.standstill() is None


def test_without_a_broker_nobody_is_heard(
    database_url: str, make_settings: Callable[..., Settings]
) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}"
    with create_app(make_settings(database_url, redis_url=nowhere)).app_context():
        assert watch.standstill() is None
        clock.shift(3 * MINUTE)
        assert watch.standstill() == Standstill(Standing.SILENT, 3)
        db.engine.dispose()


def test_every_page_of_the_organisers_says_so(listening: Flask) -> None:
    office = Office(listening)
    helper = office.somebody(Role.DOOR)
    words = "Seit 3 Minuten meldet sich kein Versandprogramm."
    for page in ("/organise/", "/organise/account/"):
        assert words not in helper.get(page).text
    clock.shift(3 * MINUTE)
    for page in ("/organise/", "/organise/account/"):
        assert words in helper.get(page).text
    assert "Läuft alles?" not in office.ada().get("/organise/").text
