"""Asking a day before who still comes: once, and a no frees the place. On both databases."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.registration import following, queries
from eventapp.reminders import coming
from tests.factories import ORIGIN, at, in_days
from tests.registration.test_actions import cancel, event_of, plan, rows, sign_up, statuses
from tests.registration.test_pages import manage_token, token_of

START = at(in_days(30), 13, 30)
DUE = START - timedelta(hours=24)
ASKED = {"ask_coming": "in_person"}


def ask(now: datetime = DUE) -> int:
    with transaction() as session:
        return coming.ask(session, now=now)


def questions() -> list[int]:
    with reading() as connection:
        found = select(OutboxMail.ids).where(OutboxMail.kind == "still-coming")
        ids = connection.execute(found.order_by(OutboxMail.id)).scalars()
        return [each["registration_id"] for each in ids]


def compose(registration_id: int) -> Any:
    with reading() as connection:
        return kinds.compose(connection, "still-coming", {"registration_id": registration_id})


@pytest.fixture
def the_day_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(minutes=1))


@pytest.mark.usefixtures("app")
class TestAsking:
    def test_once_a_day_before_and_only_who_holds_a_place(self) -> None:
        event = plan(capacity_in_person=2, **ASKED)
        for name in ("Ada", "Ben", "Cleo"):
            sign_up(event, name)
        cancelled = rows()[1].id
        cancel(cancelled)
        assert ask(DUE - timedelta(minutes=1)) == 0
        assert ask() == 2
        assert ask(DUE + timedelta(minutes=1)) == 0
        assert questions() == [rows()[0].id, rows()[2].id]

    def test_not_without_the_wish_and_not_online_unless_all(self) -> None:
        sign_up(plan(), "Ada")
        mixed = plan(has_online=True, **ASKED)
        sign_up(mixed, "Ben", attendance="online")
        everybody = plan(has_online=True, ask_coming="all")
        sign_up(everybody, "Cleo", attendance="online")
        assert ask() == 1
        assert questions() == [rows()[2].id]

    def test_late_registrants_are_not_asked(self) -> None:
        event = plan(**ASKED)
        sign_up(event, "Ada", now=DUE + timedelta(minutes=1))
        assert ask(DUE + timedelta(minutes=2)) == 0

    def test_not_once_it_has_begun_or_where_it_is_off(self) -> None:
        event = plan(**ASKED)
        sign_up(event, "Ada")
        assert ask(START) == 0
        with transaction() as session:
            update_event(session, event.slug, origin=ORIGIN, now=DUE, status="cancelled")
        assert ask() == 0

    def test_moves_with_the_event_and_asks_anew_for_another_day(self) -> None:
        event = plan(**ASKED)
        sign_up(event, "Ada")
        assert ask() == 1
        with transaction() as session:
            coming.say_yes(session, rows()[0].id, now=DUE)
        week = timedelta(days=7)
        start, end = START + week, START + week + timedelta(hours=1)
        with transaction() as session:
            update_event(session, event.slug, origin=ORIGIN, now=DUE, starts_at=start, ends_at=end)
            following.follow(session, event.id, now=DUE)
        assert compose(rows()[0].id) is None
        assert ask(DUE + timedelta(hours=1)) == 0
        assert ask(DUE + week) == 1
        assert rows()[0].coming_at is None

    def test_with_the_time_open_it_leaves_in_the_morning(self) -> None:
        day = in_days(30)
        event = plan(dates=[(day, day)], **ASKED)
        sign_up(event, "Ada")
        morning = at(in_days(29), 9)
        assert ask(morning - timedelta(minutes=1)) == 0
        assert ask(morning) == 1

    @pytest.mark.usefixtures("the_day_before")
    def test_the_mail_is_dropped_where_it_has_no_reason_any_more(self) -> None:
        event = plan(**ASKED)
        sign_up(event, "Ada")
        number = rows()[0].id
        assert compose(number) is None, "not asked"
        ask()
        draft = compose(number)
        assert draft.unsubscribe_url
        assert draft.calendar == ()
        cancel(number)
        assert compose(number) is None


def test_two_workers_at_once_ask_once(app: Flask) -> None:
    event = plan(capacity_in_person=None, **ASKED)
    for number in range(20):
        sign_up(event, f"Gast{number}")
    barrier, asked = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            barrier.wait(60)
            asked.append(ask())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(asked) == 20
    assert len(questions()) == 20


@pytest.mark.usefixtures("the_day_before")
class TestPage:
    def prepare(self, **values: Any) -> str:
        event = plan(capacity_in_person=1, **ASKED, **values)
        sign_up(event, "Ada")
        token = manage_token()
        sign_up(event, "Ben")
        ask()
        return f"/registrations/{token}/coming"

    def test_opening_it_acts_on_nothing(self, client: FlaskClient) -> None:
        page = client.get(self.prepare())
        assert "Ja, ich komme" in page.text
        assert statuses() == ["confirmed", "waitlisted"]
        assert rows()[0].coming_at is None

    def test_yes_is_recorded(self, client: FlaskClient) -> None:
        url = self.prepare()
        data = {"form_token": token_of(client.get(url)), "answer": "yes"}
        assert "Danke, bis bald!" in client.post(url, data=data).text
        assert rows()[0].coming_at
        assert compose(rows()[0].id) is None

    def test_no_frees_the_place_for_the_next_in_line(self, client: FlaskClient) -> None:
        url = self.prepare()
        data = {"form_token": token_of(client.get(url)), "answer": "no"}
        answer = client.post(url, data=data)
        assert answer.status_code == 303
        assert statuses() == ["cancelled", "confirmed"]
        assert client.post(url, data=data).status_code == 422, "a second click frees nothing"
        assert statuses() == ["cancelled", "confirmed"]

    def test_an_answer_without_token_or_sense_changes_nothing(self, client: FlaskClient) -> None:
        url = self.prepare()
        token = token_of(client.get(url))
        assert client.post(url, data={"answer": "no"}).status_code == 422
        data = {"form_token": token, "answer": "perhaps"}
        assert client.post(url, data=data).status_code == 422
        assert statuses() == ["confirmed", "waitlisted"]

    def test_after_the_start_there_is_nothing_to_answer(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = self.prepare()
        token = token_of(client.get(url))
        monkeypatch.setattr(clock, "now", lambda: START)
        assert "nichts mehr zu beantworten" in client.get(url).text
        data = {"form_token": token, "answer": "no"}
        assert client.post(url, data=data).status_code == 422
        assert statuses() == ["confirmed", "waitlisted"]


@pytest.mark.usefixtures("app")
def test_the_holder_knows_what_was_said() -> None:
    event = plan(**ASKED)
    sign_up(event, "Ada")
    ask()
    with transaction() as session:
        coming.say_yes(session, rows()[0].id, now=DUE)
        coming.say_yes(session, rows()[0].id, now=START)
    with reading() as connection:
        holder = queries.get_holder(connection, rows()[0].id)
    assert holder.coming_at == DUE
    assert holder.coming_asked_on == event_of(event.slug).first_day
