"""After the event: who hears what, once there is something to say, and never two ends."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.render import render, texts
from eventapp.reminders import plans
from eventapp.reminders.models import Awaits, Group, Side, Unit
from eventapp.reminders.rules import FOLLOW_UPS, Step
from eventapp.sitecache import SiteRevision
from eventapp.wording.models import Wording
from tests.attendance.written import note_presence
from tests.certificates.handed import make_certificate
from tests.factories import at, in_days, make_event, make_material, make_network, make_series
from tests.registration.test_actions import event_of, rows, sign_up
from tests.reminders.test_sweep import DAY, MINUTE, add, claims, owed, remind
from tests.reminders.test_sweep_many import NEXT_DAY, was_scanned
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("app")

KIND = "event-follow-up"
STATEMENTS = 16  # of a sweep that finds nothing to say, however many events wait


def plan(*, later: int = 0, **values: Any) -> EventDefinition:
    """An event in person and online of a series, and as many dates after it."""
    both = {"has_online": True, "capacity_in_person": 3, **values}
    with transaction() as session:
        network = make_network(session)
        shared: dict[str, Any] = {"network": network}
        shared["series_id"] = make_series(session, network).id
        make_event(session, "jetzt", **shared, **both)
        for number in range(later):
            dates = [(at(in_days(60 + number), 10), at(in_days(60 + number), 12))]
            make_event(session, f"danach-{number}", dates=dates, **shared)
    return event_of("jetzt")


def four(event: EventDefinition) -> dict[str, int]:
    """Somebody in each group: there, online, absent, waiting; their registrations."""
    sign_up(event, "Vera")
    sign_up(event, "Olga", attendance="online")
    sign_up(event, "Ulf")
    sign_up(event, "Dora")
    sign_up(event, "Willi")  # there were three places
    found = {row.first_name: row.id for row in rows()}
    was_scanned(event, found["Vera"])
    note_presence(found["Olga"], event.dates[0].id)
    note_presence(found["Dora"], event.dates[0].id)
    return found


def publish(event: EventDefinition, **values: Any) -> None:
    with transaction() as session:
        stored = session.scalars(select(Event).filter_by(id=event.id)).one()
        make_material(session, stored, **values)


def drafts(now: datetime) -> dict[str, Draft]:
    """By first name, the mails that would leave."""
    with time_machine.travel(now, tick=False), reading() as connection:
        found = [kinds.compose(connection, KIND, each) for each in owed(KIND)]
    return {each.context["holder"].first_name: each for each in found if each}


def brought(draft: Draft) -> Any:
    return draft.context["dates"][0].brought


class TestUsual:
    def test_nothing_leaves_where_there_is_nothing_to_say(self) -> None:
        four(plan())
        assert remind(NEXT_DAY) == 0
        assert claims() == []

    def test_four_groups_hear_four_things_the_day_after(self) -> None:
        event = plan(later=4)
        four(event)
        assert remind(NEXT_DAY - MINUTE) == 0
        assert remind(NEXT_DAY) == 5
        assert remind(NEXT_DAY + MINUTE) == 0
        assert {name: each.context["words"].title for name, each in drafts(NEXT_DAY).items()} == {
            "Vera": "Danke, dass Sie da waren",
            "Dora": "Danke, dass Sie da waren",
            "Olga": "Danke, dass Sie dabei waren",
            "Ulf": "Schade, dass Sie nicht dabei waren",
            "Willi": "Leider wurde kein Platz frei",
        }

    def test_up_to_three_dates_with_one_button_and_the_own_link(self) -> None:
        event = plan(later=4)
        four(event)
        sign_up(event_of("danach-0"), "Vera")
        remind(NEXT_DAY)
        found = drafts(NEXT_DAY)
        assert [line.url.rpartition("/")[2] for line in brought(found["Ulf"]).dates] == [
            *("danach-0", "danach-1", "danach-2"),
        ]
        assert brought(found["Vera"]).dates[0].url.endswith("/next/danach-1")
        _subject, plain, html = texts(KIND, found["Vera"])
        assert html.count('class="button"') == 1
        for line in brought(found["Vera"]).dates:
            assert line.url in plain
            assert line.url in html

    def test_one_click_in_the_mail_program_ends_it_with_the_reminders(
        self, client: FlaskClient
    ) -> None:
        event = plan(later=1)
        four(event)
        remind(NEXT_DAY)
        mail = render(KIND, drafts(NEXT_DAY)["Ulf"], "id", NEXT_DAY).body
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail
        url = drafts(NEXT_DAY)["Ulf"].unsubscribe_url
        assert url
        path = "/unsubscribe/" + url.rpartition("/")[2]
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        assert "Ulf" not in drafts(NEXT_DAY)

    def test_materials_that_come_out_in_the_week_let_it_leave(self) -> None:
        event = plan()
        four(event)
        publish(event, publishes_at=NEXT_DAY + 2 * DAY)
        assert remind(NEXT_DAY) == 0
        assert remind(NEXT_DAY + 2 * DAY) == 5
        assert remind(NEXT_DAY + 3 * DAY) == 0

    def test_a_week_later_it_is_none_any_more(self) -> None:
        event = plan()
        four(event)
        publish(event, publishes_at=NEXT_DAY + 8 * DAY)
        assert remind(NEXT_DAY + 8 * DAY) == 0

    def test_who_is_signed_up_for_all_that_comes_gets_none(self) -> None:
        event = plan(later=1)
        four(event)
        sign_up(event_of("danach-0"), "Vera")
        remind(NEXT_DAY)
        assert "Vera" not in drafts(NEXT_DAY)

    def test_switched_off(self) -> None:
        event = plan(later=1)
        four(event)
        with transaction() as session:
            assert plans.end_follow_ups(session, event.id, now=NEXT_DAY - DAY)
            assert not plans.end_follow_ups(session, event.id, now=NEXT_DAY - DAY)
        assert remind(NEXT_DAY) == 0

    def test_an_own_step_takes_the_place_of_the_usual_one(self) -> None:
        event = plan()
        four(event)
        add(event, Step(Side.AFTER, 1, Unit.DAYS, Group.ABSENT, "Schade!"))
        assert remind(NEXT_DAY) == 1
        assert list(drafts(NEXT_DAY)) == ["Ulf"]


class TestLedger:
    def test_what_the_office_wrote_down_is_enough_to_know_who_was_absent(self) -> None:
        event = plan(later=1)
        sign_up(event, "Vera")
        sign_up(event, "Ulf")
        sign_up(event, "Olga", attendance="online")
        note_presence(rows()[0].id, event.dates[0].id)
        remind(NEXT_DAY)
        assert set(drafts(NEXT_DAY)) == {"Vera", "Ulf"}, "of the online room nothing is known"

    def test_learned_before_it_leaves_the_mail_tells_what_is_true(self) -> None:
        event = plan(later=1)
        found = four(event)
        remind(NEXT_DAY)
        note_presence(found["Ulf"], event.dates[0].id)
        assert drafts(NEXT_DAY)["Ulf"].context["words"].title == "Danke, dass Sie da waren"

    def test_learned_later_nobody_hears_a_second_end(self) -> None:
        event = plan(later=1)
        found = four(event)
        add(event, Step(Side.AFTER, 2, Unit.DAYS, Group.PRESENT, "Noch ein Wort."))
        assert remind(NEXT_DAY) == 5
        note_presence(found["Ulf"], event.dates[0].id)
        assert remind(NEXT_DAY + DAY) == 2
        names = [each["registration_id"] for each in owed(KIND)[5:]]
        assert sorted(names) == sorted([found["Vera"], found["Dora"]])


class TestMaterials:
    def test_each_gets_what_they_may_see(self) -> None:
        event = plan(later=1)
        four(event)
        publish(event, title="Für alle", data=b"%PDF-1.7")
        publish(event, title="Für Angemeldete", audience="registered")
        publish(event, title="Für alle, die da waren", audience="attended")
        publish(event, title="Später", publishes_at=NEXT_DAY + DAY)
        remind(NEXT_DAY)
        seen = {
            name: [line.title for line in brought(each).materials]
            for name, each in drafts(NEXT_DAY).items()
        }
        everything = ["Für alle", "Für Angemeldete", "Für alle, die da waren"]
        assert seen["Vera"] == seen["Olga"] == everything
        assert seen["Ulf"] == everything[:2]
        assert seen["Willi"] == everything[:1]
        file, link, _recording = brought(drafts(NEXT_DAY)["Vera"]).materials
        assert "/materials/" in file.url
        assert link.url.endswith("#materials")

    def test_a_step_that_waits_for_them_leaves_once_when_they_are_out(self) -> None:
        event = plan(later=1)
        four(event)
        waits = Step(Side.AFTER, 2, Unit.DAYS, Group.PRESENT, awaits=Awaits.MATERIALS)
        add(event, waits)
        assert remind(NEXT_DAY) == 5
        assert remind(NEXT_DAY + DAY) == 0
        publish(event, publishes_at=NEXT_DAY + 20 * DAY)
        assert remind(NEXT_DAY + 20 * DAY) == 2
        found = drafts(NEXT_DAY + 20 * DAY)
        assert found["Vera"].context["words"].title == "Die Materialien sind da"
        publish(event)
        assert remind(NEXT_DAY + 21 * DAY) == 0

    def test_thirty_days_are_enough(self) -> None:
        event = plan()
        four(event)
        add(event, Step(Side.AFTER, 2, Unit.DAYS, Group.PRESENT, awaits=Awaits.MATERIALS))
        publish(event, publishes_at=NEXT_DAY + 32 * DAY)
        assert remind(NEXT_DAY + 32 * DAY) == 0


def test_each_group_is_worded_apart_and_all_together() -> None:
    event = plan(later=1)
    four(event)
    said = {"event-follow-up": {"de": {"closing": "Bis bald"}}}
    said["event-follow-up-absent"] = {"de": {"subject": "Schade, {vorname}", "intro": "Eigenes."}}
    with transaction() as session:
        for kind, live in said.items():
            values = {"event_id": event.id, "kind": kind, "live": live, "revision": 1}
            session.add(Wording(**values, changed_at=NEXT_DAY))
    with transaction() as session:
        session.execute(_touched())
    remind(NEXT_DAY)
    found = {name: texts(KIND, each) for name, each in drafts(NEXT_DAY).items()}
    assert found["Ulf"][0] == "Schade, Ulf"
    assert "Eigenes." in found["Ulf"][1]
    assert all("Bis bald" in plain for _subject, plain, _html in found.values())
    assert "Eigenes." not in found["Vera"][1]


def _touched() -> Any:
    """The definition is kept by site revision."""
    table = table_of(SiteRevision)
    return update(table).values(revision=table.c.revision + 1)


@pytest.mark.parametrize("n", [1, 5])
def test_however_many_events_wait_it_asks_as_often(n: int) -> None:
    with transaction() as session:
        network = make_network(session)
        slugs = [make_event(session, network=network).slug for _n in range(n)]
    for slug in slugs:
        sign_up(event_of(slug), "Vera")
    remind(NEXT_DAY)
    with counted(emptied=False) as seen:
        assert remind(NEXT_DAY + timedelta(minutes=1)) == 0
    assert len([each for each in seen if each.startswith("SELECT")]) == STATEMENTS, seen


def test_the_usual_ones_are_of_all_four_groups() -> None:
    assert [each.group for each in FOLLOW_UPS] == [
        Group.PRESENT,
        Group.PRESENT_ONLINE,
        Group.ABSENT,
        Group.WAITING,
    ]


def test_the_certificate_is_linked_for_whoever_has_one() -> None:
    event = plan(gives_certificates=True)
    found = four(event)
    with transaction() as session:
        make_certificate(session, event.id, found["Vera"])
    remind(NEXT_DAY)
    [line] = brought(drafts(NEXT_DAY)["Vera"]).certificate
    assert line.url.endswith("/certificate.pdf")
    assert list(drafts(NEXT_DAY)) == ["Vera"], "for the others there is nothing to say"
