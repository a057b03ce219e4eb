"""What a camera sees at a door, in one film: easy codes and hard ones, ours and foreign ones."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Response
from sqlalchemy import select

from eventapp.checkin.models import Scan
from eventapp.db import reading
from tests.browser.camera import Scene
from tests.browser.test_scanner import NOTES, Scanner, told, wait_until
from tests.checkin.door import Door

WORDS = {
    "admitted": "Willkommen",
    "already_in": "Schon da",
    "cancelled": "Abgesagt",
    "waitlisted": "Warteliste",
    "online_only": "Online angemeldet",
    "wrong_event": "Andere Veranstaltung",
    "unknown": "Nicht gefunden",
}
FINDINGS = {"admitted": "ticket", "already_in": "ticket"}
SEVERAL = "Mehrere Codes"
FOREIGN = "https://example.org/speisekarte"


@pytest.fixture
def codes(door: Door) -> dict[str, str]:
    """What each scene shows, by the name of its guest."""
    guests = {
        "valid": {},
        "cancelled": {"status": "cancelled"},
        "waitlisted": {"status": "waitlisted"},
        "online": {"attendance": "online"},
        **{name: {} for name in ("turned-12", "turned-30", "turned-45", "torn", "dark")},
    }
    tickets = {name: door.guest(**values).ticket for name, values in guests.items()}
    tickets["other"] = Door("andere").guest().ticket
    return {name: f"HTTPS://EVENTS.EXAMPLE/C/{ticket}" for name, ticket in tickets.items()}


def scenes(codes: dict[str, str], pair: tuple[str, str]) -> Iterator[tuple[str | Scene, float]]:
    """A second of each with a moment of nothing; the whole is shorter than half a minute."""
    hard = {
        "turned-12": {"angle": 12},
        "turned-30": {"angle": 30},
        "turned-45": {"angle": 45},
        "torn": {"is_torn": True},
        "dark": {"is_dark": True},
    }
    shown = [Scene((code,), **hard.get(name, {})) for name, code in codes.items()]  # type: ignore[arg-type]
    for scene in [*shown, Scene((FOREIGN,)), Scene(pair)]:
        yield scene, 1.2
        yield "", 0.7


def test_every_sight_has_its_verdict_and_its_row(
    scanner: Scanner,
    door: Door,
    codes: dict[str, str],
) -> None:
    pair = (door.guest().ticket, door.guest().ticket)
    sent: dict[str, str] = {}
    answers: list[tuple[str, str]] = []
    heard = partial(note, sent=sent, answers=answers)  # from the first: the camera does not wait
    with scanner(*scenes(codes, pair), before=NOTES, heard=heard) as page:
        expected = {*codes.values(), FOREIGN}
        wait_until(page, lambda: expected <= set(sent.values()))
        wait_until(page, lambda: {SEVERAL, *WORDS.values()} <= set(told(page)))
    firsts = {sent[scan_id]: verdict for scan_id, verdict in reversed(answers)}
    assert {name: firsts[code] for name, code in codes.items()} == {
        **dict.fromkeys(codes, "admitted"),
        "cancelled": "cancelled",
        "waitlisted": "waitlisted",
        "online": "online_only",
        "other": "wrong_event",
    }
    assert firsts[FOREIGN] == "unknown"
    assert not set(pair) & set(sent.values())
    rows = stored()
    for scan_id, verdict in answers:
        assert rows[scan_id] == FINDINGS.get(verdict, verdict)


def note(response: Response, sent: dict[str, str], answers: list[tuple[str, str]]) -> None:
    """What was asked and what the server said, in the order of its answers."""
    if not response.url.endswith("/scans") or not response.ok:
        return
    body: Any = json.loads(response.request.post_data or "{}")
    sent |= {each["scan_id"]: each["code"] for each in body["scans"]}
    answers += [(each["scan_id"], each["verdict"]) for each in response.json()["results"]]


def stored() -> dict[str, str]:
    with reading() as connection:
        return {row.scan_id: row.finding for row in connection.execute(select(Scan))}
