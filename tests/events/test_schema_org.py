"""What search engines are told of an event, and of its moves (https://schema.org/Event)."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import transaction
from eventapp.events import rules
from eventapp.events.actions import update_event
from tests.factories import ORIGIN, at, in_days
from tests.registration.test_actions import event_of, plan, set_capacity, sign_up

SCHEMA = "https://schema.org/"


def told(client: FlaskClient, slug: str = "treffen") -> dict[str, Any]:
    page = client.get(f"/events/{slug}").text
    [found] = re.findall(
        r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL
    )
    data: dict[str, Any] = json.loads(found)
    return data


def update(**values: Any) -> None:
    with transaction() as session:
        update_event(session, "treffen", origin=ORIGIN, now=clock.now(), **values)


def move(days: int, hour: int = 10) -> str:
    span = {"starts_at": at(in_days(days), hour), "ends_at": at(in_days(days), hour + 2)}
    update(**span)
    return rules.iso(span["starts_at"])


def begin(**values: Any) -> str:
    start = at(in_days(30), 10)
    plan(slug="treffen", title="Treffen", dates=[(start, at(in_days(30), 12))], **values)
    return rules.iso(start)


def test_what_the_schema_requires(client: FlaskClient) -> None:
    start = begin(summary="Wie es geht")
    data = told(client)
    assert (data["@context"], data["@type"]) == ("https://schema.org", "Event")
    assert (data["name"], data["startDate"]) == ("Treffen", start)
    assert data["eventStatus"] == f"{SCHEMA}EventScheduled"
    assert data["eventAttendanceMode"] == f"{SCHEMA}OfflineEventAttendanceMode"
    [place] = data["location"]
    assert place["@type"] == "Place"
    assert place["address"]["@type"] == "PostalAddress"
    assert data["organizer"] == {"@type": "Organization", "name": event_of("treffen").network.name}
    assert data["isAccessibleForFree"] is True
    assert data["offers"] == {
        "@type": "Offer",
        "price": 0,
        "priceCurrency": "EUR",
        "url": "https://events.example/events/treffen/register",
        "availability": f"{SCHEMA}InStock",
    }
    assert "previousStartDate" not in data


def test_sold_out(client: FlaskClient) -> None:
    begin(waiting_list=False)
    sign_up(event_of("treffen"))
    set_capacity("treffen", 1, now=clock.now())
    assert told(client)["offers"]["availability"] == f"{SCHEMA}SoldOut"


def test_rescheduled(client: FlaskClient) -> None:
    first = begin()
    second = move(31)
    data = told(client)
    assert data["eventStatus"] == f"{SCHEMA}EventRescheduled"
    assert (data["startDate"], data["previousStartDate"]) == (second, first)
    third = move(32)
    data = told(client)
    assert (data["startDate"], data["previousStartDate"]) == (third, [first, second])
    update(summary="Anderer Text")
    assert told(client)["previousStartDate"] == [first, second]
    move(30)  # back to where it was: now it is moved from the others
    assert told(client)["previousStartDate"] == [second, third]


def test_a_draft_was_announced_for_nothing(client: FlaskClient) -> None:
    begin(status="draft")
    move(31)
    update(status="published")
    assert told(client)["eventStatus"] == f"{SCHEMA}EventScheduled"


def test_a_time_for_an_open_day_moves_nothing(client: FlaskClient) -> None:
    plan(slug="treffen", status="announced", dates=[(in_days(30), in_days(30))])
    move(30)
    assert "previousStartDate" not in told(client)
    move(31)
    assert told(client)["eventStatus"] == f"{SCHEMA}EventRescheduled"


def test_moved_online_and_back(client: FlaskClient) -> None:
    begin()
    update(has_online=True)
    assert told(client)["eventAttendanceMode"] == f"{SCHEMA}MixedEventAttendanceMode"
    assert told(client)["eventStatus"] == f"{SCHEMA}EventScheduled"
    update(has_in_person=False)
    data = told(client)
    assert data["eventStatus"] == f"{SCHEMA}EventMovedOnline"
    assert data["eventAttendanceMode"] == f"{SCHEMA}OnlineEventAttendanceMode"
    assert {each["@type"] for each in data["location"]} >= {"VirtualLocation"}
    move(31)
    both = [f"{SCHEMA}EventRescheduled", f"{SCHEMA}EventMovedOnline"]
    assert told(client)["eventStatus"] == both
    update(has_in_person=True)
    assert told(client)["eventStatus"] == f"{SCHEMA}EventRescheduled"


def test_cancelled(client: FlaskClient) -> None:
    first = begin()
    move(31)
    update(status="cancelled")
    data = told(client)
    assert data["eventStatus"] == f"{SCHEMA}EventCancelled"
    assert data["previousStartDate"] == first
    assert "offers" not in data


@pytest.mark.parametrize("is_online", [True, False])
def test_what_was_online_from_the_start_has_not_moved(
    client: FlaskClient, *, is_online: bool
) -> None:
    begin(has_in_person=not is_online, has_online=True)
    update(summary="Anderer Text")
    assert told(client)["eventStatus"] == f"{SCHEMA}EventScheduled"
