"""The programme by form alone: add, change, take out."""

from typing import Any

import pytest
from flask import Flask

from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.networks.models import Role
from tests.factories import at, in_days, make_item
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import item_states, rows, sign_up

LIST = "/organise/events/treffen/programme"
ITEM: dict[str, Any] = {"title": "Vortrag", "starts_time": "13:30", "ends_time": "14:00"}


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app, "treffen")


def test_an_item_is_added_changed_and_taken_out(office: Office) -> None:
    ada = office.ada()
    more = {
        "room": "Saal",
        "speakers": "Ada, Eva ,",
        "capacity": "5",
        "choice_group": "Am Vormittag",
    }
    assert send(ada, LIST, **ITEM, **more).location == LIST
    [item] = event_of("treffen").programme
    assert (item.slug, item.starts_at) == ("vortrag", at(in_days(30), 13, 30))
    assert (item.room, item.speakers, item.capacity) == ("Saal", ("Ada", "Eva"), 5)
    assert item.group == "am-vormittag"
    assert "Zu einer Auswahlgruppe gehört erst ein Punkt." in ada.get(LIST).text
    form = shown(ada, f"{LIST}/vortrag")
    send(ada, f"{LIST}/vortrag", **form)
    assert event_of("treffen").programme == (item,)
    send(ada, f"{LIST}/vortrag", **{**form, "title": "Neu"})
    [changed] = event_of("treffen").programme
    assert (changed.id, changed.title) == (item.id, "Neu")
    send(ada, LIST, **ITEM)
    assert [each.slug for each in event_of("treffen").programme][-1].startswith("vortrag-")
    send(ada, f"{LIST}/vortrag/delete")
    assert len(event_of("treffen").programme) == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": ""}, "Geben Sie dem Programmpunkt einen Titel."),
        ({"starts_time": ""}, "Nennen Sie den Beginn."),
        ({"ends_time": "13:00"}, "Das Ende liegt nicht nach dem Beginn."),
        ({"day": in_days(60).isoformat()}, "Wählen Sie einen Tag der Veranstaltung."),
        ({"day": ""}, "Nennen Sie den Tag."),
        ({"capacity": "x"}, "Geben Sie eine ganze Zahl ein"),
    ],
)
def test_what_does_not_fit_is_said(app: Flask, values: dict[str, str], said: str) -> None:
    office = Office(app, "treffen", dates=[(at(in_days(30), 10), at(in_days(31), 16))])
    form = {**ITEM, "day": in_days(30).isoformat(), "room": "Saal", **values}
    answer = send(office.ada(), LIST, **form)
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert 'value="Saal"' in answer.text


def test_more_seats_let_those_who_wait_move_up_and_a_chosen_item_stays(office: Office) -> None:
    with transaction() as session:
        event = session.query(Event).filter_by(slug="treffen").one()
        make_item(session, event, "werkstatt", capacity=1)
    for name in ("Erika", "Dan"):
        sign_up(event_of("treffen"), name, items=("werkstatt",))
    ada, last = office.ada(), rows()[-1].id
    assert item_states(last) == {"werkstatt": "waitlisted"}
    form = {**shown(ada, f"{LIST}/werkstatt"), "capacity": "2"}
    send(ada, f"{LIST}/werkstatt", **form)
    assert item_states(last) == {"werkstatt": "confirmed"}
    kept = send(ada, f"{LIST}/werkstatt/delete")
    assert "haben Angemeldete gewählt" in ada.get(kept.location).text
    assert len(event_of("treffen").programme) == 1


def test_an_old_form_overwrites_nothing(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **ITEM)
    old = shown(ada, f"{LIST}/vortrag")
    send(ada, f"{LIST}/vortrag", **{**old, "title": "Zuerst"})
    refused = send(ada, f"{LIST}/vortrag", **{**old, "title": "Danach"})
    check_refused(refused, "changed-meanwhile")
    assert event_of("treffen").programme[0].title == "Zuerst"


def test_only_who_may_edit(office: Office) -> None:
    send(office.ada(), LIST, **ITEM)
    ben, cleo = office.somebody(Role.VIEWER), office.cleo()
    for browser, code in ((ben, 403), (cleo, 404)):
        for address in (LIST, f"{LIST}/vortrag"):
            assert browser.get(address).status_code == code
            assert send(browser, address, **ITEM).status_code == code
        assert send(browser, f"{LIST}/vortrag/delete").status_code == code
    assert [each.title for each in event_of("treffen").programme] == ["Vortrag"]


def test_an_item_may_go_past_midnight(app: Flask) -> None:
    office = Office(app, "treffen", dates=[(at(in_days(30), 18), at(in_days(31), 1))])
    ada = office.ada()
    night = {"title": "Tanz", "day": in_days(30).isoformat(), "starts_time": "22:00"}
    refused = send(ada, LIST, **night, ends_time="00:30")
    assert "kreuzen Sie „Endet am nächsten Tag“ an" in refused.text
    assert send(ada, LIST, **night, ends_time="00:30", ends_next_day="y").status_code == 303
    [item] = event_of("treffen").programme
    assert (item.starts_at, item.ends_at) == (at(in_days(30), 22), at(in_days(31), 0, 30))
    form = shown(ada, f"{LIST}/tanz")
    assert form["ends_next_day"] == ["y"]
    send(ada, f"{LIST}/tanz", **form)
    assert event_of("treffen").programme == (item,)


def test_a_second_click_adds_nothing(office: Office) -> None:
    ada = office.ada()
    form = {**ITEM, "form_token": shown(ada, LIST)["form_token"]}
    assert send(ada, LIST, **form).location == LIST
    assert send(ada, LIST, **form).location == f"{LIST}?done=again"
    assert len(event_of("treffen").programme) == 1
    assert send(ada, LIST, **ITEM).status_code == 303  # another form, though alike
    assert len(event_of("treffen").programme) == 2


def test_rooms_and_speakers_are_offered_again(office: Office) -> None:
    ada = office.ada()
    send(ada, LIST, **ITEM, room="Großer <Saal>", speakers="Ada, Eva")
    page = ada.get(LIST).text
    assert '<option value="Großer &lt;Saal&gt;">' in page
    assert '<option value="Eva">' in page
