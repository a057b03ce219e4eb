"""How many delegates an organisation may send, and the order of those who wait."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, Audience
from eventapp.participants import actions as office
from eventapp.registration import actions, moving, queries
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.due import list_due, settle_due
from eventapp.registration.following import follow
from eventapp.registration.line_rules import Step, Waiting, next_in_line
from eventapp.registration.places import Count, PlaceRequest, Places
from eventapp.registration.refusals import EventFull, QuotaExhausted
from eventapp.registration.rules import capped, decide_status
from tests.factories import ORIGIN, at, in_days, make_organisation
from tests.registration.test_actions import NOW, cancel, mails, plan, rows, sign_up, statuses
from tests.statements import counted

ROOM, FULL, AWAITED = Count(9), Count(1, 1), Count(9, 1, waiting=3)
CAPPED = replace(AWAITED, has_caps=True)


@pytest.mark.parametrize(
    ("count", "quota", "by_right", "status"),
    [
        (ROOM, None, False, "confirmed"),
        (ROOM, Count(2, 1), False, "confirmed"),
        (ROOM, Count(2, 2), False, "waitlisted"),
        (ROOM, Count(2, 3), False, "waitlisted"),
        (ROOM, Count(0), False, "waitlisted"),
        (FULL, Count(2, 1), False, "waitlisted"),
        (AWAITED, None, False, "waitlisted"),
        (CAPPED, None, False, "confirmed"),
        (CAPPED, Count(2, 1), False, "confirmed"),
        (CAPPED, Count(2, 2), False, "waitlisted"),
        (FULL, Count(2, 2), True, "confirmed"),
    ],
)
@pytest.mark.usefixtures("app")
def test_who_gets_a_place(count: Count, quota: Count | None, by_right: bool, status: str) -> None:
    places = Places({"in_person": count}, delegates={7: quota} if quota else {})
    asked = PlaceRequest("in_person", 7, by_right=by_right)
    event = plan()
    assert decide_status(event, places, asked) == status
    if status == "waitlisted":
        refusal = QuotaExhausted if quota and not quota.is_free else EventFull
        with pytest.raises(refusal):
            decide_status(replace(event, waiting_list=False), places, asked)


HERE, THERE = Attendance.IN_PERSON, Attendance.ONLINE


@pytest.mark.parametrize(
    ("here", "there", "quotas", "line", "chosen"),
    [
        (Count(2), Count(0), {}, [Waiting(1, HERE), Waiting(2, HERE), Waiting(3, HERE)], [1, 2]),
        (Count(None), Count(0), {}, [Waiting(1, HERE), Waiting(2, THERE)], [1]),
        (Count(1, 3), Count(1), {}, [Waiting(1, HERE), Waiting(2, THERE)], [2]),
        (
            Count(2),
            Count(0),
            {7: Count(2, 2)},
            [Waiting(1, HERE, 7), Waiting(2, HERE, 8), Waiting(3, HERE, 7), Waiting(4, HERE)],
            [2, 4],
        ),
        (
            Count(9),
            Count(9),
            {7: Count(2, 1)},
            [Waiting(1, HERE, 7), Waiting(2, THERE, 7), Waiting(3, HERE, 8)],
            [1, 3],
        ),
        (Count(1), Count(0), {7: Count(1, 1)}, [Waiting(1, HERE, 7, has_place=True)], [1]),
    ],
)
def test_who_moves_up(
    here: Count,
    there: Count,
    quotas: Mapping[int, Count],
    line: list[Waiting],
    chosen: list[int],
) -> None:
    places = Places({HERE: here, THERE: there}, delegates=quotas)
    assert [one.id for one in next_in_line(places, line)] == chosen


DAY = date(2027, 5, 3)


@pytest.mark.parametrize(
    ("values", "now", "is_capped"),
    [
        ({}, at(DAY, 12), False),
        ({"delegates_per_organisation": 2}, at(DAY, 12), True),
        ({"audience": Audience.INVITED}, at(DAY, 12), True),
        ({"audience": Audience.INVITED, "release_unused_on": DAY}, at(DAY, 0), False),
        (
            {"delegates_per_organisation": 2, "release_unused_on": DAY},
            at(DAY, 0) - timedelta(seconds=1),
            True,
        ),
        ({"delegates_per_organisation": 2, "release_unused_on": DAY}, at(DAY, 0), False),
    ],
)
@pytest.mark.usefixtures("app")
def test_when_caps_hold(values: dict[str, Any], now: datetime, is_capped: bool) -> None:
    event = replace(plan(), **values)
    assert capped(event, now, 7, None, 7) == ([7] if is_capped else [])


def send(
    event: EventDefinition, name: str, organisation: str | None = "Verein A", **more: Any
) -> None:
    """Somebody signs up who says where they come from."""
    person = Person(
        first_name=name,
        last_name="Beispiel",
        email=f"{name.lower()}@example.org",
        organisation=organisation,
    )
    now = more.pop("now", NOW)
    request = SignupRequest(person, more.pop("attendance", "in_person"), **more)
    with transaction() as session:
        actions.register(session, event, request, form_token=name, now=now)


def register_organisations(**quotas: int | None) -> None:
    with transaction() as session:
        for letter, quota in quotas.items():
            make_organisation(session, name=f"Verein {letter}", delegate_quota=quota)


def plan_capped(**values: Any) -> EventDefinition:
    return plan(**{"fields": ["organisation"], "delegates_per_organisation": 2, **values})


@pytest.mark.usefixtures("app")
class TestCap:
    def test_beyond_it_people_wait_and_others_come(self) -> None:
        register_organisations(A=None, B=None)
        event = plan_capped()
        for name, organisation in (
            ("Ada", "Verein A"),
            ("Ben", "verein  a"),
            ("Cleo", "VEREIN A"),
            ("Dan", "Verein B"),
            ("Eva", "Nicht im Register"),
            ("Fay", None),
        ):
            send(event, name, organisation)
        assert statuses() == [
            "confirmed",
            "confirmed",
            "waitlisted",
            "confirmed",
            "confirmed",
            "confirmed",
        ]

    def test_without_a_waiting_list_they_are_refused(self) -> None:
        register_organisations(A=None)
        event = plan_capped(delegates_per_organisation=1, waiting_list=False)
        send(event, "Ada")
        with pytest.raises(QuotaExhausted):
            send(event, "Ben")
        assert statuses() == ["confirmed"]

    def test_both_ways_to_take_part_count(self) -> None:
        register_organisations(A=None)
        event = plan_capped(has_online=True)
        send(event, "Ada")
        send(event, "Ben", attendance="online")
        send(event, "Cleo", attendance="online")
        assert statuses() == ["confirmed", "confirmed", "waitlisted"]

    def test_without_a_number_of_the_event_the_organisations_own_holds(self) -> None:
        register_organisations(A=1, B=None)
        event = plan_capped(delegates_per_organisation=None, audience="invited")
        for name, organisation in (
            ("Ada", "Verein A"),
            ("Ben", "Verein A"),
            ("Cleo", "Verein B"),
            ("Dan", "Verein B"),
        ):
            enter(event, name, organisation)
        assert statuses() == ["confirmed", "waitlisted", "confirmed", "confirmed"]

    def test_who_is_passed_over_keeps_their_position(self) -> None:
        register_organisations(A=None, B=None)
        event = plan_capped(capacity_in_person=3)
        for name, organisation in (
            ("Ada", "Verein A"),
            ("Ben", "Verein A"),
            ("Cleo", "Verein B"),
            ("Dan", "Verein A"),
            ("Eva", "Verein B"),
        ):
            send(event, name, organisation)
        cleo, dan, eva = (row.id for row in rows()[2:])
        assert positions() == {dan: 1, eva: 2}
        cancel(cleo)
        assert statuses()[2:] == ["cancelled", "waitlisted", "confirmed"]
        assert positions() == {dan: 1}
        cancel(rows()[0].id)
        assert statuses()[2:] == ["cancelled", "confirmed", "confirmed"]
        assert mails()[-1] == ("registration-promoted", dan)

    def test_a_public_event_without_a_number_pays_nothing(self) -> None:
        register_organisations(A=1)
        event = plan(fields=["organisation"])
        send(event, "Ada")
        with counted(emptied=False) as with_organisation:
            send(event, "Ben")
        with counted(emptied=False) as without:
            send(event, "Cleo", None)
        assert len(with_organisation) == len(without)
        assert statuses() == ["confirmed"] * 3


def enter(event: EventDefinition, name: str, organisation: str, *, beyond: bool = False) -> None:
    """The office does it, whoever may sign up."""
    email = f"{name.lower()}@example.org"
    person = Person(name, "Beispiel", email, organisation=organisation)
    request = SignupRequest(person, "in_person")
    with transaction() as session:
        office.add(session, event, request, beyond=beyond, form_token=name, now=NOW)


def positions() -> dict[int, int]:
    """As their own pages say them."""
    with reading() as connection:
        found = {row.id: queries.get_holder(connection, row.id).position for row in rows()}
    return {id_: position for id_, position in found.items() if position is not None}


@pytest.mark.usefixtures("app")
class TestOffice:
    def test_gives_a_place_within_the_cap_or_beyond_it(self) -> None:
        register_organisations(A=None)
        event = plan_capped(delegates_per_organisation=1)
        enter(event, "Ada", "Verein A")
        enter(event, "Ben", "Verein A")
        enter(event, "Cleo", "Verein A", beyond=True)
        assert statuses() == ["confirmed", "waitlisted", "confirmed"]
        ben = rows()[1].id
        with pytest.raises(QuotaExhausted), transaction() as session:
            office.confirm(session, ben, beyond=False, now=NOW)
        with transaction() as session:
            office.confirm(session, ben, beyond=True, now=NOW)
        assert statuses() == ["confirmed"] * 3

    def test_whose_place_is_taken_back_stands_last(self) -> None:
        event = plan(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        ada, _ben, cleo = (row.id for row in rows())
        with transaction() as session:
            [row] = moving.list_rows(session.connection(), event, [ada])
            back = {ada: Step("waitlisted", "in_person")}
            moving.write_steps(session, event, [row], back, now=NOW)
        assert statuses() == ["waitlisted", "confirmed", "waitlisted"]
        assert positions() == {cleo: 1, ada: 2}


@pytest.mark.usefixtures("app")
class TestRelease:
    def plan_waiting(self, **values: Any) -> EventDefinition:
        """Two of one organisation wait beside a free place, one of another came later."""
        register_organisations(A=None, B=None)
        event = plan_capped(
            delegates_per_organisation=1,
            release_unused_on=in_days(10),
            capacity_in_person=3,
            **values,
        )
        for name, organisation in (
            ("Ada", "Verein A"),
            ("Ben", "Verein A"),
            ("Cleo", "Verein A"),
            ("Dan", "Verein B"),
        ):
            send(event, name, organisation)
        assert statuses() == ["confirmed", "waitlisted", "waitlisted", "confirmed"]
        return event

    def settle(self, now: datetime) -> None:
        with reading() as connection:
            due = list_due(connection, now)
        for event_id in due:
            with transaction() as session:
                settle_due(session, event_id, now=now)

    def test_at_midnight_all_move_up_in_order_while_places_last(self) -> None:
        self.plan_waiting()
        midnight = at(in_days(10), 0)
        self.settle(midnight - timedelta(seconds=1))
        assert statuses()[1:3] == ["waitlisted", "waitlisted"]
        self.settle(midnight)
        assert statuses()[1:3] == ["confirmed", "waitlisted"]
        self.settle(midnight)
        assert [kind for kind, _ in mails()].count("registration-promoted") == 1

    def test_nobody_comes_before_them_if_the_sweep_is_late(self) -> None:
        event = self.plan_waiting()
        send(event, "Eva", "Verein B", now=at(in_days(10), 0))
        assert statuses() == ["confirmed", "confirmed", "waitlisted", "confirmed", "waitlisted"]

    def test_another_day_releases_at_once(self) -> None:
        event = self.plan_waiting()
        with transaction() as session:
            values: Any = {"release_unused_on": clock.berlin_day(NOW)}
            update_event(session, event.slug, origin=ORIGIN, now=NOW, **values)
            follow(session, event.id, now=NOW)
        assert statuses()[1:3] == ["confirmed", "waitlisted"]

    def test_not_in_a_cancelled_event(self) -> None:
        event = self.plan_waiting()
        with transaction() as session:
            update_event(session, event.slug, origin=ORIGIN, now=NOW, status="cancelled")
        self.settle(at(in_days(10), 0))
        cancel(rows()[0].id, now=at(in_days(10), 0))
        assert statuses()[1:3] == ["waitlisted", "waitlisted"]


def test_the_page_says_what_one_waits_for(client: Any) -> None:
    from tests.registration.test_holder_pages import address_of

    register_organisations(A=None)
    event = plan_capped(delegates_per_organisation=1, release_unused_on=in_days(10))
    send(event, "Ada")
    send(event, "Ben")
    page = client.get(address_of(rows()[1])).text
    assert "Sie haben Platz 1 auf der Warteliste." in page
    assert "Ihre Organisation hat einen Platz, und er ist vergeben." in page
    with time_machine.travel(at(in_days(10), 1), tick=False):
        assert "Ihre Organisation" not in client.get(address_of(rows()[1])).text
