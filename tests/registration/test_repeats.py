"""The same form more than once: ten times at the same moment over HTTP, the double click, the
reload, the way back. One act is one registration and one mail, on both databases."""

import threading
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.actions import update_event
from eventapp.forms import new_form_token
from tests.factories import ORIGIN
from tests.registration.posted import post
from tests.registration.test_actions import cancel, plan, rows, sign_up, statuses
from tests.registration.test_holder_pages import address_of
from tests.registration.test_pages import PERSON, token_of
from tests.registration.test_several import plan_series
from tests.servers import Site

AT_ONCE, PATIENCE = 10, 60.0
OTTO = {"first_name": "Otto", "last_name": "Beispiel", "email": "erika@example.org"}


def send_at_once(
    port: int, path: str, form: Mapping[str, Any], tokens: Sequence[str] = ()
) -> set[tuple[int, str | None]]:
    """(status, address) of the answers to ten clicks at once, with a token each where given."""
    start = threading.Barrier(AT_ONCE)
    answers: list[tuple[int, str | None]] = []

    def send(token: str) -> None:
        body = urlencode({"website": "", **form, "form_token": token}, doseq=True)
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            start.wait(PATIENCE)
            connection.request("POST", path, body, kind)
            answer = connection.getresponse()
            answers.append((answer.status, answer.headers.get("Location")))
        finally:
            connection.close()

    each = tokens or [form["form_token"]] * AT_ONCE
    threads = [threading.Thread(target=send, args=(token,)) for token in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE)
    assert len(answers) == AT_ONCE
    return set(answers)


def assert_one_receipt(answers: set[tuple[int, str | None]]) -> None:
    [(status, receipt)] = answers
    assert status == 303
    assert (receipt or "").startswith("/receipts/")


class TestTenTimesAtOnce:
    def test_a_sign_up_is_one_registration_and_one_mail(
        self, client: FlaskClient, site: Site
    ) -> None:
        path = f"/events/{plan(capacity_in_person=1).slug}/register"
        form = {**PERSON, "form_token": token_of(client.get(path))}
        assert_one_receipt(send_at_once(site.port, path, form))
        assert statuses() == ["confirmed"]
        assert len(post()) == 1

    def test_a_form_for_several_is_one_of_each_and_one_mail(
        self, client: FlaskClient, site: Site
    ) -> None:
        plan_series({"capacity_in_person": 1}, {}, {"capacity_in_person": 0})
        path = "/series/reihe/register"
        slugs = ["termin-1", "termin-2", "termin-3"]
        form = {**PERSON, "form_token": token_of(client.get(path)), "events": slugs}
        assert_one_receipt(send_at_once(site.port, path, form))
        assert statuses() == ["confirmed", "confirmed", "waitlisted"]
        assert len(post()) == 1

    def test_one_more_person_is_one_registration_and_one_mail(
        self, client: FlaskClient, site: Site
    ) -> None:
        event = plan()
        sign_up(event)
        post()
        token = token_of(client.get(f"{address_of(rows()[0])}/another"))
        form = {**OTTO, "form_token": token}
        assert_one_receipt(send_at_once(site.port, f"/events/{event.slug}/register", form))
        assert [row.first_name for row in rows()] == ["Erika", "Otto"]
        assert len(post()) == 1

    def test_ten_forms_of_one_person_are_one_registration_and_one_link(
        self, client: FlaskClient, site: Site
    ) -> None:
        """Not the same form: whoever opened it in ten windows is known after the first."""
        event = plan()
        sign_up(event)
        post()
        path = f"/events/{event.slug}/register"
        tokens = [token_of(client.get(path)) for _ in range(AT_ONCE)]
        assert len(set(tokens)) == AT_ONCE
        answers = send_at_once(site.port, path, PERSON, tokens)
        assert [status for status, _ in answers] == [303] * AT_ONCE
        assert statuses() == ["confirmed"]
        assert [mail.subject for mail in post()] == ["Ihre Links zu Ihren Anmeldungen"]

    def test_a_cancellation_is_one_and_frees_one_place(
        self, client: FlaskClient, site: Site
    ) -> None:
        event = plan(capacity_in_person=1)
        for name in ("Erika", "Ben", "Kim"):
            sign_up(event, name)
        post()
        path = f"{address_of(rows()[0])}/cancel"
        form = {"form_token": token_of(client.get(path))}
        assert {status for status, _ in send_at_once(site.port, path, form)} == {303}
        assert statuses() == ["cancelled", "confirmed", "waitlisted"]
        assert len(post()) == 2


class Form:
    """One page with one token, sent again and again."""

    def __init__(self, client: FlaskClient, path: str, **fields: Any) -> None:
        self.client, self.path, self.fields = client, path, fields
        self.token = new_form_token(clock.now())

    def send(self, **fields: Any) -> str:
        data = {"website": "", **PERSON, **self.fields, **fields, "form_token": self.token}
        answer = self.client.post(self.path, data=data)
        assert answer.status_code == 303, answer.text
        return str(answer.location)


@pytest.fixture(params=["event", "series", "another"])
def form(request: pytest.FixtureRequest, client: FlaskClient) -> Form:
    """Each way to send one, with whatever stood before already mailed."""
    if request.param == "series":
        plan_series({}, {})
        return Form(client, "/series/reihe/register", events=["termin-1", "termin-2"])
    event = plan()
    if request.param == "another":
        sign_up(event, "Kim")
        post()
    return Form(client, f"/events/{event.slug}/register")


class TestOneAfterTheOther:
    def test_a_reload_answers_the_same_receipt(self, form: Form) -> None:
        receipt, count = form.send(), len(rows())
        assert form.send() == receipt
        assert form.client.get(receipt).text.count("<h1") == 1
        assert len(rows()) == count
        assert len(post()) == 1

    def test_another_spelling_of_the_person_is_the_same(self, form: Form) -> None:
        receipt, count = form.send(), len(rows())
        assert form.send(first_name=" ERIKA ", email="Erika@Example.org") == receipt
        assert len(rows()) == count

    def test_somebody_else_after_going_back_is_a_new_registration(self, form: Form) -> None:
        first = form.send()
        count = len(rows())
        second = form.send(**OTTO)
        assert second != first
        assert len(rows()) == count + len(form.fields.get("events", ["one"]))
        assert {row.first_name for row in rows()} >= {"Erika", "Otto"}
        both = rows()
        assert (form.send(), form.send(**OTTO)) == (first, second), "each still has their receipt"
        assert rows() == both
        assert len(post()) == 2

    def test_a_reload_after_cancelling_does_nothing(self, form: Form) -> None:
        """The registration is cancelled meanwhile: it does not come back by itself."""
        receipt = form.send()
        post()
        for row in rows():
            cancel(row.id)
        post()
        before = rows()
        assert form.send() == receipt
        assert rows() == before
        assert post() == []
        assert "abgesagt" in form.client.get(receipt).text.casefold()

    def test_going_back_for_other_dates_adds_only_those(self, client: FlaskClient) -> None:
        plan_series({}, {}, {})
        form = Form(client, "/series/reihe/register")
        first = form.send(events=["termin-1", "termin-2"])
        second = form.send(events=["termin-2", "termin-3"])
        assert first != second
        assert len(rows()) == 3
        assert form.send(events=["termin-2", "termin-1"]) == first
        assert len(rows()) == 3

    def test_a_reload_after_sign_up_has_closed(self, client: FlaskClient) -> None:
        event = plan(capacity_in_person=1, waiting_list=False)
        form = Form(client, f"/events/{event.slug}/register")
        receipt = form.send()
        with transaction() as session:
            update_event(
                session,
                event.slug,
                origin=ORIGIN,
                now=clock.now(),
                registration_closes_at=clock.now(),
            )
        assert form.send() == receipt
        assert statuses() == ["confirmed"]

    def test_a_reload_after_the_address_was_corrected(self, client: FlaskClient) -> None:
        form = Form(client, f"/events/{plan().slug}/register")
        receipt = form.send()
        data = {"form_token": form.token, "email": "richtig@example.org"}
        for _ in range(2):
            assert client.post(receipt, data=data).status_code == 303
        assert form.send() == receipt
        assert [row.email for row in rows()] == ["richtig@example.org"]
        assert [mail.recipient for mail in post()] == ["richtig@example.org"]

    def test_a_double_click_on_a_correction_to_somebody_known(self, client: FlaskClient) -> None:
        event = plan()
        known = {"email": "richtig@example.org"}
        Form(client, f"/events/{event.slug}/register", **known).send()
        receipt = Form(client, f"/events/{event.slug}/register").send()
        data = {"form_token": new_form_token(clock.now()), **known}
        for _ in range(2):
            answer = client.post(receipt, data=data)
            assert (answer.status_code, answer.location) == (303, receipt)
        assert statuses() == ["confirmed", "cancelled"]
        assert client.post(receipt, data={**data, "email": "x@example.org"}).status_code == 410
