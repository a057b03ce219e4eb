"""From the room to online and back: places, lines, the calendar, the door, the page."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp.checkin.rules import Finding, find_obstacle
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.registration import queries, switching
from eventapp.registration.line_rules import Step, decide_switch
from eventapp.registration.models import Registration
from eventapp.registration.places import Count, PlaceRequest, Places
from eventapp.registration.refusals import EventFull, QuotaExhausted, SwitchClosed
from tests.registration.posted import post
from tests.registration.test_actions import NOW, cancel, mails, plan, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.registration.test_quota import positions

ROOM, FULL = Count(2, 1), Count(1, 1)


@pytest.mark.parametrize(
    ("status", "there", "step"),
    [
        ("confirmed", ROOM, Step("confirmed", "online")),
        ("confirmed", Count(None, 9), Step("confirmed", "online")),
        ("confirmed", Count(2, 1, waiting=1), Step("confirmed", "in_person", wish="online")),
        ("confirmed", FULL, Step("confirmed", "in_person", wish="online")),
        ("waitlisted", ROOM, Step("confirmed", "online")),
        ("waitlisted", FULL, Step("waitlisted", "online")),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_becomes_of_who_switches(status: str, there: Count, step: Step) -> None:
    event = plan(has_online=True)
    places = Places({"in_person": FULL, "online": there})
    asked, before = PlaceRequest("online", 7), Step(status, "in_person")
    assert decide_switch(event, places, before, asked, NOW) == step
    capped = replace(places, delegates={7: Count(1, 1)})
    if status == "confirmed":
        assert decide_switch(event, capped, before, asked, NOW) == step, "counted already"
    without = replace(event, waiting_list=False)
    if step.waits_for:
        with pytest.raises(EventFull):
            decide_switch(without, places, before, asked, NOW)
    if status == "waitlisted":
        with pytest.raises(QuotaExhausted):
            decide_switch(without, capped, before, asked, NOW)


def plan_both(**values: Any) -> EventDefinition:
    """One place in the room, one online; Ada has the first, Otto the other."""
    event = plan(**{"has_online": True, "capacity_in_person": 1, "capacity_online": 1, **values})
    sign_up(event, "Ada")
    sign_up(event, "Otto", attendance="online")
    return event


def switch(registration_id: int, attendance: str, now: Any = NOW) -> None:
    with transaction() as session:
        switching.switch(session, registration_id, attendance, now=now)


def held() -> list[tuple[str, str, str | None]]:
    return [(row.status, row.attendance, row.waits_for) for row in rows()]


def ids() -> list[int]:
    return [row.id for row in rows()]


@pytest.mark.usefixtures("app")
class TestSwitch:
    def test_frees_the_one_and_takes_the_other(self) -> None:
        event = plan_both(capacity_online=5)
        sign_up(event, "Ben")
        ada, _otto, ben = ids()
        before = rows()[0]
        switch(ada, "online")
        assert held() == [
            ("confirmed", "online", None),
            ("confirmed", "online", None),
            ("confirmed", "in_person", None),
        ]
        after = rows()[0]
        assert after.sequence == before.sequence + 1
        assert (after.ticket_hash, after.secrets_sealed) == (
            before.ticket_hash,
            before.secrets_sealed,
        )
        assert mails()[-2:] == [("registration-changed", ada), ("registration-promoted", ben)]
        assert find_obstacle(after.status, after.attendance, has_item=True) == Finding.ONLINE_ONLY

    def test_the_calendar_entry_keeps_its_uid(self) -> None:
        plan_both(capacity_online=5)
        ada = ids()[0]
        with transaction() as session:
            session.get_one(Registration, ada).request_sent_at = NOW
            before = queries.get_holder(session.connection(), ada)
        switch(ada, "online")
        with reading() as connection:
            last = connection.execute(
                OutboxMail.__table__.select().order_by(OutboxMail.id.desc())
            ).first()
            assert last is not None
            draft = kinds.compose(connection, "registration-changed", last.ids)
        assert draft is not None
        [part] = draft.calendar
        text = part.ics.decode().replace("\r\n ", "")
        assert part.method == "REQUEST"
        assert all(uid in text for uid in before.uids.values())
        assert "LOCATION:Online" in text

    def test_the_mail_leads_to_the_online_door(self) -> None:
        plan_both(capacity_online=5, join_url="https://konferenz.example/raum/1")
        post()
        ada = ids()[0]
        switch(ada, "online")
        [to_online] = post()
        assert "/join/" in to_online.text
        assert "Einlasskarte" not in to_online.text
        switch(ada, "in_person")
        [to_room] = post()
        assert "/join/" not in to_room.text
        assert "Ihre Einlasskarte bleibt dieselbe." in to_room.text

    def test_waits_for_the_other_and_keeps_the_place(self) -> None:
        event = plan_both()
        sign_up(event, "Ben", attendance="online")
        ada, otto, ben = ids()
        switch(ada, "online")
        assert held()[0] == ("confirmed", "in_person", "online")
        assert positions() == {ben: 1, ada: 2}
        assert rows()[0].sequence == 0, "nothing in the calendar has changed"
        assert mails()[-1] == ("registration-changed", ada)
        sign_up(event, "Cleo", attendance="online")
        cancel(otto)
        assert held()[:3] == [
            ("confirmed", "in_person", "online"),
            ("cancelled", "online", None),
            ("confirmed", "online", None),
        ]
        cancel(ben)
        assert held()[0] == ("confirmed", "online", None)
        assert held()[3] == ("waitlisted", "online", "online")

    def test_the_place_left_goes_to_the_next_in_the_same_transaction(self) -> None:
        event = plan_both()
        sign_up(event, "Ben")
        ada, otto, ben = ids()
        switch(ada, "online")
        cancel(otto)
        assert held() == [
            ("confirmed", "online", None),
            ("cancelled", "online", None),
            ("confirmed", "in_person", None),
        ]
        assert mails()[-2:] == [("registration-changed", ada), ("registration-promoted", ben)]

    def test_two_who_want_each_others_place_wait_for_a_third(self) -> None:
        plan_both()
        ada, otto = ids()
        switch(ada, "online")
        switch(otto, "in_person")
        assert [row[2] for row in held()] == ["online", "in_person"]

    def test_a_wish_is_taken_back(self) -> None:
        plan_both()
        ada, otto = ids()
        switch(ada, "online")
        switch(ada, "online")
        switch(ada, "in_person")
        switch(ada, "in_person")
        assert held()[0] == ("confirmed", "in_person", None)
        assert [kind for kind, of in mails() if of == ada].count("registration-changed") == 2
        cancel(otto)
        assert held()[0] == ("confirmed", "in_person", None)

    def test_who_waits_changes_lines(self) -> None:
        event = plan_both()
        sign_up(event, "Ben", attendance="online")
        sign_up(event, "Cleo")
        switch(ids()[3], "online")
        assert held()[3] == ("waitlisted", "online", "online")
        assert positions() == {ids()[2]: 1, ids()[3]: 2}

    def test_an_offering_event_gives_the_other_way_at_once(self) -> None:
        plan_both(offer_hours=24)
        ada, otto = ids()
        switch(ada, "online")
        cancel(otto)
        assert held()[0] == ("confirmed", "online", None)

    def test_who_cancels_leaves_the_line(self) -> None:
        plan_both()
        ada, otto = ids()
        switch(ada, "online")
        cancel(ada)
        cancel(otto)
        assert statuses() == ["cancelled", "cancelled"]
        assert positions() == {}

    def test_not_where_it_is_not_open(self) -> None:
        event = plan_both(capacity_in_person=5, capacity_online=5)
        ada, otto = ids()
        with pytest.raises(SwitchClosed):
            switch(otto, "in_person", event.start)
        with pytest.raises(SwitchClosed):
            switch(ada, "on the moon")
        switch(ada, "online", event.start + timedelta(minutes=1))
        assert held()[0] == ("confirmed", "online", None)


def test_the_page_asks_and_the_button_acts(client: FlaskClient) -> None:
    plan_both()
    page = address_of(rows()[0])
    assert "Lieber online teilnehmen" in client.get(page).text
    asked = client.get(f"{page}/attendance").text
    assert "Sie kommen auf die Warteliste und behalten Ihren Platz" in asked
    assert held()[0][2] is None, "a mail scanner opens every link"
    form = {"form_token": new_form_token(NOW), "attendance": "online"}
    assert client.post(f"{page}/attendance", data={"attendance": "online"}).status_code == 422
    answer = client.post(f"{page}/attendance", data=form)
    assert (answer.status_code, answer.location) == (303, page)
    assert "Sie warten auf einen Platz online" in client.get(page).text
    back = client.get(f"{page}/attendance").text
    assert "Nicht mehr warten" in back
    client.post(f"{page}/attendance", data={**form, "attendance": "in_person"})
    assert held()[0] == ("confirmed", "in_person", None)


def test_one_click_on_the_personal_page_where_a_place_is_free(client: FlaskClient) -> None:
    plan_both(capacity_online=2)
    page = address_of(rows()[0])
    text = client.get(page).text
    assert "Zu online wechseln" in text
    assert f'action="{page}/attendance"' in text
    assert held()[0][1] == "in_person", "opening changes nothing"
    form = {"form_token": new_form_token(NOW), "attendance": "online", "at_once": "y"}
    answer = client.post(f"{page}/attendance", data=form)
    assert (answer.status_code, answer.location) == (303, f"{page}?done=switched")
    assert "Sie nehmen jetzt online teil." in client.get(answer.location).text
    assert held()[0] == ("confirmed", "online", None)


def test_one_click_never_leads_to_the_waiting_list(client: FlaskClient) -> None:
    event = plan_both(capacity_online=2)
    page = address_of(rows()[0])
    sign_up(event, "Ben", attendance="online")  # the last one, while the page was open
    form = {"form_token": new_form_token(NOW), "attendance": "online", "at_once": "y"}
    answer = client.post(f"{page}/attendance", data=form)
    assert answer.status_code == 422
    assert "Auf die Warteliste für online" in answer.text
    assert held()[0] == ("confirmed", "in_person", None)
    assert "Zu online wechseln" not in client.get(page).text


def test_one_way_only_offers_no_other(client: FlaskClient) -> None:
    sign_up(plan(), "Ada")
    page = address_of(rows()[0])
    assert "Lieber online" not in client.get(page).text
    assert client.get(f"{page}/attendance").status_code == 303


def test_a_refusal_is_said_on_the_page(client: FlaskClient) -> None:
    plan_both(waiting_list=False)
    page = address_of(rows()[0])
    form = {"form_token": new_form_token(NOW), "attendance": "online"}
    answer = client.post(f"{page}/attendance", data=form)
    assert answer.status_code == 422
    assert "Alle Plätze sind vergeben." in answer.text
