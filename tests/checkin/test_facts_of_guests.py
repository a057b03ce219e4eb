"""What a verdict tells of a guest is the same with a network and without."""

from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.tokens import hashed
from tests.checkin.door import Door, Guest, hold_place, make_guest, new_scan
from tests.checkin.test_deciding import run
from tests.checkin.test_roster import load, text
from tests.factories import at, in_days, make_item

TOLD = ("items", "no_photo", "companion")


@pytest.mark.parametrize("asks_photo", [True, False])
@pytest.mark.parametrize("names", [True, False])
def test_the_list_tells_of_each_guest_what_the_server_tells(
    app: Flask,  # noqa: ARG001  the app is the database
    client: FlaskClient,
    *,
    names: bool,
    asks_photo: bool,
) -> None:
    door = Door(names_at_door=names, fields=["photo_consent"] if asks_photo else [])
    guests = make_guests(door, Random(6))
    token = door.pair()
    online = answers(client, door, token, guests)
    roster = load(client, door, token).get_json()
    [facts] = run([], lists=[roster])["facts"]
    offline = dict(zip(roster["entries"], facts, strict=True))
    for guest, told in zip(guests, online, strict=True):
        key = text(hashed(guest.ticket)[:12])
        sealed = roster["entries"][key].get("companion")
        said = offline[key] | ({"companion": True} if sealed else {})
        assert said == {name: told[name] for name in TOLD if name in told}
    kinds = {frozenset(name for name in TOLD if name in each) for each in online}
    assert len(kinds) == 2 ** (1 + names + asks_photo)


def make_guests(door: Door, random: Random) -> list[Guest]:
    """Some with workshops, some without leave for photographs, some with an assistant."""
    found = []
    with transaction() as session:
        event = session.get_one(Event, door.event_id)
        times = {"starts_at": at(in_days(0), 10), "ends_at": at(in_days(0), 11)}
        choices = [
            make_item(session, event, slug, choice_group=slug, room="Raum 2", **times)
            for slug in ("a", "b")
        ]
        make_item(session, event, "plenum", **times)
        for number in range(40):
            leave = random.choice([[], ["report"], ["report", "press"]])
            status = random.choice(["confirmed"] * 4 + ["cancelled", "waitlisted"])
            guest = make_guest(session, event.id, photo_consent=leave, status=status)
            for item in choices:
                if random.random() < 0.4:
                    hold_place(session, guest, item)
            found.append(guest)
            if number % 3 == 0:
                state = random.choice(["confirmed", "cancelled"])
                found.append(make_guest(session, event.id, main_id=guest.id, status=state))
    return found


def answers(
    client: FlaskClient, door: Door, token: str, guests: list[Guest]
) -> list[dict[str, Any]]:
    now = clock.now().isoformat()
    scans = [
        {"scan_id": new_scan("").scan_id, "code": guest.ticket, "scanned_at": now}
        for guest in guests
    ]
    done = client.post(
        f"/api/v1/checkin/{door.slug}/scans",
        json={"scans": scans},
        headers={"Authorization": f"Bearer {token}"},
    )
    return [each["registration"] for each in done.get_json()["results"]]
