"""What a change of an event does to its revision, sequence, DTSTAMP, UIDs and ORGANIZER."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from eventapp.clock import BERLIN
from eventapp.db import transaction
from eventapp.events import rules
from eventapp.events.actions import create_event, update_event
from eventapp.events.definition import EventDefinition
from eventapp.networks.actions import put_network
from eventapp.networks.inherited import Sender
from tests.factories import ORIGIN
from tests.stored import revision, stored

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2024, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)
START = datetime(2024, 9, 11, 11, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ITEM: dict[str, Any] = {
    "title": "A",
    "room": None,
    "speakers": [],
    "capacity": None,
    "choice_group": None,
}


def network(slug: str = "netz", **values: Any) -> int:
    with transaction() as session:
        return put_network(session, slug, now=NOW, **{"name": slug, **values})


def create(slug: str = "treffen", **values: Any) -> EventDefinition:
    defaults: dict[str, Any] = {
        "title": "Treffen",
        "kind": "network_meeting",
        "status": "published",
        "has_in_person": True,
        "has_online": False,
        "starts_at": START,
        "ends_at": START + HOUR,
    }
    if "network_id" not in values:
        values["network_id"] = network()
    with transaction() as session:
        create_event(session, slug, origin=ORIGIN, now=NOW, **{**defaults, **values})
    return stored(slug)


def change(now: datetime = NOW + DAY, **values: Any) -> EventDefinition:
    with transaction() as session:
        update_event(
            session, "treffen", origin=replace(ORIGIN, host="other.example"), now=now, **values
        )
    return stored()


def test_a_new_event() -> None:
    event = create()
    assert (event.revision, event.sequence) == (1, 0)
    assert event.revised_at == NOW.replace(microsecond=0)
    assert (event.first_day, event.last_day) == (date(2024, 9, 11), date(2024, 9, 11))
    [only] = event.dates
    assert only.uid.startswith("e-")
    assert only.uid.endswith("@events.example")
    assert (only.starts_at, only.ends_at) == (event.starts_at, event.ends_at)


@pytest.mark.parametrize(
    "values",
    [
        {"starts_at": START - HOUR},
        {"starts_at": None, "ends_at": None, "starts_on": START.date(), "ends_on": START.date()},
        {"venue_name": "Haus"},
        {"venue_city": "Mainz"},
        {"has_online": True},
        {"status": "cancelled"},
        {"dates": [{"starts_at": START, "ends_at": START + HOUR / 2}]},
    ],
)
def test_what_moves_the_event_raises_the_sequence(values: dict[str, Any]) -> None:
    before, revised = create(), revision()
    after = change(**values)
    assert (after.sequence, after.revision) == (1, 2)
    assert after.revised_at > before.revised_at
    assert revision() == revised + 1


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Anders"},
        {"summary": "Worum es geht"},
        {"capacity_in_person": 20},
        {"join_url": "https://raum.example/"},
        {"programme": [{"slug": "a", "starts_at": START, "ends_at": START + HOUR, **ITEM}]},
    ],
)
def test_other_changes_raise_only_the_revision(values: dict[str, Any]) -> None:
    before, revised = create(), revision()
    after = change(**values)
    assert (after.sequence, after.revision) == (0, 2)
    assert after.revised_at > before.revised_at
    assert revision() == revised + 1


@pytest.mark.parametrize(
    "values", [{}, {"title": "Treffen", "starts_at": START}, {"programme": [], "topic_ids": []}]
)
def test_nothing_changed_is_no_revision(values: dict[str, Any]) -> None:
    before, revised = create(), revision()
    assert change(**values) == before
    assert revision() == revised


def test_the_stamp_rises_by_a_second_even_within_one() -> None:
    create()
    stamps = [change(now=NOW, title=f"Treffen {number}").revised_at for number in range(3)]
    assert stamps == [NOW.replace(microsecond=0) + timedelta(seconds=n) for n in (1, 2, 3)]
    late = change(now=NOW - DAY, title="Uhr ging nach").revised_at
    assert late == stamps[-1] + timedelta(seconds=1)


def test_the_sequence_is_never_reset() -> None:
    create()
    sequences = [
        change(status="cancelled").sequence,
        change(status="published").sequence,
        change(title="Anders").sequence,
        change(starts_at=START - HOUR).sequence,
        change(starts_at=START).sequence,
    ]
    assert sequences == [1, 2, 2, 3, 4]


def test_a_moved_date_keeps_its_uid() -> None:
    before = create()
    after = change(starts_at=START + DAY, ends_at=START + DAY + HOUR)
    assert [each.uid for each in after.dates] == [each.uid for each in before.dates]
    assert after.dates[0].starts_at == START + DAY
    assert after.first_day == date(2024, 9, 12)


def test_dates_keep_their_uids_by_position() -> None:
    spans = [{"starts_at": START + n * DAY, "ends_at": START + n * DAY + HOUR} for n in range(3)]
    create(dates=spans[:2], ends_at=spans[1]["ends_at"])
    two = stored().dates
    three = change(dates=spans, ends_at=spans[2]["ends_at"]).dates
    assert [each.uid for each in three[:2]] == [each.uid for each in two]
    assert three[2].uid.endswith("@other.example")
    assert len({each.uid for each in three}) == 3
    moved = change(dates=[spans[1], spans[2]], starts_at=spans[1]["starts_at"]).dates
    assert [each.uid for each in moved] == [each.uid for each in three[:2]]
    assert change(title="Kurs").dates == moved
    [one] = change(dates=[]).dates
    assert one.uid == moved[0].uid


def test_the_organizer_is_frozen_at_first_publication() -> None:
    parent = network("oben", sender_name="Oben", sender_email="oben@oben.example")
    child = network("unten", parent_id=parent)
    assert create(network_id=child, status="draft").organizer is None
    published = change(status="announced")
    assert published.organizer is not None
    assert published.organizer.email == "oben@oben.example"
    network("unten", parent_id=parent, sender_name="Unten", sender_email="unten@unten.example")
    assert change(status="published", title="Später").organizer == published.organizer


def test_without_any_sender_the_organizer_is_the_installations_for_ever() -> None:
    assert create(status="draft").organizer is None
    assert change(status="published").organizer == Sender(*ORIGIN.mail_from)
    network(sender_name="Netz", sender_email="netz@netz.example")
    assert change(title="Später").organizer == Sender(*ORIGIN.mail_from)


@pytest.mark.parametrize("before", ["draft", "cancelled"])
def test_what_is_cancelled_before_it_was_published_has_an_organizer(before: str) -> None:
    create(status=before)
    assert change(status="cancelled").organizer == Sender(*ORIGIN.mail_from)


def test_an_unnamed_sender_is_the_network() -> None:
    event = create(network_id=network("netz", sender_email="post@netz.example"))
    assert event.organizer is not None
    assert event.organizer.name == "netz"


def test_an_end_at_midnight_belongs_to_the_day_before() -> None:
    midnight = datetime(2024, 9, 12, 0, 0, tzinfo=BERLIN)
    assert rules.days(START, midnight, None, None) == (date(2024, 9, 11), date(2024, 9, 11))
