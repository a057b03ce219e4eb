"""The list narrowed by everything; what the parameters of an address may be."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update
from werkzeug.datastructures import MultiDict

from eventapp import clock
from eventapp.attendance.actions import ONLINE_DOOR, record_presence
from eventapp.checkin.models import Device, Scan
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.networks.models import Role
from eventapp.networks.rules import PERMISSIONS
from eventapp.participants import queries
from eventapp.participants.wanted import as_parameters, read_wanted
from eventapp.registration.models import Registration
from eventapp.tokens import keyring, shown_short_code
from tests.factories import ORIGIN, make_event, make_item, make_organisation, make_question
from tests.participants.test_console import address, csv_of, enter, names_on, organiser
from tests.registration.test_actions import event_of, rows

MAY = PERMISSIONS[Role.ORGANISER] | PERMISSIONS[Role.ASSISTANCE]


def furnish() -> EventDefinition:
    """Anna, Bert and Cleo, who differ in everything."""
    with transaction() as session:
        event = make_event(session, has_online=True, fields=["photo_consent", "list_consent"])
        make_item(session, event, "singen", capacity=1)
        make_item(session, event, "malen", capacity=5)
        make_question(session, event, "essen", type="choices", options=["Suppe", 'Brot "süß"'])
        make_question(session, event, "kommt", type="yes_no", position=2)
        make_question(session, event, "leiden", type="yes_no", sensitive=True, position=3)
        make_organisation(session, "haus", name="Haus", type="verein", district="Mainz")
        office = make_organisation(session, "amt", name="Amt", type="behoerde", district="Trier").id
        slug = event.slug
    event_ = event_of(slug)
    eat, come, _ill = event_.questions
    enter(event_, "Anna", "A", answers={eat: ["Suppe"], come: "yes"}, items=("singen",))
    enter(event_, "Bert", "B", answers={eat: ["Suppe", 'Brot "süß"']}, items=("singen",))
    enter(event_, "Cleo", "C", attendance="online", organisation="Amt für Übersicht")
    anna, bert, cleo = (row.id for row in rows())
    now = clock.now()
    with transaction() as session:
        session.execute(
            update(Registration)
            .where(Registration.id == cleo)
            .values(organisation_id=office, language="en", by_office=True, list_consent=True)
        )
        session.execute(
            update(Registration).where(Registration.id == bert).values(photo_consent=["print"])
        )
        record_presence(session, cleo, event_.dates[0].id, ONLINE_DOOR, now=now)
        device = session.execute(
            insert(Device)
            .values(event_id=event_.id, name="T", token_hash=b"t", created_at=now)
            .returning(Device.id)
        ).scalar_one()
        session.execute(
            insert(Scan).values(
                scan_id="1",
                event_id=event_.id,
                device_id=device,
                registration_id=anna,
                direction="in",
                finding="ticket",
                scanned_at=now,
                received_at=now,
            )
        )
    return event_


def found(event: EventDefinition, **given: Any) -> str:
    """The first letters of who is listed."""
    wanted = read_wanted(event, MAY, given)
    assert read_wanted(event, MAY, as_parameters(wanted)) == wanted
    with reading() as connection:
        listed = queries.list_all(connection, event, wanted)
        assert queries.count_listed(connection, event, wanted) == len(listed)
    return "".join(row.last_name for row in listed)


def test_everything_narrows_the_list(app: Flask) -> None:  # noqa: ARG001  the app is the database
    event = furnish()
    ids = [str(row.id) for row in rows()]
    for expected, given in (
        ("CBA", {}),
        ("C", {"attendance": "online"}),
        ("CBA", {"status": ["confirmed", "cancelled"]}),
        ("", {"status": ["waitlisted", "cancelled"]}),
        ("BA", {"workshop": "singen"}),
        ("A", {"workshop": "singen", "place": "held"}),
        ("B", {"workshop": "singen", "place": "waiting"}),
        ("C", {"place": "none"}),
        ("CBA", {"workshop": "malen", "place": "none"}),
        ("C", {"organisation": "amt"}),
        ("", {"organisation": "haus"}),
        ("C", {"organisation_name": "UBER amt"}),
        ("C", {"organisation_type": "behoerde", "district": "Trier"}),
        ("", {"organisation_type": "behoerde", "district": "Mainz"}),
        ("BA", {"answer_essen": "Suppe"}),
        ("B", {"answer_essen": 'Brot "süß"'}),
        ("BA", {"answer_essen": ["Suppe", 'Brot "süß"']}),
        ("A", {"answer_essen": "Suppe", "answer_kommt": "yes"}),
        ("", {"answer_kommt": "no"}),
        ("", {"from": "2100-12-31"}),
        ("", {"to": "2000-01-01"}),
        ("CBA", {"from": "2000-01-01", "to": "2100-12-31"}),
        ("C", {"entered": "office"}),
        ("BA", {"entered": "self"}),
        ("", {"entered": "door"}),
        ("CA", {"arrived": "yes"}),
        ("B", {"arrived": "no"}),
        ("C", {"language": "en"}),
        ("B", {"photo": "print"}),
        ("", {"photo": "social"}),
        ("B", {"photo": "any"}),
        ("CA", {"photo": "none"}),
        ("C", {"list": "yes"}),
        ("", {"needs": "1"}),
        ("CA", {"id": [ids[0], ids[2], ids[0]]}),
        ("ABC", {"sort": "oldest"}),
        ("ABC", {"sort": "name"}),
        ("CAB", {"sort": "organisation"}),
        ("ABC", {"sort": "waiting"}),
        ("B", {"q": rows()[1].email.upper()}),
        ("A", {"q": shown_short_code(keyring().open(rows()[0].secrets_sealed)["short_code"])}),
    ):
        assert found(event, **given) == expected, given


@pytest.mark.parametrize(
    "nonsense",
    [
        {"status": ["confirmed", "x"]},
        {"place": "x"},
        {"answer_essen": "Nagel"},
        {"answer_leiden": "yes"},
        {"answer_nichts": "x"},
        {"from": "31.12.2026"},
        {"to": "0001-01-01"},
        {"id": "x"},
        {"id": "99999999999"},
        {"id": [str(number) for number in range(501)]},
        {"arrived": "1"},
        {"language": "fr"},
        {"sort": "up"},
    ],
)
def test_what_means_nothing_is_not_found(app: Flask, nonsense: dict[str, Any]) -> None:
    event = furnish()
    with pytest.raises(NotFound):
        read_wanted(event, MAY, MultiDict(nonsense))
    assert organiser(app, event).get(address(event), query_string=nonsense).status_code == 404


def test_active_filters_are_taken_away_one_by_one(app: Flask) -> None:
    event = furnish()
    with transaction() as session:
        other = make_event(session).slug
    stranger = enter(event_of(other), "Dora", "Fremd")
    browser = organiser(app, event)
    page = browser.get(address(event, "?answer_essen=Suppe&district=Trier&status=confirmed")).text
    assert "Landkreis: Trier" in page
    assert "?status=confirmed&amp;answer_essen=Suppe" in page  # without the district
    assert names_on(page) == []
    assert "Niemand passt zu Ihrer Auswahl." in page
    assert names_on(browser.get(address(event, f"?id={stranger}")).text) == []  # not of this event
    hostile = "<img src=x onerror=alert(1)>"
    answer = browser.get(address(event), query_string={"district": hostile, "q": hostile})
    assert "<img src=x" not in answer.text


def test_files_say_type_district_and_since_when_somebody_is_there(app: Flask) -> None:
    event = furnish()
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=clock.now(), fields=["organisation"])
    lines = {row["Vorname"]: row for row in csv_of(organiser(app, event), event_of(event.slug))}
    amt = lines["Cleo"]
    assert (amt["Art der Organisation"], amt["Landkreis"]) == ("behoerde", "Trier")
    assert (lines["Anna"]["Art der Organisation"], lines["Anna"]["Landkreis"]) == ("", "")
    assert lines["Anna"]["Da seit"]  # at the door
    assert amt["Da seit"]  # online
    assert not lines["Bert"]["Da seit"]
