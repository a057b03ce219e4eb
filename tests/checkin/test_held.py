"""What devices send that hold no longer: kept aside, accepted as if in time, or rejected."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.checkin import actions, held_walk_ins
from eventapp.checkin.actions import NewScan
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.held import Pile, count_held, list_piles
from eventapp.checkin.held_walk_ins import forget_address
from eventapp.checkin.models import HeldWalkIn, Scan, WalkIn
from eventapp.db import db, reading, transaction
from eventapp.networks.models import Role, Scope
from eventapp.registration.leaving import erase_named
from eventapp.registration.models import Registration
from eventapp.tokens import new_ticket
from tests.checkin.door import Door, device_of, new_scan, record, said
from tests.checkin.test_conflicts import conflicts, post, present
from tests.checkin.test_walk_ins import body, send
from tests.registration.test_erasure import stored
from tests.statements import counted
from tests.visitors import Visitor, colleague

URL = "/organise/events/treffen/doors/held"


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door(walk_ins="while_free", capacity_in_person=3)


@pytest.fixture
def ada(app: Flask, door: Door) -> Visitor:
    return colleague(app, "ada", (Role.ORGANISER, Scope.EVENT, door.event_id))


def revoke(token: str) -> PairedDevice:
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    return device_of(token)


def piles(door: Door) -> list[Pile]:
    with reading() as connection:
        return list_piles(connection, door.event_id)


def verdicts(device: PairedDevice, *scans: NewScan) -> list[str]:
    """What the rows say, told to a device that holds."""
    return said(record(device, *scans))


def test_accepted_scans_count_as_if_they_had_come_in_time(ada: Visitor, door: Door) -> None:
    guests, open_device = [door.guest() for _ in range(2)], door.device("Süd")
    begin = clock.now() - timedelta(minutes=20)
    record(open_device, new_scan(guests[0].ticket, begin + timedelta(minutes=9)))
    device = revoke(door.pair("Nord"))
    scans = [
        new_scan(guests[0].ticket, begin),
        new_scan(guests[1].ticket, begin),
        new_scan(guests[1].ticket, begin + timedelta(minutes=5), direction="out"),
        new_scan(new_ticket(), begin, let_in=True),
        new_scan(door.guest(status="cancelled").ticket, begin, let_in=True),
    ]
    assert said(record(device, *scans)) == ["held"] * 5
    assert (present(door), conflicts(door)) == (1, [])
    assert "Nord" in ada.get(URL).text
    assert post(ada, f"{URL}/accept", device=device.id) == 303
    assert present(door) == 1
    found = {each.kind.value: each for each in conflicts(door)}
    assert set(found) == {"double", "not_allowed", "forged"}
    assert found["double"].scan.device == "Süd"  # the one that was held came earlier
    assert verdicts(open_device, *scans)[:3] == ["admitted", "admitted", "left"]
    assert piles(door) == []
    assert acts() == ["held.accepted"]


def acts() -> list[str]:
    return [each.act for each in rows(AuditEntry) if each.act.startswith("held.")]


def test_rejected_scans_stay_to_be_seen_and_may_be_accepted_later(ada: Visitor, door: Door) -> None:
    first, second, device = door.guest(name="Eins"), door.guest(name="Zwei"), revoke(door.pair())
    scans = [new_scan(each.ticket) for each in (first, second)]
    record(device, *scans)
    ids = {each.name: each.id for each in piles(door)[0].waiting}
    assert post(ada, f"{URL}/reject", scan=ids["Erika Eins"]) == 303
    assert post(ada, f"{URL}/reject", scan=ids["Erika Eins"]) == 303
    [pile] = piles(door)
    assert [each.name for each in pile.rejected] == ["Erika Eins"]
    page = ada.get(URL).text
    assert "Zurückgewiesen: 1" in page
    assert said(record(device, *scans)) == ["held", "held"]  # sent again: nothing changes
    assert post(ada, f"{URL}/accept", device=device.id) == 303
    assert (present(door), len(piles(door)[0].rejected)) == (1, 1)
    assert post(ada, f"{URL}/accept", scan=ids["Erika Eins"]) == 303
    assert (present(door), piles(door)) == (2, [])
    assert post(ada, f"{URL}/accept", scan=ids["Erika Eins"]) == 303  # nothing is left
    assert acts() == ["held.rejected", "held.accepted", "held.accepted"]


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_mistake_told_too_late_waits_as_well(
    ada: Visitor, door: Door, *, is_accepted: bool
) -> None:
    guest, token = door.guest(), door.pair()
    scan = new_scan(guest.ticket)
    record(device_of(token), scan)
    record(revoke(token), replace(scan, undone_at=clock.now()))
    assert present(door) == 1
    [waiting] = piles(door)[0].waiting
    assert waiting.held_as == "undone"
    assert "Ein Einlass soll zurückgenommen werden." in ada.get(URL).text
    act = "accept" if is_accepted else "reject"
    assert post(ada, f"{URL}/{act}", scan=waiting.id) == 303
    assert (present(door), piles(door)) == (0 if is_accepted else 1, [])
    [row] = rows(Scan)
    assert (row.finding, bool(row.undone_at)) == (
        ("undone", True) if is_accepted else ("ticket", False)
    )


def test_a_held_scan_that_was_a_mistake(ada: Visitor, door: Door) -> None:
    guest, device = door.guest(), revoke(door.pair())
    scan = new_scan(guest.ticket)
    record(device, scan, replace(scan, undone_at=clock.now()), scan)
    post(ada, f"{URL}/accept", device=device.id)
    assert (present(door), rows(Scan)[0].finding) == (0, "undone")


def test_a_walk_in_of_a_withdrawn_device_is_kept_and_registered_when_accepted(
    ada: Visitor, client: FlaskClient, door: Door
) -> None:
    token = door.pair("Nord")
    device, sent = revoke(token), body(let_in=True, email="Zoe@Example.org")
    for _ in range(2):
        answer = send(client, door, token, sent)
        assert (answer.status_code, answer.get_json()["verdict"]) == (202, "held")
    assert send(client, door, token, body(first_name=" ")).status_code == 422
    assert (present(door), len(rows(HeldWalkIn)), len(rows(Registration))) == (0, 1, 0)
    assert "Zoë Müller" in ada.get(URL).text
    with reading() as connection:
        assert count_held(connection, door.event_id) == 1
    assert post(ada, f"{URL}/accept", device=device.id) == 303
    assert (present(door), len(rows(HeldWalkIn)), len(rows(WalkIn))) == (1, 0, 1)
    assert send(client, door, token, sent).status_code == 202
    assert len(rows(HeldWalkIn)) == 0  # sent again: registered already
    assert acts() == ["held.accepted"]


def rows(model: type[Any]) -> list[Any]:
    db.session.close()  # ends what it read before
    return db.session.query(model).all()


def test_a_rejected_walk_in_stays_and_an_erased_address_goes(
    ada: Visitor, client: FlaskClient, door: Door
) -> None:
    token = door.pair()
    revoke(token)
    send(client, door, token, body(email="Zoe@Example.org"))
    [held] = rows(HeldWalkIn)
    assert post(ada, f"{URL}/reject", walk_in=held.id) == 303
    assert "Zurückgewiesen: 1" in ada.get(URL).text
    assert "Zoë Müller" in ada.get(URL).text
    with transaction() as session:
        assert forget_address(session, "zoe@example.org", clock.now()) == 1
    assert rows(HeldWalkIn) == []


def test_who_left_no_address_is_erased_by_name(client: FlaskClient, door: Door) -> None:
    token = door.pair()
    named, other = body(), body(last_name="Müllerin", organisation="Chor Zoë Müller")
    registered = body(organisation="Müller und Kinder")
    for sent in (registered, {**registered, "walk_in_id": str(uuid4()), "email": "z@example.org"}):
        assert send(client, door, token, sent).status_code == 200
    revoke(token)
    for sent in (named, other, {**body(), "email": "zoe@example.org"}):
        assert send(client, door, token, sent).status_code == 202
    with transaction() as session:
        counts = erase_named(session, "MÜLLER,  Zoe", now=clock.now())
    assert counts["registration"] == 1
    assert {(each.last_name, each.email) for each in rows(HeldWalkIn)} == {
        ("Müllerin", ""),
        ("Müller", "zoe@example.org"),
    }
    assert [each.email for each in rows(Registration)] == ["z@example.org"]
    send(client, door, token, named)
    for name, gone in ("Zoë Müller", {"held_walk_in": 1}), ("Müller", {}):  # may be anybody's
        with transaction() as session:
            assert erase_named(session, name, now=clock.now()) == gone


def test_nobody_is_held_longer_than_a_year(client: FlaskClient, door: Door) -> None:
    token, held = door.pair(), body()
    revoke(token)
    send(client, door, token, held)
    for days, left in ((365, 1), (366, 0)):
        with transaction() as session:
            held_walk_ins.forget_old(session, now=clock.now() + timedelta(days=days))
        assert len(rows(HeldWalkIn)) == left
    assert not [text for _table, _column, text in stored() if "zoë" in text]


def test_whom_a_door_let_in_without_a_network_is_not_lost_when_refused(
    ada: Visitor, client: FlaskClient, door: Door
) -> None:
    door.guest(status="waitlisted", first_name="Zoë", name="Müller", email="zoe@example.org")
    token = door.pair()
    assert send(client, door, token, body(email="zoe@example.org")).status_code == 409
    assert rows(HeldWalkIn) == []  # told at the door, not let in
    sent = body(email="zoe@example.org", let_in=True)
    assert send(client, door, token, sent).status_code == 409
    page = ada.get(URL).text
    assert "Ist angemeldet, aber ohne Platz vor Ort." in page
    [held] = rows(HeldWalkIn)
    refused = ada.post(f"{URL}/accept", data={"csrf_token": ada.csrf_token(), "walk_in": held.id})
    assert refused.status_code == 409
    assert "Zoë Müller" in refused.text
    with transaction() as session:
        session.query(Registration).update({"status": "confirmed"})
    assert post(ada, f"{URL}/accept", walk_in=held.id) == 303
    assert (present(door), rows(HeldWalkIn)) == (1, [])


def test_only_who_changes_registrations_decides(app: Flask, door: Door) -> None:
    device = revoke(door.pair())
    record(device, new_scan(door.guest().ticket))
    ben = colleague(app, "ben", (Role.VIEWER, Scope.EVENT, door.event_id))
    assert ben.get(URL).status_code == 403
    assert post(ben, f"{URL}/accept", device=device.id) == 403
    assert present(door) == 0


@pytest.mark.usefixtures("door")
def test_nothing_of_another_event_is_decided(ada: Visitor) -> None:
    other = Door("andere")
    with transaction() as session:
        hers = actions.create_device(session, other.event_id, "Fern", now=clock.now())
    other.move(-2)
    far = device_of(hers)
    record(far, new_scan(other.guest().ticket))
    [scan] = piles(other)[0].waiting
    for about in ({"device": far.id}, {"scan": scan.id}):
        assert post(ada, f"{URL}/accept", **about) == 303
    assert piles(other)[0].waiting == [scan]


def test_many_cost_as_few_statements(ada: Visitor, door: Door) -> None:
    costs, page = [], ""
    for size in (1, 30):
        record(revoke(door.pair()), *(new_scan(new_ticket()) for _ in range(size)))
        with counted() as statements:
            page = ada.get(URL).text
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert "Alle 30 annehmen" in page
