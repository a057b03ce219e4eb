"""Telling when sign-up opens: double opt-in, one mail, then nothing is known. On both databases."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.forms import new_form_token
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.reminders import openings
from eventapp.reminders.models import OpeningWish
from eventapp.tokens import keyring
from tests.factories import ORIGIN
from tests.registration.test_actions import NOW, event_of, plan
from tests.registration.test_pages import token_of

SOON = NOW + timedelta(days=3)


def wishes() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(OpeningWish))))


def owed() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(OutboxMail.kind).order_by(OutboxMail.id)).scalars())


def ask(slug: str, email: str = "dan@example.org", now: datetime = NOW) -> None:
    with transaction() as session:
        openings.ask(session, event_of(slug), email, language="de", now=now)


def confirm(now: datetime = NOW) -> None:
    with transaction() as session:
        for wish in session.execute(select(OpeningWish.id)).scalars().all():
            openings.confirm(session, wish, now=now)


def tell(now: datetime) -> int:
    with transaction() as session:
        return openings.tell(session, now=now)


def forget(now: datetime) -> None:
    with transaction() as session:
        openings.forget_old(session, now=now)


def compose(kind: str) -> Any:
    with reading() as connection:
        return kinds.compose(connection, kind, {"wish_id": wishes()[0].id})


@pytest.mark.usefixtures("app")
class TestWish:
    def test_is_told_once_when_sign_up_opens_and_then_forgotten(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slug = plan(registration_opens_at=SOON).slug
        ask(slug)
        confirm()
        assert tell(NOW) == 0
        assert tell(SOON) == 1
        assert tell(SOON + timedelta(minutes=1)) == 0
        assert owed() == ["opening-confirm", "opening-now"]
        monkeypatch.setattr(clock, "now", lambda: SOON)
        draft = compose("opening-now")
        assert draft.recipient == "dan@example.org"
        assert draft.context["register_url"].endswith(f"/events/{slug}/register")
        with transaction() as session:
            draft.on_sent(session, SOON)
        assert wishes() == []

    def test_an_announced_event_opens_by_being_published(self) -> None:
        slug = plan(status="announced").slug
        ask(slug)
        confirm()
        assert tell(NOW) == 0
        with transaction() as session:
            update_event(session, slug, origin=ORIGIN, now=NOW, status="published")
        assert tell(NOW) == 1

    def test_who_did_not_confirm_is_told_nothing_and_forgotten_after_48_hours(self) -> None:
        ask(plan(registration_opens_at=SOON).slug)
        assert tell(SOON) == 0
        forget(NOW + timedelta(hours=47))
        assert len(wishes()) == 1
        forget(NOW + timedelta(hours=48))
        assert wishes() == []

    def test_a_confirmed_one_waits_for_the_opening_but_not_beyond_the_event(self) -> None:
        event = plan(registration_opens_at=SOON)
        ask(event.slug)
        confirm()
        forget(NOW + timedelta(days=10))
        assert len(wishes()) == 1
        forget(event.start + timedelta(days=2))
        assert wishes() == []

    def test_asking_again_mails_again_after_ten_minutes_until_confirmed(self) -> None:
        slug = plan(registration_opens_at=SOON).slug
        ask(slug)
        ask(slug, "DAN@example.org", NOW + timedelta(minutes=9))
        assert owed() == ["opening-confirm"]
        ask(slug, now=NOW + timedelta(minutes=10))
        assert owed() == ["opening-confirm"] * 2
        confirm()
        ask(slug, now=NOW + timedelta(hours=1))
        assert owed() == ["opening-confirm"] * 2
        assert len(wishes()) == 1

    def test_the_next_who_asks_is_told_too_where_a_wish_was_forgotten_before(self) -> None:
        later = SOON + timedelta(days=1)
        for when in (SOON, later):
            slug = plan(registration_opens_at=when).slug
            ask(slug, now=when - timedelta(hours=2))
            confirm(when - timedelta(hours=1))
            assert tell(when) == 1
            with transaction() as session:
                openings.end(session, wishes()[0].id)  # SQLite gives its number to the next

    def test_mails_whose_reason_has_gone_are_dropped(self) -> None:
        slug = plan(registration_opens_at=SOON).slug
        ask(slug)
        assert compose("opening-confirm")
        confirm()
        assert compose("opening-confirm") is None
        assert compose("opening-now") is None, "sign-up is not open"
        number = wishes()[0].id
        with transaction() as session:
            openings.end(session, number)
        with reading() as connection:
            assert kinds.compose(connection, "opening-now", {"wish_id": number}) is None


def test_two_workers_at_once_owe_each_mail_once(app: Flask) -> None:
    slug = plan(registration_opens_at=SOON).slug
    for number in range(20):
        ask(slug, f"gast-{number}@example.org")
    confirm()
    barrier, told = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            barrier.wait(60)
            told.append(tell(SOON))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(told) == 20
    assert owed().count("opening-now") == 20


class TestPages:
    def token(self) -> str:
        return str(keyring().open(wishes()[0].token_sealed))

    def test_from_the_events_page_to_the_confirmed_wish(self, client: FlaskClient) -> None:
        slug = plan(registration_opens_at=SOON).slug
        page = client.get(f"/events/{slug}")
        assert "Sagen Sie mir, wenn die Anmeldung öffnet" in page.text
        data = {"form_token": token_of(page), "email": "dan@example.org"}
        answer = client.post(f"/events/{slug}/notify", data=data)
        assert answer.status_code == 303
        assert "Set-Cookie" not in answer.headers
        first = client.get(answer.location).text
        token = self.token()
        shown = client.get(f"/openings/{token}")
        assert wishes()[0].confirmed_at is None, "opening the link acts on nothing"
        done = client.post(f"/openings/{token}", data={"form_token": token_of(shown)})
        assert done.status_code == 303
        assert "Wir sagen Ihnen Bescheid" in client.get(done.location).text
        again = client.post(f"/events/{slug}/notify", data=data)
        assert client.get(again.location).text == first, "the same for known and unknown"

    def test_the_link_also_ends_it(self, client: FlaskClient) -> None:
        ask(plan(registration_opens_at=SOON).slug)
        confirm()
        token = self.token()
        shown = client.get(f"/openings/{token}")
        data = {"form_token": token_of(shown), "end": "1"}
        assert "gelöscht" in client.post(f"/openings/{token}", data=data).text
        assert wishes() == []
        assert client.get(f"/openings/{token}").status_code == 404

    def test_a_late_confirmation_is_gone(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask(plan(registration_opens_at=SOON).slug)
        token = self.token()
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=49))
        assert client.get(f"/openings/{token}").status_code == 410

    def test_a_wrong_address_is_returned_with_what_is_wrong(self, client: FlaskClient) -> None:
        slug = plan(status="announced").slug
        page = client.get(f"/events/{slug}")
        data = {"form_token": token_of(page), "email": "dan"}
        answer = client.post(f"/events/{slug}/notify", data=data)
        assert answer.status_code == 422
        assert 'value="dan"' in answer.text
        assert "Ergänzen Sie das @" in answer.text
        stale = client.post(f"/events/{slug}/notify", data={"email": "dan@example.org"})
        assert stale.status_code == 422
        assert wishes() == []

    def test_is_not_offered_where_one_can_sign_up_or_only_the_invited_can(
        self, client: FlaskClient
    ) -> None:
        for values in ({}, {"status": "announced", "audience": "invited"}):
            slug = plan(**values).slug
            assert "/notify" not in client.get(f"/events/{slug}").text
            data = {"email": "dan@example.org", "form_token": new_form_token(clock.now())}
            answer = client.post(f"/events/{slug}/notify", data=data)
            assert answer.status_code == 422
            page = client.get(f"/events/{slug}/notify")
            assert page.status_code == 200
            assert "form_token" not in page.text
        assert wishes() == []
