"""What the doors disagree about: found from the scans, shown, settled."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.checkin.conflict_rules import Kind
from eventapp.checkin.conflicts import Conflict, count_open, list_conflicts
from eventapp.checkin.head_counts import count_guests
from eventapp.checkin.models import Scan
from eventapp.checkin.settling import NotToBeAdmitted, NotToBeTakenBack, admit, take_back
from eventapp.checkin.walk_in_rules import NewWalkIn
from eventapp.checkin.walkins import register_walk_in
from eventapp.db import db, reading, transaction
from eventapp.events.loading import get_definition
from eventapp.networks.models import Role, Scope
from eventapp.registration.models import Registration
from eventapp.tokens import new_ticket
from tests.checkin.door import Door, new_scan, record, said
from tests.statements import counted
from tests.visitors import Visitor, colleague

URL = "/organise/events/treffen/doors/conflicts"


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door(walk_ins="beyond")


@pytest.fixture
def ada(app: Flask, door: Door) -> Visitor:
    return colleague(app, "ada", (Role.ORGANISER, Scope.EVENT, door.event_id))


def conflicts(door: Door) -> list[Conflict]:
    with reading() as connection:
        return list_conflicts(connection, door.event_id)


def present(door: Door) -> int:
    with reading() as connection:
        event = get_definition(connection, door.slug)
        return count_guests(connection, event, clock.now()).present


def post(browser: Visitor, url: str, **values: object) -> int:
    data = {"csrf_token": browser.csrf_token(), **values}
    return browser.post(url, data=data).status_code


def walk_in(door: Door, name: str) -> None:
    first_name, _, last_name = name.partition(" ")
    asked = NewWalkIn(
        str(new_scan("x").scan_id), first_name, last_name, "", None, clock.now(), let_in=True
    )
    with transaction() as session:
        register_walk_in(session, door.device("Nebentür"), asked, now=clock.now())


def test_the_same_ticket_at_two_devices(door: Door) -> None:
    guest, north, south, now = door.guest(), door.device("Nord"), door.device("Süd"), clock.now()
    late = new_scan(guest.ticket, now - timedelta(minutes=5), let_in=True)
    early = new_scan(guest.ticket, now - timedelta(minutes=9), let_in=True)
    record(north, late)
    record(south, early)
    [found] = conflicts(door)
    assert (found.kind, found.scan.device, found.scan.at) == (Kind.DOUBLE, "Nord", late.scanned_at)
    assert found.first
    assert (found.first.device, found.first.at) == ("Süd", early.scanned_at)


def test_a_second_look_at_one_device_is_none_unless_it_opened_again(door: Door) -> None:
    guest, north = door.guest(), door.device("Nord")
    record(north, new_scan(guest.ticket), new_scan(guest.ticket))
    assert conflicts(door) == []
    record(north, new_scan(guest.ticket, let_in=True))
    assert len(conflicts(door)) == 1


def test_whoever_went_out_comes_in_elsewhere_without_a_conflict(door: Door) -> None:
    guest, north, south, now = door.guest(), door.device("Nord"), door.device("Süd"), clock.now()
    times = [now - timedelta(minutes=each) for each in (9, 6, 3)]
    record(south, new_scan(guest.ticket, times[2], let_in=True))
    record(north, new_scan(guest.ticket, times[0]))
    assert len(conflicts(door)) == 1
    record(north, new_scan(guest.ticket, times[1], direction="out"))
    assert conflicts(door) == []


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "waitlisted"}, "waitlisted"),
        ({"attendance": "online"}, "online_only"),
    ],
)
def test_who_was_let_in_and_may_not_enter(door: Door, values: dict[str, str], finding: str) -> None:
    guest, device = door.guest(**values), door.device()
    record(device, new_scan(guest.ticket))  # the door was told
    assert conflicts(door) == []
    record(device, new_scan(guest.ticket, let_in=True))
    [found] = conflicts(door)
    assert (found.kind, found.scan.finding) == (Kind.NOT_ALLOWED, finding)
    assert not found.may_be_admitted


def test_a_code_of_nobody_and_one_of_another_event(door: Door) -> None:
    foreign, device = Door("andere").guest(name="Geheim"), door.device()
    record(device, new_scan(new_ticket()), new_scan(new_ticket(), let_in=False))
    assert conflicts(door) == []
    record(device, new_scan(new_ticket(), let_in=True), new_scan(foreign.ticket, let_in=True))
    found = conflicts(door)
    assert {each.kind for each in found} == {Kind.FORGED}
    assert [each.scan.name for each in found] == [None, None]


@pytest.mark.parametrize("is_told_late", [False, True])
def test_the_helpers_choice_counts_however_it_arrives(door: Door, *, is_told_late: bool) -> None:
    """Sent away at first and let in after all, with the same scan."""
    device, scan = door.device(), new_scan(new_ticket(), let_in=False)
    let_in = new_scan(scan.code, scan.scanned_at, let_in=True)
    let_in = type(let_in)(**{**vars(let_in), "scan_id": scan.scan_id})
    for each in [scan, let_in] if is_told_late else [let_in, scan]:
        record(device, each)
    assert [each.kind for each in conflicts(door)] == [Kind.FORGED]
    taken_back = type(let_in)(**{**vars(let_in), "undone_at": clock.now()})
    assert said(record(device, taken_back)) == ["undone"]
    assert conflicts(door) == []


def test_a_walk_in_of_the_same_name(door: Door) -> None:
    guest = door.guest(name="Muster", sort_key="muster erika")
    walk_in(door, "Anna Muster")
    assert conflicts(door) == []
    with transaction() as session:
        named = update(Registration).where(Registration.id == guest.id)
        session.execute(named.values(sort_key="muster erika"))
    walk_in(door, "Erika Muster")
    [found] = conflicts(door)
    assert (found.kind, found.other_id) == (Kind.SAME_NAME, guest.id)


def test_the_page_names_guest_time_and_devices_and_settles(ada: Visitor, door: Door) -> None:
    guest, now = door.guest(name="Doppelt"), clock.now()
    record(door.device("Nord"), new_scan(guest.ticket, now - timedelta(minutes=9), let_in=True))
    record(door.device("Süd"), new_scan(guest.ticket, now - timedelta(minutes=5), let_in=True))
    page = ada.get(URL).text
    for words in ("Erika Doppelt", "Nord", "Süd", "Doppelt gescannt", "Offen (1)"):
        assert words in page
    [found] = conflicts(door)
    assert post(ada, f"{URL}/{found.scan.id}/settle") == 303
    assert post(ada, f"{URL}/{found.scan.id}/settle") == 303
    assert "Erika Doppelt" not in ada.get(URL).text
    assert "Erika Doppelt" in ada.get(f"{URL}?show=settled").text
    assert post(ada, f"{URL}/{found.scan.id}/reopen") == 303
    assert "Erika Doppelt" in ada.get(URL).text
    assert post(ada, f"{URL}/{found.scan.id}/take-back") == 303
    assert conflicts(door) == []
    assert present(door) == 1
    assert acts() == ["conflict.settled", "conflict.reopened", "conflict.taken_back"]


def acts() -> list[str]:
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [each.act for each in entries if each.act.startswith("conflict.")]


def test_who_may_enter_by_now_is_counted_by_the_office(ada: Visitor, door: Door) -> None:
    guest = door.guest(status="waitlisted")
    record(door.device(), new_scan(guest.ticket, let_in=True))
    [found] = conflicts(door)
    refused = ada.post(f"{URL}/{found.scan.id}/admit", data={"csrf_token": ada.csrf_token()})
    assert refused.status_code == 409
    assert "Geben Sie ihr zuerst einen Platz vor Ort" in refused.text
    with transaction() as session:
        mine = update(Registration).where(Registration.id == guest.id)
        session.execute(mine.values(status="confirmed"))
    assert "Als Einlass zählen" in ada.get(URL).text
    assert present(door) == 0
    assert post(ada, f"{URL}/{found.scan.id}/admit") == 303
    assert present(door) == 1
    assert conflicts(door) == []
    assert post(ada, f"{URL}/{found.scan.id}/admit") == 303  # there is nothing left to do


def test_what_counts_for_nothing_is_not_taken_back(ada: Visitor, door: Door) -> None:
    record(door.device(), new_scan(new_ticket(), let_in=True))
    [found] = conflicts(door)
    assert post(ada, f"{URL}/{found.scan.id}/take-back") == 409
    with transaction() as session, pytest.raises(NotToBeTakenBack):
        take_back(session, found, now=clock.now())
    with transaction() as session, pytest.raises(NotToBeAdmitted):
        admit(session, found)
    assert post(ada, f"{URL}/4711/settle") == 303


def test_only_who_changes_registrations_sees_them(app: Flask, door: Door) -> None:
    record(door.device(), new_scan(new_ticket(), let_in=True))
    ben = colleague(app, "ben", (Role.DOOR, Scope.EVENT, door.event_id))
    assert ben.get(URL).status_code == 403
    assert colleague(app, "cleo").get(URL).status_code == 403
    live = ben.get("/organise/events/treffen/live").text
    assert "Am Einlass zu klären: 1" in live
    assert URL not in live


def test_doors_and_the_live_page_count_them(ada: Visitor, door: Door) -> None:
    live = "/organise/events/treffen/live"
    tags = [ada.get(f"{live}/figures").headers["ETag"]]
    record(door.device(), new_scan(new_ticket(), let_in=True))
    tags.append(ada.get(f"{live}/figures").headers["ETag"])
    assert URL in ada.get(live).text
    assert "1 Unstimmigkeit der Eingänge" in ada.get("/organise/events/treffen/doors").text
    [found] = conflicts(door)
    post(ada, f"{URL}/{found.scan.id}/settle")
    tags.append(ada.get(f"{live}/figures").headers["ETag"])
    assert len(set(tags)) == 3
    assert URL not in ada.get(live).text
    with reading() as connection:
        assert count_open(connection, door.event_id) == 0


def test_many_cost_as_few_statements_and_are_leafed_through(ada: Visitor, door: Door) -> None:
    costs, page = [], ""
    for size in (1, 30):
        scans = [new_scan(new_ticket(), let_in=True) for _ in range(size)]
        record(door.device(), *scans)
        with counted() as statements:
            page = ada.get(URL).text
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert "Seite 1 von 2" in page
    assert page.count('class="conflict"') == 25
    assert ada.get(f"{URL}?page=2").text.count('class="conflict"') == 6


def test_scans_stay_as_they_were(door: Door) -> None:
    """Whoever is refused later keeps the admission of then."""
    guest, device = door.guest(), door.device()
    scan = new_scan(guest.ticket)
    record(device, scan)
    with transaction() as session:
        session.execute(update(Registration).values(status="cancelled"))
    again = type(scan)(**{**vars(scan), "let_in": True})
    record(device, again)
    assert db.session.query(Scan).one().finding == "ticket"
