"""What a device decides without a network is what the server would have said."""

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import Any

from flask import Flask

from eventapp.checkin.rules import Passage, date_at, in_time, judge, read_code
from eventapp.clock import berlin_day
from eventapp.db import reading, transaction
from eventapp.events.loading import get_definition
from eventapp.names import sort_key
from tests.calendars.readers import NODE
from tests.factories import at, make_event

SCRIPT = Path(__file__).with_name("deciding.mjs")
NOON = datetime(2026, 9, 11, 12, tzinfo=UTC)
TICKET = "ABCDEFGHIJKLMNOPQRSTUVWX23"
CODES = [
    f"HTTPS://EVENTS.EXAMPLE/C/{TICKET}",
    f"https://events.example/c/{TICKET.lower()}?lang=en",
    f" {TICKET.lower()}\n",
    "K7M4-PX2D",
    "k7m4px2d",
    "k7m4 px2d",
    "",
    "https://example.org/menu",
    TICKET[:-1],
    f"{TICKET}2",
    "K7M4-PX2",
    "\0" * 30,
]


def run(cases: list[dict[str, Any]], codes: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """Of a file: node dies now and then of waiting for a pipe while it starts."""
    nothing: dict[str, Any] = {"instants": [], "texts": [], "searches": [], "lists": []}
    with TemporaryFile("w+") as told:
        json.dump({**nothing, "cases": cases, "codes": codes or [], **more}, told)
        told.seek(0)
        argv = [str(NODE), "--no-warnings", str(SCRIPT)]
        done = subprocess.run(argv, stdin=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def scans(random: Random) -> list[tuple[str, int]]:
    minutes = sorted(random.sample(range(60), random.randint(1, 8)))
    return [(random.choice(["in", "in", "out"]), minute) for minute in minutes]


def test_a_row_of_scans_is_judged_as_the_server_judges_it() -> None:
    random = Random(6)
    rows = [scans(random) for _ in range(300)]
    cases = [
        {
            "entry": {},
            "free_items": [],
            "scans": [{"direction": way, "at": minute * 60_000, "item": ""} for way, minute in row],
        }
        for row in rows
    ]
    for row, verdicts in zip(rows, run(cases)["verdicts"], strict=True):
        passages = [
            Passage(str(number), way, NOON + timedelta(minutes=minute), "hier")
            for number, (way, minute) in enumerate(row)
        ]
        outcomes = judge(passages)
        assert verdicts == [outcomes[each.scan_id].verdict for each in passages], row


def test_who_is_in_by_another_door_who_may_not_and_who_is_not_listed() -> None:
    at_the_door = [{"direction": "in", "at": 60_000, "item": ""}]
    at_a_workshop = [{"direction": "in", "at": 60_000, "item": "a"}]
    expected: list[tuple[Any, list[Any], list[str], str]] = [
        (None, at_the_door, [], "not_listed"),
        ({}, at_the_door, [], "admitted"),
        ({"in": [["", 1, "Nord"]]}, at_the_door, [], "already_in"),
        ({"in": [["a", 1, "Nord"]]}, at_the_door, [], "admitted"),
        ({"in": [["a", 1, "Nord"]], "items": ["a"]}, at_a_workshop, [], "already_in"),
        ({"state": "cancelled", "in": [["", 1, "Nord"]]}, at_the_door, [], "cancelled"),
        ({"state": "waitlisted"}, at_the_door, [], "waitlisted"),
        ({"state": "online_only"}, at_the_door, [], "online_only"),
        ({}, at_a_workshop, [], "wrong_item"),
        ({"items": ["b"]}, at_a_workshop, [], "wrong_item"),
        ({"items": ["a"]}, at_a_workshop, [], "admitted"),
        ({}, at_a_workshop, ["a"], "admitted"),
    ]
    cases = [
        {"entry": entry, "free_items": free, "scans": row}
        for entry, row, free, _verdict in expected
    ]
    said = run(cases)
    assert said["verdicts"] == [[verdict] for *_, verdict in expected]
    assert said["heads"][1] == {"present": 0, "expected": 1}
    assert said["heads"][2] == {"present": 1, "expected": 1}
    assert said["heads"][5] == {"present": 0, "expected": 0}


def test_codes_are_read_as_the_server_reads_them() -> None:
    for text, said in zip(CODES, run([], CODES)["codes"], strict=True):
        code = read_code(text)
        known = {"ticket": code.ticket, "short": code.short}
        assert said == {name: value for name, value in known.items() if value}, text


def test_the_date_of_an_instant_is_the_one_that_the_server_takes(app: Flask) -> None:  # noqa: ARG001
    """Two on one day, one that begins at midnight, and the days around them."""
    with transaction() as session:
        spans = [
            (at(date(2026, 10, 24), 9), at(date(2026, 10, 24), 12)),
            (at(date(2026, 10, 24), 14), at(date(2026, 10, 24), 17)),
            (at(date(2026, 10, 26), 0), at(date(2026, 10, 26), 3)),
        ]
        make_event(session, "kurs", dates=spans)
    with reading() as connection:
        event = get_definition(connection, "kurs")
    dates = [
        [berlin_day(start).isoformat(), start.timestamp(), False] for _, start in in_time(event)
    ]
    ids = [each.id for each, _ in in_time(event)]
    first = at(date(2026, 10, 23), 0)
    instants = [first + timedelta(minutes=17 * n) for n in range(700)]
    said = run([], instants=[[dates, instant.timestamp() * 1000] for instant in instants])["dates"]
    for instant, number in zip(instants, said, strict=True):
        found = date_at(event, instant)
        assert found
        assert found.id == ids[number], instant


def test_nobody_comes_in_on_a_date_that_is_called_off_and_each_date_admits_once() -> None:
    dates = [["2026-09-11", 1789102800, False], ["2026-09-12", 1789189200, True]]
    days = {"off": False, "dates": dates}
    earlier = {"off": False, "dates": [["2026-09-10", 1, False], *dates]}
    friday, saturday = 1789106400000, 1789192800000
    scans = [{"direction": "in", "at": at_, "item": ""} for at_ in (friday, friday + 1, saturday)]
    off = {"off": True, "dates": []}
    known = {"in": [["", friday // 1000 - 86_400, "Nord"]]}  # on another day
    cases: list[dict[str, Any]] = [
        {"entry": {}, "scans": scans, "days": days},
        {"entry": {}, "scans": scans[:1], "days": off},
        {"entry": {"state": "waitlisted"}, "scans": scans[:1], "days": off},
        {"entry": known, "scans": scans[:1], "days": earlier},
    ]
    cases = [{"free_items": [], **case} for case in cases]
    assert run(cases)["verdicts"] == [
        ["admitted", "already_in", "cancelled"],
        ["cancelled"],
        ["waitlisted"],
        ["admitted"],
    ]


NAMES = [
    "Zoë Müller-Lüdenscheidt",
    "Şükrü Öğün",
    "Nguyễn Thị Ánh",
    "  GROSSE  STRAẞE ",
    "Ὀδυσσεύς",
    "İpek",
]


def test_names_are_compared_as_the_server_compares_them() -> None:
    assert run([], texts=NAMES)["keys"] == [sort_key(each) for each in NAMES]


def test_a_search_finds_every_word_in_name_or_organisation() -> None:
    names = {
        "a": {"name": "Zoë Müller", "organisation": "Freiwilligenagentur Mainz", "code": "A"},
        "b": {"name": "Dr. Max Müller", "code": "B"},
        "c": {"name": "Anna Abel", "organisation": "Müllerei", "code": "C"},
    }
    entries: dict[str, Any] = {"a": {}, "b": {"state": "cancelled"}, "c": {}}
    words = ["muller", "müller zoe", "mainz", "m", "", "mull mainz anna", "dr"]
    said = run([], searches=[[names, entries, each] for each in words])["found"]
    assert said == [["C", "A", "B"], ["A"], ["A"], [], [], [], ["B"]]
    many = {str(n): {"name": f"Erika Gast{n:02}", "code": n} for n in range(30)}
    assert run([], searches=[[many, {}, "gast"]])["found"] == [list(range(10))]
