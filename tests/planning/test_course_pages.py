"""The page of a course's dates: calling one off, bringing it back, and what is refused."""

from flask import Flask

from eventapp.networks.models import Role
from tests.factories import at, in_days
from tests.notices.changing import deliver, notices
from tests.notices.test_console import acts
from tests.planning.office import Office, event_of, send
from tests.registration.test_actions import sign_up

ADDRESS = "/organise/events/kurs"
DATES = [(at(in_days(day), 17), at(in_days(day), 19)) for day in (30, 37)]


def off() -> list[bool]:
    return [each.is_off for each in event_of("kurs").dates]


def test_called_off_shown_and_brought_back(app: Flask) -> None:
    ada = Office(app, "kurs", dates=DATES).ada()
    sign_up(event_of("kurs"), "Dan")
    deliver()
    first, second = (each.id for each in event_of("kurs").dates)
    assert f'href="{ADDRESS}/dates"' in ada.get(ADDRESS).text
    done = send(ada, f"{ADDRESS}/dates", off=first)
    assert done.location.endswith("/notice?done=saved")
    assert off() == [True, False]
    assert acts()[-1] == "event.date_off"
    notice = ada.get(f"{ADDRESS}/notice").text
    assert "abgesagt:" in notice
    assert "Ein Termin fällt aus" in ada.get(f"{ADDRESS}/notice/mail?to=in_person").text
    page = ada.get(f"{ADDRESS}/dates").text
    assert "Findet doch statt" in page
    refused = send(ada, f"{ADDRESS}/dates", off=second)
    assert refused.status_code == 422
    assert "der letzte Termin" in refused.text
    send(ada, f"{ADDRESS}/dates", on=first)
    assert off() == [False, False]
    assert acts()[-1] == "event.date_on"
    assert notices() == []


def test_what_was_so_already_or_is_unknown_changes_nothing(app: Flask) -> None:
    ada = Office(app, "kurs", dates=DATES).ada()
    first = event_of("kurs").dates[0].id
    for wrong in ({"on": first}, {"off": 987654}, {"off": "kurs"}, {}):
        assert send(ada, f"{ADDRESS}/dates", **wrong).location.endswith("done=late")
    assert off() == [False, False]


def test_an_event_of_one_day_has_no_such_page(app: Flask) -> None:
    ada = Office(app, "kurs").ada()
    assert ada.get(f"{ADDRESS}/dates").location.endswith(ADDRESS)
    assert f"{ADDRESS}/dates" not in ada.get(ADDRESS).text
    only = event_of("kurs").dates[0].id
    assert send(ada, f"{ADDRESS}/dates", off=only).location.endswith("done=late")


def test_nobody_else_comes_here(app: Flask) -> None:
    office = Office(app, "kurs", dates=DATES)
    assert office.cleo().get(f"{ADDRESS}/dates").status_code == 404
    viewer = office.somebody(Role.VIEWER)
    assert viewer.get(f"{ADDRESS}/dates").status_code == 403
    assert viewer.get(ADDRESS).status_code == 200
    assert f"{ADDRESS}/dates" not in viewer.get(ADDRESS).text
