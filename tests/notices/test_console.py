"""The page that shows what will be told: sent at once, or to nobody."""

import pytest
from flask import Flask
from sqlalchemy import select

from eventapp.audit.models import AuditEntry
from eventapp.db import reading
from tests.notices.changing import deliver, notices, owed
from tests.planning.office import Office, event_of, send, shown
from tests.registration.test_actions import sign_up
from tests.visitors import Visitor
from tests.wording.test_wording import EVENT, write

ADDRESS = "/organise/events/treffen"
NOTICE = f"{ADDRESS}/notice"


@pytest.fixture
def ada(app: Flask) -> Visitor:
    """She has just moved an event with one guest to another house."""
    ada = Office(app, "treffen").ada()
    sign_up(event_of("treffen"), "Dan")
    deliver()
    form = shown(ada, f"{ADDRESS}/edit") | {"venue_name": "Rathaus"}
    saved = send(ada, f"{ADDRESS}/edit", **form)
    assert saved.location.endswith("/notice?done=saved")
    return ada


def acts() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(AuditEntry.act).order_by(AuditEntry.id)).scalars())


def mark(ada: Visitor) -> str:
    return ada.field(NOTICE, "notice")


def test_it_says_what_goes_to_whom_and_shows_the_mail(ada: Visitor) -> None:
    page = ada.get(NOTICE).text
    assert "Haus der Begegnung" in page
    assert "Rathaus" in page
    assert "1 E-Mail geht um" in page
    assert "vor Ort angemeldet" in page
    mail = ada.get(f"{NOTICE}/mail?to=in_person")
    assert "Neuer Ort" in mail.text
    assert "Erika Muster" in mail.text
    assert "Dan" not in mail.text
    assert "Eine Änderung wird um" in ada.get(ADDRESS).text


def test_sent_at_once(ada: Visitor) -> None:
    done = send(ada, f"{NOTICE}/send", notice=mark(ada))
    assert done.location.endswith("done=told")
    assert [row.kind for row in owed()] == ["event-changed"]
    assert acts()[-1] == "notice.sent"
    assert ada.get(NOTICE).status_code == 303


def test_told_to_nobody_after_a_question(ada: Visitor) -> None:
    assert "Niemandem mitteilen?" in ada.get(f"{NOTICE}/drop").text
    done = send(ada, f"{NOTICE}/drop", notice=mark(ada))
    assert done.location.endswith("done=untold")
    assert (notices(), owed(), acts()[-1]) == ([], [], "notice.dropped")


@pytest.mark.parametrize("step", ["send", "drop"])
def test_a_page_that_shows_an_earlier_state_does_nothing(ada: Visitor, step: str) -> None:
    old = mark(ada)
    form = shown(ada, f"{ADDRESS}/edit") | {"venue_name": "Schloss"}
    send(ada, f"{ADDRESS}/edit", **form)
    assert send(ada, f"{NOTICE}/{step}", notice=old).location.endswith("done=late")
    assert owed() == []
    assert len(notices()) == 1


def test_where_nothing_is_to_be_told_the_pages_lead_to_the_event(app: Flask) -> None:
    ada = Office(app, "treffen").ada()
    for address in (NOTICE, f"{NOTICE}/drop"):
        assert ada.get(address).location.endswith(ADDRESS)
    assert ada.get(f"{NOTICE}/mail").status_code == 404
    form = shown(ada, f"{ADDRESS}/edit") | {"venue_name": "Rathaus"}
    assert send(ada, f"{ADDRESS}/edit", **form).location.endswith("done=saved")


def test_of_another_network_nothing_is_shown(app: Flask) -> None:
    cleo = Office(app, "treffen").cleo()
    assert cleo.get(NOTICE).status_code in (403, 404)


def test_what_the_office_worded_stands_in_the_mail(ada: Visitor) -> None:
    write(ada, EVENT, "event-changed", note_de="Einlass ab neun.", closing_de="Ihr Team")
    page = ada.get(f"{NOTICE}/mail").text
    assert "Einlass ab neun." in page
    assert "Ihr Team" in page
