"""Registrations that the office decides on: a seat only with the acceptance."""

from typing import Any

import pytest
from flask import Flask

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.networks.models import Role, Scope
from eventapp.participants import actions, bulk, queries
from eventapp.participants.bulk import Act, Order
from eventapp.participants.history import history
from eventapp.participants.rules import Left
from eventapp.registration import proof, selfservice
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.models import CancelledAs
from eventapp.registration.queries import places
from eventapp.registration.refusals import AlreadyDecided, EventFull, NotConfirmedYet, NotDecidedYet
from tests.mail.test_render import mail_of, tree
from tests.registration.test_actions import NOW, item_states, mails, plan, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.visitors import Visitor, colleague


def deciding(**values: Any) -> EventDefinition:
    return plan(approval=True, **values)


def act(number: int, what: Act, **more: Any) -> None:
    with transaction() as session:
        actions.act_on(session, rows()[number].id, Order(what, **more), now=NOW)


def kinds_of_mails() -> list[str]:
    return [kind.removeprefix("registration-") for kind, _ in mails()]


@pytest.mark.usefixtures("app")
class TestDeciding:
    def test_nobody_holds_a_seat_before_the_acceptance(self) -> None:
        event = deciding(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        assert statuses() == ["received"] * 3
        with reading() as connection:
            assert places(connection, event)["in_person"].taken == 0
        act(1, Act.ACCEPT)
        act(0, Act.ACCEPT)
        act(2, Act.ACCEPT, beyond=True)
        assert statuses() == ["waitlisted", "confirmed", "confirmed"]
        assert kinds_of_mails()[3:] == ["confirmed", "waitlisted", "confirmed"]

    def test_full_without_a_waiting_list_they_stay_as_they_are(self) -> None:
        event = deciding(capacity_in_person=1, waiting_list=False)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        act(0, Act.ACCEPT)
        with pytest.raises(EventFull):
            act(1, Act.ACCEPT)
        assert statuses() == ["confirmed", "received"]

    def test_declining_says_why(self) -> None:
        sign_up(deciding())
        act(0, Act.DECLINE, note="Diesmal leider nur Vereine.")
        [row] = rows()
        assert (row.status, row.cancelled_as) == ("cancelled", CancelledAs.DECLINED)
        assert kinds_of_mails() == ["received", "declined"]
        message = mail_of("registration-declined", row.id)
        assert message is not None
        assert tree(message) == "multipart/alternative(text/plain, text/html)"
        for part in message.iter_parts():
            assert "Diesmal leider nur Vereine." in part.get_content()

    def test_only_who_waits_for_it_can_be_accepted_and_only_then_the_rest(self) -> None:
        event = deciding(has_online=True)
        sign_up(event)
        for what in (Act.PLACE, Act.ATTENDANCE):
            with pytest.raises(NotDecidedYet):
                act(0, what, attendance="online" if what == Act.ATTENDANCE else None)
        act(0, Act.ACCEPT)
        with pytest.raises(AlreadyDecided):
            act(0, Act.ACCEPT)

    def test_proof_first_then_the_decision(self) -> None:
        sign_up(deciding(confirm_email=True))
        assert statuses() == ["unproved"]
        with pytest.raises(NotConfirmedYet):
            act(0, Act.ACCEPT)
        with transaction() as session:
            proof.confirm_address(session, rows()[0].id, now=NOW)
        assert statuses() == ["received"]
        act(0, Act.ACCEPT)
        assert kinds_of_mails() == ["confirm-email", "received", "confirmed"]

    def test_workshops_are_wishes_until_then(self) -> None:
        event = deciding(items=[{"slug": "a", "capacity": 1}])
        for name in ("Ada", "Ben"):
            sign_up(event, name, items=("a",))
        with reading() as connection:
            count = places(connection, event).items["a"]
        assert (count.taken, count.waiting) == (0, 0)
        act(1, Act.ACCEPT)
        act(0, Act.ACCEPT)
        assert [item_states(row.id)["a"] for row in rows()] == ["waitlisted", "confirmed"]

    def test_many_at_once_in_the_order_of_sign_up(self) -> None:
        event = deciding(capacity_in_person=2)
        for name in ("Ada", "Ben", "Cleo", "Dan"):
            sign_up(event, name)
        act(3, Act.ACCEPT)
        ids = [row.id for row in rows()]
        with transaction() as session:
            done = bulk.carry_out(session, event, Order(Act.ACCEPT), ids[::-1], now=NOW)
        assert done.left == {ids[3]: Left.DECIDED}
        assert statuses() == ["confirmed", "waitlisted", "waitlisted", "confirmed"]

    def test_who_withdraws_waits_for_no_decision(self) -> None:
        sign_up(deciding())
        with transaction() as session:
            selfservice.cancel(session, rows()[0].id, now=NOW)
        assert kinds_of_mails() == ["received", "cancelled"]

    def test_who_the_office_enters_needs_neither_proof_nor_decision(self) -> None:
        event = deciding(confirm_email=True)
        request = SignupRequest(Person("Erika", "Beispiel", "erika@example.org"), "in_person")
        with transaction() as session:
            actions.add(session, event, request, beyond=False, form_token="t", now=NOW)
        assert statuses() == ["confirmed"]

    def test_acceptance_is_not_counted_as_moving_up(self) -> None:
        event = deciding()
        sign_up(event)
        with transaction() as session:
            order = Order(Act.ACCEPT)
            actions.act_on(session, rows()[0].id, order, now=clock.now())
        with reading() as connection:
            assert queries.get_figures(connection, event.id).moved_up == 0
        entries = history(rows()[0], [], [], [], [])
        assert [(entry.what, entry.of) for entry in entries] == [
            ("asked", None),
            ("admitted", False),
        ]


def test_the_page_of_the_holder_says_how_it_stands(app: Flask) -> None:
    sign_up(deciding())
    client = app.test_client(use_cookies=False)
    assert "Ihre Anmeldung ist eingegangen" in client.get(address_of(rows()[0])).text
    act(0, Act.DECLINE)
    assert "wurde nicht angenommen" in client.get(address_of(rows()[0])).text


@pytest.fixture
def ada(app: Flask) -> Visitor:
    return colleague(app, "ada", (Role.ORGANISER, Scope.INSTALLATION, 0))


def test_the_office_decides_on_one(ada: Visitor) -> None:
    event = deciding(capacity_in_person=0)
    sign_up(event)
    person = f"/organise/events/{event.slug}/participants/{rows()[0].id}"
    assert "1 Anmeldung wartet auf Ihre Entscheidung" in ada.get("/organise/").text
    assert f"{person}/accept" in ada.get(person).text
    assert "Es ist kein Platz frei." in ada.get(f"{person}/accept").text
    answer = ada.post(f"{person}/accept", data={"beyond": "y", "csrf_token": ada.csrf_token()})
    assert answer.status_code == 303
    assert statuses() == ["confirmed"]
    assert "Die Anmeldung ist angenommen." in ada.get(answer.location).text
    again = ada.post(f"{person}/accept", data={"csrf_token": ada.csrf_token()})
    assert again.status_code == 422
    assert "schon entschieden" in again.text
    assert "wartet auf Ihre Entscheidung" not in ada.get("/organise/").text


def test_the_office_decides_on_many(ada: Visitor) -> None:
    event = deciding()
    for name in ("Ada", "Ben"):
        sign_up(event, name)
    page = f"/organise/events/{event.slug}/participants"
    assert "Anmeldung annehmen" in ada.get(f"{page}?status=received").text
    asked = ada.get(f"{page}/bulk?whom=all&act=accept&status=received")
    assert "2 Anmeldungen annehmen?" in asked.text
    people = asked.text.partition('name="people" value="')[2].partition('"')[0]
    data = {"act": "accept", "people": people, "form_token": new_form_token(clock.now())}
    data["csrf_token"] = ada.csrf_token()
    answer = ada.post(f"{page}/bulk", data=data)
    assert answer.status_code == 303
    assert "Anmeldungen angenommen" in ada.get(answer.location).text
    assert statuses() == ["confirmed", "confirmed"]
