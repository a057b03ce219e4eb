"""Freed places that are offered for some hours: held, taken, declined, passed on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.mail import kinds
from eventapp.participants import actions as office
from eventapp.registration import queries, selfservice
from eventapp.registration.due import list_due, settle_due
from eventapp.registration.following import follow
from eventapp.registration.line_rules import moves_up_to, offer_ends_at
from eventapp.registration.refusals import AlreadyCancelled, NotOffered
from tests.factories import ORIGIN
from tests.registration.test_actions import (
    NOW,
    cancel,
    item_states,
    mails,
    plan,
    rows,
    set_capacity,
    sign_up,
    statuses,
)
from tests.registration.test_holder_pages import address_of
from tests.statements import counted

DAY = timedelta(hours=24)


def plan_offers(**values: Any) -> EventDefinition:
    """Ada has the only place, Ben and Cleo wait."""
    event = plan(**{"capacity_in_person": 1, "offer_hours": 24, **values})
    items = tuple(item.slug for item in event.choices)
    for name in ("Ada", "Ben", "Cleo"):
        sign_up(event, name, items=items if name != "Ada" else ())
    return event


def accept(registration_id: int, now: datetime = NOW) -> None:
    with transaction() as session:
        selfservice.accept(session, registration_id, now=now)


def settle(now: datetime) -> None:
    """What the timetable does."""
    with reading() as connection:
        due = list_due(connection, now)
    for event_id in due:
        with transaction() as session:
            settle_due(session, event_id, now=now)


def ids() -> list[int]:
    return [row.id for row in rows()]


@pytest.mark.parametrize(
    ("hours", "before", "holds"),
    [(24, 100, 24), (1, 100, 1), (24, 10, 10), (None, 100, 24)],
)
@pytest.mark.usefixtures("app")
def test_how_long_an_offer_holds(hours: int | None, before: int, holds: int) -> None:
    event = plan(offer_hours=hours)
    now = event.start - timedelta(hours=before)
    assert offer_ends_at(event, now) == now + timedelta(hours=holds)
    expected = "confirmed" if hours is None else "offered"
    assert moves_up_to(event, has_place=False) == expected
    assert moves_up_to(event, has_place=True) == "confirmed"


@pytest.mark.usefixtures("app")
class TestOffer:
    def test_a_freed_place_is_held_and_counts(self) -> None:
        event = plan_offers()
        cancel(ids()[0])
        assert statuses() == ["cancelled", "offered", "waitlisted"]
        assert rows()[1].offer_ends_at == NOW + DAY
        assert mails()[-1] == ("registration-offered", ids()[1])
        with reading() as connection:
            place = queries.places(connection, event)["in_person"]
        assert (place.taken, place.waiting) == (1, 1)
        sign_up(event, "Dan")
        assert statuses()[-1] == "waitlisted"

    def test_who_takes_it_is_confirmed_with_what_is_free(self) -> None:
        plan_offers(items=[{"slug": "a", "capacity": 1}])
        cancel(ids()[0])
        ben = ids()[1]
        assert item_states(ben) == {"a": "waitlisted"}
        accept(ben)
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]
        assert item_states(ben) == {"a": "confirmed"}
        assert mails()[-1] == ("registration-promoted", ben)
        assert rows()[1].offer_ends_at is None
        with pytest.raises(NotOffered):
            accept(ben)

    def test_who_declines_passes_it_on(self) -> None:
        plan_offers()
        cancel(ids()[0])
        cancel(ids()[1])
        assert statuses() == ["cancelled", "cancelled", "offered"]
        with pytest.raises(AlreadyCancelled):
            accept(ids()[1])

    def test_the_sweep_passes_on_what_nobody_took(self) -> None:
        plan_offers()
        cancel(ids()[0])
        settle(NOW + DAY - timedelta(seconds=1))
        assert statuses() == ["cancelled", "offered", "waitlisted"]
        settle(NOW + DAY)
        assert statuses() == ["cancelled", "cancelled", "offered"]
        assert rows()[1].cancelled_as == "lapsed"
        assert rows()[2].offer_ends_at == NOW + 2 * DAY
        assert mails()[-2:] == [
            ("registration-cancelled", ids()[1]),
            ("registration-offered", ids()[2]),
        ]

    def test_every_lock_finds_what_the_sweep_has_not(self) -> None:
        event = plan_offers()
        cancel(ids()[0])
        with pytest.raises(AlreadyCancelled):
            accept(ids()[1], now=NOW + DAY)
        sign_up(event, "Dan", now=NOW + DAY)
        assert statuses() == ["cancelled", "cancelled", "offered", "waitlisted"]

    def test_the_start_ends_all_offers_and_makes_none(self) -> None:
        event = plan_offers()
        cancel(ids()[0], now=event.start - timedelta(hours=2))
        assert rows()[1].offer_ends_at == event.start
        settle(event.start)
        assert statuses() == ["cancelled", "cancelled", "waitlisted"]

    def test_places_freed_at_once_are_offered_in_order(self) -> None:
        event = plan_offers()
        set_capacity(event.slug, 9)
        assert statuses() == ["confirmed", "offered", "offered"]
        assert [of for kind, of in mails() if kind == "registration-offered"] == ids()[1:]

    def test_offers_end_also_where_none_are_made_any_more(self) -> None:
        event = plan_offers()
        cancel(ids()[0])
        with transaction() as session:
            update_event(session, event.slug, origin=ORIGIN, now=NOW, offer_hours=None)
            follow(session, event.id, now=NOW)
        settle(NOW + DAY)
        assert statuses() == ["cancelled", "cancelled", "confirmed"]

    def test_the_office_may_give_the_offered_place_at_once(self) -> None:
        plan_offers()
        cancel(ids()[0])
        with transaction() as session:
            office.confirm(session, ids()[1], beyond=False, now=NOW)
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]

    def test_events_without_offers_pay_nothing(self) -> None:
        event = plan(capacity_in_person=5)
        sign_up(event, "Ada")
        with counted(emptied=False) as direct:
            sign_up(event, "Ben")
        offering = plan(capacity_in_person=5, offer_hours=24)
        sign_up(offering, "Ada")
        with counted(emptied=False) as checked:
            sign_up(offering, "Ben")
        assert len(checked) == len(direct) + 1


@pytest.mark.usefixtures("app")
def test_the_mail_carries_the_link_and_no_date() -> None:
    plan_offers()
    cancel(ids()[0])
    with reading() as connection:
        draft = kinds.compose(connection, "registration-offered", {"registration_id": ids()[1]})
        gone = kinds.compose(connection, "registration-offered", {"registration_id": ids()[2]})
    assert draft is not None
    assert draft.calendar == ()
    assert draft.context["accept_url"].endswith(f"{address_of(rows()[1])}/accept")
    assert gone is None


def test_the_page_shows_and_the_button_acts(client: FlaskClient) -> None:
    plan_offers()
    cancel(ids()[0])
    page = address_of(rows()[1])
    assert f'href="{page}/accept"' in client.get(page).text
    shown = client.get(f"{page}/accept")
    assert "Ein Platz ist für Sie frei" in shown.text
    assert statuses()[1] == "offered", "a mail scanner opens every link"
    assert client.post(f"{page}/accept", data={}).status_code == 422
    answer = client.post(f"{page}/accept", data={"form_token": new_form_token(NOW)})
    assert (answer.status_code, answer.location) == (303, page)
    assert statuses()[1] == "confirmed"
    assert client.get(f"{page}/accept").status_code == 303
    assert "Sie sind angemeldet" in client.get(page).text


def test_declining_asks_for_no_second_page(client: FlaskClient) -> None:
    plan_offers()
    cancel(ids()[0])
    page = address_of(rows()[1])
    client.post(f"{page}/accept", data={"form_token": new_form_token(NOW), "decline": "y"})
    assert statuses()[1:] == ["cancelled", "offered"]


def test_who_comes_too_late_is_told(client: FlaskClient) -> None:
    plan_offers()
    cancel(ids()[0])
    page = address_of(rows()[1])
    late = NOW + DAY + timedelta(minutes=2)
    with time_machine.travel(late, tick=False):
        answer = client.post(f"{page}/accept", data={"form_token": new_form_token(late)})
        assert answer.status_code == 303
        settle(late)
        assert "Ihre Anmeldung ist beendet" in client.get(page).text
