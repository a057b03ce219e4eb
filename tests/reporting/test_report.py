"""A report from its first words to the public page."""

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from eventapp.audit.models import AuditEntry
from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.networks.models import Role
from eventapp.registration.erasure import erase
from eventapp.reporting.queries import find_report, list_pictures
from eventapp.reporting.rules import MOST_BYTES, MOST_PICTURES, Shown
from eventapp.sitecache import bump
from tests.factories import png
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import rows, sign_up
from tests.visitors import visitor

REPORT = "/organise/events/treffen/report"
PICTURES = f"{REPORT}/pictures"
PUBLIC = "/events/treffen/report"
WORDS = {"title": "Konferenzbericht", "text": "Es **war** gut.", "results": "- Drei Ziele"}


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen")


def picture(width: int = 40) -> Any:
    return io.BytesIO(png(width)), "foto.png"


def pictures() -> tuple[Shown, ...]:
    with reading() as connection:
        return list_pictures(connection, event_of("treffen").id)


def published(office: Office) -> Any:
    """Ada, whose report everybody sees."""
    ada = office.ada()
    send(ada, REPORT, **WORDS, revision="0")
    send(ada, f"{REPORT}/publish")
    return ada


def test_a_draft_is_published_and_withdrawn(office: Office) -> None:
    ada, guest = office.ada(), visitor(office.app)
    assert shown(ada, REPORT)["revision"] == ["0"]
    assert send(ada, REPORT, **WORDS, revision="0").location == f"{REPORT}?done=saved"
    assert guest.get(PUBLIC).status_code == 404
    assert "Es <strong>war</strong> gut." in ada.get(f"{REPORT}/preview").text
    assert send(ada, f"{REPORT}/publish").location == f"{REPORT}?done=published"
    assert send(ada, f"{REPORT}/publish").location == f"{REPORT}?done=again"
    page = guest.get(PUBLIC).text
    assert "Es <strong>war</strong> gut." in page
    assert "<li>Drei Ziele</li>" in page
    event = guest.get("/events/treffen").text
    assert f'href="{PUBLIC}"' in event
    assert '"subjectOf": {"@type": "Report", "headline": "Konferenzbericht"' in event
    assert send(ada, f"{REPORT}/withdraw").location == f"{REPORT}?done=withdrawn"
    assert send(ada, f"{REPORT}/withdraw").location == f"{REPORT}?done=again"
    assert guest.get(PUBLIC).status_code == 404
    assert "subjectOf" not in guest.get("/events/treffen").text


def test_an_empty_one_is_not_published(office: Office) -> None:
    ada = office.ada()
    check_refused(send(ada, f"{REPORT}/publish"), "report-empty")
    send(ada, REPORT, title="Bericht", revision="0")
    check_refused(send(ada, f"{REPORT}/publish"), "report-empty")
    ada = office.somebody(Role.OWNER, "olga")
    send(ada, REPORT, **WORDS, revision="1")
    send(ada, f"{REPORT}/publish")
    check_refused(send(ada, REPORT, title="Bericht", text="", revision="2"), "report-empty")


def test_nobody_writes_over_another(office: Office) -> None:
    ada = office.ada()
    send(ada, REPORT, **WORDS, revision="0")
    late = send(ada, REPORT, title="Von Ben", text="Anders", revision="0")
    check_refused(late, "report-changed")
    assert 'value="Von Ben"' in late.text
    assert 'name="revision" value="1"' in late.text
    assert send(ada, REPORT, title="Von Ben", text="Anders", revision="1").status_code == 303


def test_the_log_says_what_was_written(office: Office) -> None:
    ada = office.ada()
    send(ada, REPORT, **WORDS, revision="0")
    send(ada, REPORT, **{**WORDS, "results": ""}, revision="1")
    with reading() as connection:
        entries = connection.execute(
            select(AuditEntry.before, AuditEntry.after)
            .where(AuditEntry.act == "report.saved")
            .order_by(AuditEntry.id)
        ).all()
    assert entries[0].after == {
        "title": "Konferenzbericht",
        "report": "Es **war** gut.",
        "results": "- Drei Ziele",
    }
    assert (entries[1].before, entries[1].after) == ({"results": "- Drei Ziele"}, None)


def test_pictures_are_shown_with_their_words(office: Office) -> None:
    ada, guest = published(office), visitor(office.app)
    added = send(ada, PICTURES, picture=picture(), alt="Zwölf am Tisch", caption="Foto: Ada")
    assert added.location == f"{PICTURES}?done=added"
    [one] = pictures()
    address = f"{PUBLIC}/picture-{one.digest}"
    page = guest.get(PUBLIC).text
    assert f'src="{address}" alt="Zwölf am Tisch" width="40" height="3"' in page
    assert "Foto: Ada" in page
    answer = guest.get(address)
    assert (answer.mimetype, answer.status_code) == ("image/png", 200)
    assert Image.open(io.BytesIO(answer.data)).size == (40, 3)
    send(ada, f"{PICTURES}/{one.id}", alt="Dreizehn am Tisch")
    assert 'alt="Dreizehn am Tisch"' in guest.get(PUBLIC).text
    send(ada, f"{REPORT}/withdraw")
    assert guest.get(address).status_code == 404
    assert ada.get(f"{REPORT}/picture-{one.digest}").status_code == 200


def test_pictures_need_words_and_have_an_order(office: Office) -> None:
    ada = office.ada()
    without = send(ada, PICTURES, picture=picture())
    assert without.status_code == 422
    assert "Beschreiben Sie das Bild für alle" in without.text
    assert "Wählen Sie das Bild noch einmal" in without.text
    assert "Wählen Sie ein Bild." in send(ada, PICTURES, alt="Ein Saal").text
    for width in (40, 41, 42):
        send(ada, PICTURES, picture=picture(width), alt=f"Bild {width}")
    first, _second, last = pictures()
    assert send(ada, f"{PICTURES}/{last.id}/up").location == f"{PICTURES}?done=moved"
    assert send(ada, f"{PICTURES}/{first.id}/up").location == f"{PICTURES}?done=again"
    send(ada, f"{PICTURES}/{first.id}/down")
    assert [each.width for each in pictures()] == [42, 40, 41]
    assert send(ada, f"{PICTURES}/{last.id}/delete").location == f"{PICTURES}?done=deleted"
    assert [each.width for each in pictures()] == [40, 41]
    assert ada.get(f"{PICTURES}/{last.id}").status_code == 404
    assert "nicht sehen" in send(ada, f"{PICTURES}/{first.id}", alt=" ").text


def test_what_is_no_picture_is_refused(office: Office) -> None:
    ada = office.ada()
    no_picture = (io.BytesIO(b"<svg/>"), "bild.svg")
    check_refused(send(ada, PICTURES, picture=no_picture, alt="x"), "picture-unreadable")
    send(ada, PICTURES, picture=picture(), alt="Ein Saal")
    check_refused(send(ada, PICTURES, picture=picture(), alt="Saal"), "picture-there")
    large = FileStorage(io.BytesIO(b"x" * (MOST_BYTES + 1)), "foto.jpg")
    values = {"csrf_token": ada.csrf_token(), "alt": "x", "picture": large}
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    media_type = f'multipart/form-data; boundary="{boundary}"'
    answer = ada.post(PICTURES, data=stream.read(), content_type=media_type)
    check_refused(answer, "picture-too-large", most=10)
    for width in range(50, 49 + MOST_PICTURES):
        send(ada, PICTURES, picture=picture(width), alt="x")
    check_refused(
        send(ada, PICTURES, picture=picture(90), alt="x"), "too-many-pictures", most=MOST_PICTURES
    )


def test_it_stays_when_the_people_are_deleted(office: Office) -> None:
    ada, guest = published(office), visitor(office.app)
    send(ada, PICTURES, picture=picture(), alt="Zwölf am Tisch")
    sign_up(event_of("treffen"), "Erika")
    before = guest.get(PUBLIC).text
    with transaction() as session:
        erase(session, [rows()[-1].id], now=now())
    assert guest.get(PUBLIC).text == before
    with reading() as connection:
        assert find_report(connection, event_of("treffen").id) is not None


def test_that_of_a_draft_is_nobody_s_business(office: Office) -> None:
    published(office)
    with transaction() as session:
        session.execute(update(Event).values(status="draft"))
        bump(session, now())
    assert visitor(office.app).get(PUBLIC).status_code == 404


def test_only_who_plans_the_event_writes_it(office: Office) -> None:
    assert office.somebody(Role.VIEWER).get(REPORT).status_code == 403
    assert office.cleo().get(REPORT).status_code == 404
