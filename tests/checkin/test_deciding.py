"""What a device decides without a network is what the server would have said."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import Any

from eventapp.checkin.rules import Passage, judge, read_code
from tests.calendars.readers import NODE

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


def run(cases: list[dict[str, Any]], codes: list[str] | None = None) -> dict[str, Any]:
    """Of a file: node dies now and then of waiting for a pipe while it starts."""
    with TemporaryFile("w+") as told:
        json.dump({"cases": cases, "codes": codes or []}, told)
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
