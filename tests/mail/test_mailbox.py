"""The demo's mailbox: what was kept instead of being sent."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from eventapp import create_app
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import FileTransport
from tests.conftest import SettingsMaker
from tests.registration.test_actions import plan, sign_up

FOLDER = "var/mail"


def send_all(tmp_path: Path) -> None:
    deliver_due(FileTransport(tmp_path / FOLDER), Pace(lease=45, retry=60))


def test_an_empty_mailbox_says_how_to_fill_it(client: FlaskClient) -> None:
    answer = client.get("/mailbox")
    assert answer.status_code == 200
    assert "Noch ist keine E-Mail hinausgegangen." in answer.text


def test_lists_the_newest_first(client: FlaskClient, tmp_path: Path) -> None:
    sign_up(plan(title="Erstes Treffen"))
    send_all(tmp_path)
    sign_up(plan(title="Zweites Treffen"), "Ada")
    send_all(tmp_path)
    page = client.get("/mailbox").text
    assert "ada@example.org" in page
    assert page.index("Zweites Treffen") < page.index("Erstes Treffen")


def test_shows_headers_text_and_files(client: FlaskClient, tmp_path: Path) -> None:
    sign_up(plan(title="<b>Jahrestreffen</b>"))
    send_all(tmp_path)
    page = client.get("/mailbox/1").text
    for words in ("Netzwerk Beispielstadt", "erika@example.org", "Guten Tag Erika Beispiel,"):
        assert words in page
    assert "<b>Jahrestreffen" not in page
    assert 'sandbox="allow-popups' in page
    calendar = next(
        answer
        for position in range(2)
        if (answer := client.get(f"/mailbox/1/files/{position}")).mimetype == "text/calendar"
    )
    assert calendar.headers["Content-Disposition"] == "attachment; filename=termin.ics"
    assert len(Calendar.from_ical(calendar.data).events) == 1


def test_the_html_is_framed_with_its_pictures_and_without_power(app: Flask, tmp_path: Path) -> None:
    sign_up(plan())
    send_all(tmp_path)
    unchecked = FlaskClient(app, app.response_class)  # mails carry style attributes
    answer = unchecked.get("/mailbox/1/html")
    assert "data:image/png;base64," in answer.text
    assert "cid:" not in answer.text
    assert '<base target="_blank">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


@pytest.mark.parametrize("path", ["2", "2/html", "1/files/2", "1/files/0/x", "../1", "x"])
def test_what_is_not_there_is_404(client: FlaskClient, tmp_path: Path, path: str) -> None:
    sign_up(plan())
    send_all(tmp_path)
    assert client.get(f"/mailbox/{path}").status_code == 404


def test_there_is_none_without_demo(
    database_url: str, make_settings: SettingsMaker, tmp_path: Path
) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    settings = make_settings(
        database_url, demo="", redis_url="redis://127.0.0.1:1", smtp_url="smtp://127.0.0.1:1"
    )
    app = create_app(settings)
    assert {rule.rule for rule in app.url_map.iter_rules() if "mailbox" in rule.rule} == set()
