"""Changes of what belongs to an event: dates, hosts, ORGANIZER; and the revision of the site."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eventapp.db import transaction
from eventapp.events import actions
from eventapp.events.definition import EventDefinition
from eventapp.events.values import HostValues
from eventapp.networks import actions as networks
from tests.factories import ORIGIN, make_event, make_network, make_organisation
from tests.stored import revision, stored

pytestmark = pytest.mark.usefixtures("app")

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
START = datetime(2027, 4, 7, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def create(**values: Any) -> EventDefinition:
    defaults: dict[str, Any] = {
        "title": "Treffen",
        "kind": "training",
        "status": "published",
        "starts_at": START,
        "ends_at": START + HOUR,
        "has_in_person": True,
        "has_online": False,
    }
    with transaction() as session:
        if "network_id" not in values:
            defaults["network_id"] = make_network(session).id
        actions.create_event(session, "treffen", origin=ORIGIN, now=NOW, **{**defaults, **values})
    return stored()


def update(**values: Any) -> EventDefinition:
    with transaction() as session:
        actions.update_event(session, "treffen", origin=ORIGIN, now=NOW + DAY, **values)
    return stored()


def span(number: int) -> dict[str, datetime]:
    return {"starts_at": START + number * DAY, "ends_at": START + number * DAY + HOUR}


def uids(event: EventDefinition) -> Sequence[str]:
    return [each.uid for each in event.dates]


@pytest.mark.parametrize(
    "values",
    [
        {"ends_at": START + 2 * HOUR},
        {"venue_street": "Weg 2"},
        {"venue_postal_code": "01067"},
        {"has_in_person": False, "has_online": True},
        {"status": "announced"},
        {"status": "draft"},
        {"dates": [span(0), span(7)], "ends_at": START + 7 * DAY + HOUR},
    ],
)
def test_each_of_these_is_a_change_of_the_calendar(values: dict[str, Any]) -> None:
    create()
    assert update(**values).sequence == 1


def test_a_uid_outlasts_move_open_time_and_cancelling() -> None:
    before = create()
    moved = update(starts_at=START + DAY, ends_at=START + DAY + HOUR, title="Anders")
    opened = update(starts_on=date(2027, 5, 1), ends_on=date(2027, 5, 2))
    cancelled = update(status="cancelled")
    assert uids(before) == uids(moved) == uids(opened) == uids(cancelled)
    assert (opened.dates[0].starts_at, opened.dates[0].ends_on) == (None, date(2027, 5, 2))
    assert (opened.starts_at, opened.last_day, cancelled.sequence) == (None, date(2027, 5, 2), 3)


def test_the_days_follow_the_times() -> None:
    late = datetime(2027, 4, 7, 22, 30, tzinfo=UTC)  # after midnight in Berlin
    assert create(starts_at=late, ends_at=late + HOUR).first_day == date(2027, 4, 8)
    assert update(ends_at=datetime(2027, 4, 8, 22, tzinfo=UTC)).last_day == date(2027, 4, 8)


def test_a_date_that_goes_and_one_that_comes_are_changes() -> None:
    course = create(dates=[span(0), span(7)], ends_at=START + 7 * DAY + HOUR)
    longer = update(dates=[span(0), span(7), span(14)])
    shorter = update(dates=[span(0), span(7)])
    assert uids(shorter) == uids(course) == uids(longer)[:2]
    assert (longer.sequence, shorter.sequence, update(title="Anders").sequence) == (1, 2, 2)


def test_the_organizer_outlasts_a_new_sender_and_every_status() -> None:
    with transaction() as session:
        network_id = make_network(session, "netz").id
    before = create(network_id=network_id)
    with transaction() as session:
        networks.put_network(session, "netz", now=NOW, sender_email="neu@example.org")
    for status in ("cancelled", "draft", "announced", "published"):
        after = update(status=status)
        assert after.organizer == before.organizer
        assert after.sender is not None
        assert after.sender.email == "neu@example.org"


def test_a_renamed_topic_is_a_revision_of_its_events_without_a_new_sequence() -> None:
    with transaction() as session:
        topic_id = actions.put_topic(session, "jugend", now=NOW, name="Jugend")
        make_event(session, "anderes")
    before = create(topic_ids=[topic_id])
    with transaction() as session:
        actions.put_topic(session, "jugend", now=NOW, name="Junge Menschen")
    after = stored()
    assert [topic.name for topic in after.topics] == ["Junge Menschen"]
    assert (after.revision, after.sequence) == (before.revision + 1, before.sequence)
    assert after.revised_at > before.revised_at
    assert stored("anderes").revision == 1


def test_hosts_keep_their_order() -> None:
    with transaction() as session:
        ids = [make_organisation(session, slug).id for slug in ("eins", "zwei")]
    hosts: list[HostValues] = [{"id": each, "part": "organiser"} for each in ids]
    assert [host.name for host in create(hosts=hosts).hosts] == ["Eins", "Zwei"]
    assert [host.name for host in update(hosts=hosts[::-1]).hosts] == ["Zwei", "Eins"]


def test_held_rows_are_those_that_exist() -> None:
    with transaction() as session:
        make_event(session, "a")
        make_event(session, "b")
    with transaction() as session:
        assert sorted(actions.lock_events(session, ["b", "a", "c"])) == ["a", "b"]
        with pytest.raises(KeyError):
            actions.update_event(session, "c", origin=ORIGIN, now=NOW, title="C")


PUTS: list[Callable[[Session, int, int], Any]] = [
    lambda session, *_: actions.put_topic(session, "jugend", now=NOW, name="Jugend"),
    lambda session, *_: actions.put_region(session, "land", now=NOW, name="Land"),
    lambda session, netz, _: actions.put_series(
        session, "reihe", now=NOW, title="Reihe", network_id=netz
    ),
    lambda session, *_: networks.put_network(session, "netz", now=NOW, name="Neuer Name"),
    lambda session, *_: networks.put_organisation(session, "verein", now=NOW, name="Ärzte"),
    lambda session, netz, verein: networks.set_memberships(session, verein, [netz], now=NOW),
    lambda session, _, verein: networks.set_memberships(session, verein, [], now=NOW),
]


def test_the_site_is_revised_with_every_change_and_only_then() -> None:
    with transaction() as session:
        network_id = make_network(session, "netz").id
        organisation_id = make_organisation(session, "verein").id
    for put in PUTS:
        risen = []
        for _ in range(2):
            before = revision()
            with transaction() as session:
                put(session, network_id, organisation_id)
            risen.append(revision() - before)
        assert risen == [1, 0]
