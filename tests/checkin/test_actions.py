"""Scans on both databases: every verdict, idempotence, two doors at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from eventapp import clock
from eventapp.checkin import actions
from eventapp.checkin.devices import PairedDevice
from eventapp.checkin.head_counts import HeadCount, count_guests
from eventapp.checkin.models import Scan
from eventapp.checkin.queries import Answer, list_answers
from eventapp.checkin.rules import Verdict
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.events.models import Event, EventDate
from eventapp.registration.models import Registration
from eventapp.tokens import new_ticket
from tests.checkin.door import (
    Door,
    device_of,
    hold_place,
    in_app,
    make_guest,
    new_scan,
    record,
    said,
)
from tests.factories import at, in_days, make_item
from tests.statements import counted


@pytest.fixture
def door(app: Flask) -> Door:  # noqa: ARG001  the app is the database
    return Door()


def head_count(door: Door) -> HeadCount:
    with reading() as connection:
        return count_guests(connection, get_definition(connection, door.slug), clock.now())


def set_status(guest_id: int, status: str) -> None:
    with transaction() as session:
        session.execute(
            update(Registration).where(Registration.id == guest_id).values(status=status)
        )


def test_welcome_then_already_in_then_out_then_welcome(door: Door) -> None:
    guest, north, south = door.guest(), door.device("Nord"), door.device("Süd")
    [first] = record(north, new_scan(guest.ticket))
    assert first.verdict == "admitted"
    assert first.guest
    assert first.guest.organisation == "Freiwilligenagentur Musterstadt"
    [second] = record(south, new_scan(guest.ticket))
    assert second.verdict == "already_in"
    assert second.admission == first.admission
    assert second.admission
    assert second.admission.door == "Nord"
    assert said(record(south, new_scan(guest.ticket, direction="out"))) == ["left"]
    assert said(record(south, new_scan(guest.ticket))) == ["admitted"]


@pytest.mark.parametrize(
    "spelling",
    [
        "HTTPS://EVENTS.EXAMPLE/C/{t}",
        "{t}",
        "{l}",
        "{s}",
        "{d}",
        "{d_l}",
        "https://a.example/c/{l}",
    ],
)
def test_every_spelling_of_a_code(door: Door, spelling: str) -> None:
    guest = door.guest()
    dashed = f"{guest.short[:4]}-{guest.short[4:]}"
    code = spelling.format(
        t=guest.ticket, l=guest.ticket.lower(), s=guest.short, d=dashed, d_l=dashed.lower()
    )
    assert said(record(door.device(), new_scan(code))) == ["admitted"]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "waitlisted"}, "waitlisted"),
        ({"status": "pending"}, "waitlisted"),
        ({"attendance": "online"}, "online_only"),
    ],
)
def test_who_may_not_enter(door: Door, values: dict[str, str], verdict: str) -> None:
    guest = door.guest(**values)
    assert said(record(door.device(), new_scan(guest.ticket))) == [verdict]
    assert head_count(door).present == 0


def test_promoted_after_a_refusal_is_welcome(door: Door) -> None:
    guest, device = door.guest(status="waitlisted"), door.device()
    refused = new_scan(guest.ticket)
    assert said(record(device, refused)) == ["waitlisted"]
    set_status(guest.id, "confirmed")
    assert said(record(device, new_scan(guest.ticket))) == ["admitted"]


def test_a_refused_scan_that_comes_again_after_promotion_lets_in(door: Door) -> None:
    guest, device = door.guest(status="waitlisted"), door.device()
    first, refused = new_scan(new_ticket()), new_scan(guest.ticket)
    assert said(record(device, first, refused)) == ["unknown", "waitlisted"]
    set_status(guest.id, "confirmed")
    assert said(record(device, replace(first, code=guest.ticket))) == ["unknown"]
    assert said(record(device, refused)) == ["admitted"]
    assert head_count(door) == HeadCount(1, 1)
    assert said(record(device, new_scan(guest.ticket))) == ["already_in"]


def test_a_repeated_scan_answers_what_the_rows_say_now(door: Door) -> None:
    guest, device = door.guest(), door.device()
    scan = new_scan(guest.ticket)
    assert said(record(device, scan)) == ["admitted"]
    assert said(record(device, scan, scan)) == ["admitted", "admitted"]
    set_status(guest.id, "cancelled")
    assert said(record(device, scan)) == ["cancelled"]
    with reading() as connection:
        assert connection.execute(select(func.count()).select_from(Scan)).scalar_one() == 1


@pytest.mark.parametrize("is_late", [False, True])
def test_a_mistake_counts_no_longer_whichever_comes_first(door: Door, is_late: bool) -> None:
    guest, device, now = door.guest(), door.device(), clock.now()
    scan = new_scan(guest.ticket)
    mistake = replace(scan, undone_at=now)
    for each in [mistake, scan] if is_late else [scan, mistake]:
        record(device, each)
    assert said(record(device, scan)) == ["undone"]
    assert head_count(door) == HeadCount(0, 1)
    with reading() as connection:
        [row] = connection.execute(select(Scan.finding, Scan.direction, Scan.undone_at)).all()
    assert row == ("undone", "in", now)
    assert said(record(device, new_scan(guest.ticket))) == ["admitted"]


def test_what_was_read_at_another_door_is_taken_back_and_nobody_else(door: Door) -> None:
    first, second, other = door.guest(), door.guest(), Door("andere")
    north, south, far = door.device("Nord"), door.device("Süd"), other.device()
    scan, again = new_scan(first.ticket), new_scan(first.ticket)
    record(north, scan)
    assert said(record(south, again)) == ["already_in"]
    swapped = replace(scan, code=second.ticket, undone_at=clock.now())
    assert said(record(south, swapped)) == ["admitted"]  # another guest's scan stays what it was
    assert said(record(far, replace(scan, undone_at=clock.now()))) == ["unknown"]
    assert said(record(south, replace(scan, undone_at=clock.now()), again)) == [
        "undone",
        "admitted",
    ]
    unknown = replace(new_scan(new_ticket()), undone_at=clock.now())
    assert said(record(south, unknown)) == ["undone"]


def test_forged_and_foreign_codes_are_named_and_stop_nobody(door: Door) -> None:
    other, guest = Door("andere"), door.guest()
    foreign = other.guest()
    answers = record(
        door.device(),
        new_scan(new_ticket()),
        new_scan("https://example.org/speisekarte"),
        new_scan(""),
        new_scan(foreign.ticket),
        new_scan(foreign.short),
        new_scan(guest.ticket),
    )
    assert said(answers) == ["unknown", "unknown", "unknown", "wrong_event", "unknown", "admitted"]
    assert [answer.guest for answer in answers[:5]] == [None] * 5


def test_a_scan_id_of_another_event_reveals_nothing(door: Door) -> None:
    other = Door("andere")
    guest = other.guest()
    scan = new_scan(guest.ticket)
    record(other.device(), scan)
    assert record(door.device(), scan) == [Answer(scan.scan_id, Verdict.UNKNOWN)]


def test_workshop_doors(door: Door) -> None:
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        hours = {"starts_at": at(in_days(0), 10), "ends_at": at(in_days(0), 11)}
        chosen = make_item(session, event, "a", choice_group="eins", **hours)
        make_item(session, event, "b", choice_group="eins", **hours)
        make_item(session, event, "plenum", **hours)
        guest = make_guest(session, door.event_id)
        hold_place(session, guest, chosen)
    device = door.device()
    answers = record(
        device,
        *(new_scan(guest.ticket, programme_item=item) for item in ("a", "b", "plenum", "fort")),
        new_scan(guest.ticket),
    )
    assert said(answers) == ["admitted", "wrong_item", "admitted", "wrong_item", "admitted"]
    assert answers[0].guest
    assert [item.letter for item in answers[0].guest.items] == ["A"]
    assert said(record(device, new_scan(guest.ticket, programme_item="a"))) == ["already_in"]
    assert head_count(door) == HeadCount(1, 1)


def test_each_date_of_a_course_admits_once(app: Flask) -> None:  # noqa: ARG001
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (-14, -7, -1)]
    course = Door("kurs", dates=days)
    guest, device = course.guest(), course.device()
    mornings = [at(in_days(n), 9, minute) for n in (-14, -7, -1) for minute in (0, 30)]
    expected = ["admitted", "already_in"] * 3
    for order in permutations(range(3)):
        scans = [new_scan(guest.ticket, each) for each in mornings]
        for number in order:
            record(device, *scans[2 * number : 2 * number + 2], now=days[-1][1])
        assert said(record(device, *scans, now=days[-1][1])) == expected
        with transaction() as session:
            session.execute(delete(Scan))


def test_nobody_is_admitted_on_a_date_that_is_called_off(app: Flask) -> None:  # noqa: ARG001
    days = [(at(in_days(n), 9), at(in_days(n), 12)) for n in (-7, -1)]
    course = Door("kurs", dates=days)
    with transaction() as session:
        session.execute(update(EventDate).where(EventDate.position == 2).values(is_off=True))
    device, ticket = course.device(), course.guest().ticket
    scans = [new_scan(ticket, at(in_days(n), 9)) for n in (-7, -1)]
    assert said(record(device, *scans, now=days[-1][1])) == ["admitted", "cancelled"]


def test_every_order_of_arrival_leaves_the_same_rows(door: Door) -> None:
    devices = [door.device(name) for name in ("Nord", "Süd", "West")]
    begin = clock.now() - timedelta(minutes=10)
    results = set()
    for order in permutations(range(4)):
        guest = door.guest()
        scans = [
            new_scan(guest.ticket, begin, direction="in"),
            new_scan(guest.ticket, begin + timedelta(minutes=1), direction="in"),
            new_scan(guest.ticket, begin + timedelta(minutes=2), direction="out"),
            new_scan(guest.ticket, begin + timedelta(minutes=3), direction="in"),
        ]
        for number in order:
            record(devices[number % 3], scans[number])
        results.add(tuple(said(record(devices[0], *scans))))
    assert results == {("admitted", "already_in", "left", "admitted")}


def test_a_device_with_a_wrong_clock_is_put_right(door: Door) -> None:
    guest, north, south = door.guest(), door.device("Nord"), door.device("Süd")
    now = clock.now()
    fast = timedelta(hours=3)
    record(north, new_scan(guest.ticket, now - timedelta(minutes=5)), sent_at=now)
    late = new_scan(guest.ticket, now + fast - timedelta(minutes=9))
    [answer] = record(south, late, sent_at=now + fast)
    assert answer.verdict == "admitted"  # nine minutes ago, before the other door


def test_what_a_withdrawn_device_sends_is_held_and_counts_for_nothing(door: Door) -> None:
    guest, token = door.guest(), door.pair()
    with transaction() as session:
        actions.revoke_device(session, device_of(token).id, now=clock.now())
    scan = new_scan(guest.ticket)
    assert record(device_of(token), scan) == [Answer(scan.scan_id, Verdict.HELD)]
    door.move(-2)
    assert said(record(door.device(), new_scan(guest.ticket))) == ["held"]
    door.move(2)
    assert head_count(door) == HeadCount(0, 1)
    assert said(record(door.device(), new_scan(guest.ticket))) == ["admitted"]


def test_whom_a_door_without_a_network_sent_away_did_not_come_in(door: Door) -> None:
    guest, device = door.guest(), door.device()
    away = new_scan(guest.ticket, let_in=False)
    assert said(record(device, away)) == ["not_listed"]
    assert said(record(device, away)) == ["not_listed"]
    assert said(record(device, new_scan(new_ticket(), let_in=False))) == ["unknown"]
    assert head_count(door) == HeadCount(0, 1)


def test_whom_a_door_without_a_network_let_in_is_there_if_the_ticket_is_real(door: Door) -> None:
    guest, device = door.guest(), door.device()
    scans = (new_scan(guest.ticket, let_in=True), new_scan(new_ticket(), let_in=True))
    assert said(record(device, *scans)) == ["admitted", "unknown"]
    assert head_count(door) == HeadCount(1, 1)


def test_the_count_follows_the_scans(door: Door) -> None:
    guests, device = [door.guest() for _ in range(3)], door.device()
    door.guest(attendance="online")
    for guest in guests:
        record(device, new_scan(guest.ticket), new_scan(guest.ticket))
    assert head_count(door) == HeadCount(3, 3)
    record(device, new_scan(guests[0].ticket, direction="out"))
    assert head_count(door) == HeadCount(2, 3)
    set_status(guests[1].id, "cancelled")
    assert head_count(door) == HeadCount(1, 2)


def test_two_doors_at_once_admit_once(app: Flask, door: Door) -> None:
    devices = [door.device("Nord"), door.device("Süd")]
    for _ in range(5):
        guest, barrier = door.guest(), Barrier(2)

        def scan(device: PairedDevice, ticket: str = guest.ticket, start: Barrier = barrier) -> str:
            start.wait()
            return said(record(device, new_scan(ticket)))[0]

        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(in_app, app, scan, device) for device in devices]
            verdicts = [job.result() for job in jobs]
        assert "admitted" in verdicts
        with reading() as connection:
            mine = select(Scan.scan_id).where(Scan.registration_id == guest.id)
            ids = list(connection.execute(mine).scalars())
            now = list_answers(connection, get_definition(connection, door.slug), ids, [])
        assert sorted(said(now)) == ["admitted", "already_in"]


def test_batches_that_cross_do_not_deadlock(app: Flask, door: Door) -> None:
    with transaction() as session:
        guests = [make_guest(session, door.event_id) for _ in range(60)]
    devices = [door.device(name) for name in ("Nord", "Süd", "West", "Ost")]
    scans = [new_scan(guest.ticket) for guest in guests] + [new_scan("fremd") for _ in range(20)]

    def send(number: int) -> None:
        mixed = scans[number * 7 :] + scans[: number * 7]
        record(devices[number], *(mixed if number % 2 else reversed(mixed)))

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(in_app, app, send, number) for number in range(4)]:
            job.result()
    assert head_count(door) == HeadCount(60, 60)


@pytest.mark.parametrize("size", [1, 30, 500])
def test_statements_do_not_grow_with_the_batch(door: Door, size: int) -> None:
    with transaction() as session:
        guests = [make_guest(session, door.event_id) for _ in range(size)]
    device = door.device()
    record(device, new_scan(guests[0].ticket))
    with counted(emptied=False) as statements:
        record(device, *(new_scan(guest.ticket) for guest in guests))
    assert len(statements) <= 5, statements
