"""Proof of the address: a place is held for two days, then the data go and the next moves up."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import Gone
from eventapp.events.definition import EventDefinition
from eventapp.forms import new_form_token
from eventapp.registration import proof
from eventapp.registration.due import list_due, settle_due
from eventapp.registration.models import Signup
from eventapp.registration.proof_rules import PROOF_HOLDS, decide_proved, proof_until
from eventapp.registration.refusals import EventFull
from tests.factories import at, in_days
from tests.mail.test_render import mail_of, tree
from tests.registration.test_actions import (
    NOW,
    cancel,
    item_states,
    mails,
    plan,
    rows,
    sign_up,
    statuses,
)
from tests.registration.test_holder_pages import address_of
from tests.registration.test_pages import PERSON, send

LATER = NOW + PROOF_HOLDS


def proving(**values: Any) -> EventDefinition:
    return plan(confirm_email=True, **values)


def prove(number: int, now: Any = NOW) -> None:
    with transaction() as session:
        proof.confirm_address(session, rows()[number].id, now=now)


def sweep(now: Any = LATER) -> None:
    with reading() as connection:
        due = list_due(connection, now)
    for event_id in due:
        with transaction() as session:
            settle_due(session, event_id, now=now)


def kinds_of_mails() -> list[str]:
    return [kind.removeprefix("registration-") for kind, _ in mails()]


@pytest.mark.usefixtures("app")
class TestHolding:
    def test_a_place_is_held_until_the_address_is_proved(self) -> None:
        event = proving(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        assert statuses() == ["pending", "unproved"]
        assert kinds_of_mails() == ["confirm-email", "confirm-email"]
        prove(0)
        prove(1)
        assert statuses() == ["confirmed", "waitlisted"]
        assert kinds_of_mails()[2:] == ["confirmed", "waitlisted"]
        assert rows()[0].proof_until is None

    def test_proving_twice_is_proving_once(self) -> None:
        sign_up(proving())
        prove(0)
        prove(0)
        assert kinds_of_mails() == ["confirm-email", "confirmed"]

    def test_silence_frees_the_place_for_the_next_and_deletes_the_data(self) -> None:
        event = proving(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        prove(1)
        sweep(LATER - timedelta(seconds=1))
        assert statuses() == ["pending", "waitlisted"]
        sweep()
        assert [(row.first_name, row.status) for row in rows()] == [("Ben", "confirmed")]
        assert kinds_of_mails() == ["confirm-email", "waitlisted", "promoted"], "none of Ada's"
        with reading() as connection:
            assert len(connection.execute(select(Signup.id)).all()) == 1

    def test_who_waits_unproved_is_passed_over_keeps_the_position_and_lapses_alike(self) -> None:
        event = proving(capacity_in_person=1)
        for name in ("Ada", "Ben", "Cleo", "Dan"):
            sign_up(event, name)
        for number in (0, 2):
            prove(number)
        cancel(rows()[0].id)
        assert statuses() == ["cancelled", "unproved", "confirmed", "unproved"]
        prove(3)
        prove(1)
        cancel(rows()[2].id)
        assert statuses() == ["cancelled", "confirmed", "cancelled", "waitlisted"], "Ben was first"

    def test_who_waits_and_stays_silent_is_deleted(self) -> None:
        event = proving(capacity_in_person=0)
        sign_up(event)
        sweep()
        assert rows() == []

    def test_a_free_place_is_taken_with_the_proof_when_nobody_waits(self) -> None:
        event = proving(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event, "Ben")
        cancel(rows()[0].id)
        prove(1)
        assert statuses() == ["cancelled", "confirmed"]
        assert kinds_of_mails()[-1] == "promoted"

    def test_a_sign_up_sees_what_has_lapsed_before_any_sweep(self) -> None:
        event = proving(capacity_in_person=1, waiting_list=False)
        sign_up(event, "Ada")
        with pytest.raises(EventFull):
            sign_up(event, "Ben", now=LATER - timedelta(seconds=1))
        sign_up(event, "Ben", now=LATER)
        assert [(row.first_name, row.status) for row in rows()] == [("Ben", "pending")]

    def test_a_workshop_is_held_with_the_place_and_waited_for_without_one(self) -> None:
        event = proving(capacity_in_person=2, items=[{"slug": "a", "capacity": 1}])
        sign_up(event, "Ada", items=("a",))
        sign_up(event, "Ben", items=("a",))
        sign_up(event, "Cleo", items=("a",))
        assert [item_states(row.id)["a"] for row in rows()] == [
            "confirmed",
            "waitlisted",
            "waitlisted",
        ]
        prove(1)
        sweep()
        assert [(row.first_name, item_states(row.id)) for row in rows()] == [
            ("Ben", {"a": "confirmed"})
        ]

    def test_the_time_for_it_ends_with_the_event(self) -> None:
        start = at(in_days(0), 23) if NOW.astimezone(clock.BERLIN).hour < 22 else at(in_days(1), 1)
        event = proving(dates=[(start, start + timedelta(minutes=30))])
        assert proof_until(event, NOW) == start + timedelta(minutes=30)

    def test_too_late_is_refused_before_the_sweep_as_well(self) -> None:
        sign_up(proving())
        with pytest.raises(Gone):
            prove(0, LATER)
        assert statuses() == ["pending"], "the refusal took everything back"

    def test_numbers_of_the_deleted_are_not_given_again(self) -> None:
        event = proving()
        sign_up(event, "Ada")
        first = rows()[0].id
        sweep()
        sign_up(event, "Ben")
        assert rows()[0].id > first

    def test_a_place_that_was_held_is_theirs_even_if_the_event_decides_now(self) -> None:
        event = plan(confirm_email=True, approval=True)
        assert decide_proved(event, "pending") == "confirmed"
        assert decide_proved(event, "unproved") == "received"


class TestPages:
    def test_from_the_form_to_the_ticket(self, client: FlaskClient) -> None:
        event = proving()
        assert "gilt Ihre Anmeldung" in client.get(f"/events/{event.slug}/register").text
        answer = send(client, event.slug)
        receipt = client.get(answer.location).text
        assert "Bitte bestätigen Sie Ihre E-Mail-Adresse" in receipt
        assert "löschen wir danach alle Angaben" in receipt
        page = f"{address_of(rows()[0])}/confirm"
        assert "Anmeldung bestätigen" in client.get(page).text
        assert statuses() == ["pending"], "a mail scanner opens every link"
        done = client.post(page, data={"form_token": new_form_token(clock.now())})
        assert done.status_code == 303
        assert "Sie sind angemeldet" in client.get(done.location).text
        again = client.post(page, data={"form_token": new_form_token(clock.now())})
        assert again.location == done.location
        assert client.get(page).status_code == 303
        assert kinds_of_mails() == ["confirm-email", "confirmed"]

    def test_without_the_forms_token_nothing_happens(self, client: FlaskClient) -> None:
        sign_up(proving())
        answer = client.post(f"{address_of(rows()[0])}/confirm", data={})
        assert answer.status_code == 422
        assert statuses() == ["pending"]

    def test_the_personal_page_leads_to_the_proof_and_shows_no_ticket(
        self, client: FlaskClient
    ) -> None:
        sign_up(proving(capacity_in_person=1), "Ada")
        page = client.get(address_of(rows()[0])).text
        assert f"{address_of(rows()[0])}/confirm" in page
        assert '<svg class="qr' not in page
        assert client.get(f"{address_of(rows()[0])}/event.ics").status_code == 404

    def test_after_the_time_the_link_is_gone_before_and_after_the_sweep(
        self, client: FlaskClient
    ) -> None:
        receipt = sign_up(proving())
        page = address_of(rows()[0])
        with time_machine.travel(LATER, tick=False):
            assert client.get(f"{page}/confirm").status_code == 410
            sweep()
            assert client.get(page).status_code == 410
            assert client.get(f"/receipts/{receipt}").status_code == 404

    def test_signing_up_once_more_sends_the_link_to_the_proof(self, client: FlaskClient) -> None:
        event = proving()
        send(client, event.slug, **PERSON)
        send(client, event.slug, **PERSON)
        assert kinds_of_mails() == ["confirm-email", "link"]
        assert statuses() == ["pending"]

    def test_a_corrected_address_has_to_be_proved_instead(self, client: FlaskClient) -> None:
        answer = send(client, proving().slug)
        old = address_of(rows()[0])
        data = {"form_token": new_form_token(clock.now()), "email": "neu@example.org"}
        client.post(answer.location, data=data)
        assert client.get(f"{old}/confirm").status_code == 410
        assert kinds_of_mails() == ["confirm-email", "confirm-email"]
        assert statuses() == ["pending"]

    @pytest.mark.parametrize("language", ["de", "en"])
    def test_the_mail_says_until_when_and_carries_no_ticket(
        self, client: FlaskClient, language: str
    ) -> None:
        del client
        event = proving(capacity_in_person=1)
        sign_up(event, "Ada", language=language)
        sign_up(event, "Ben", language=language)
        words = {"de": "Bitte bestätigen Sie", "en": "Please confirm"}[language]
        for number, kind in enumerate(("pending", "unproved")):
            row = rows()[number]
            assert row.status == kind
            message = mail_of("registration-confirm-email", row.id)
            assert message is not None
            assert tree(message) == "multipart/alternative(text/plain, text/html)"
            assert words in message["Subject"]
            for part in message.iter_parts():
                assert f"{address_of(row)}/confirm" in part.get_content()
        prove(0)
        assert mail_of("registration-confirm-email", rows()[0].id) is None, "its reason has gone"
