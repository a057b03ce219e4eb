"""One form for several events of a series: on both databases."""

import threading
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.models import OutboxMail
from eventapp.mail.render import render
from eventapp.registration import correction, queries, several_queries
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.refusals import EventChanged, NoDateLeft
from eventapp.registration.several import Wish, register_several
from tests.factories import ORIGIN, at, in_days, make_event, make_item, make_network, make_series
from tests.registration.test_actions import NOW, cancel, event_of, rows, sign_up, statuses
from tests.registration.test_pages import PERSON, token_of

ERIKA = Person("Erika", "Beispiel", "erika@example.org")


def plan_series(*each: dict[str, Any]) -> list[EventDefinition]:
    """A series with these events, a week apart."""
    with transaction() as session:
        network = make_network(session)
        series = make_series(session, network)
        for number, values in enumerate(each, 1):
            day = in_days(30 + 7 * number)
            dates = values.pop("dates", [(at(day, 10), at(day, 12))])
            make_event(
                session,
                f"termin-{number}",
                network=network,
                series_id=series.id,
                dates=dates,
                **values,
            )
    return [event_of(f"termin-{number}") for number in range(1, len(each) + 1)]


def wish(event: EventDefinition, person: Person = ERIKA, attendance: str = "in_person") -> Wish:
    return Wish(event, SignupRequest(person=person, attendance=attendance))


def register(
    *events: EventDefinition, person: Person = ERIKA, token: str = "formular", now: Any = NOW
) -> str:
    with transaction() as session:
        wishes = [wish(event, person) for event in events]
        return register_several(session, wishes, form_token=token, now=now)


def owed() -> list[tuple[str, dict[str, int]]]:
    with reading() as connection:
        found = select(OutboxMail.kind, OutboxMail.ids).order_by(OutboxMail.id)
        return [(row.kind, dict(row.ids)) for row in connection.execute(found)]


def outcomes(receipt: str) -> list[tuple[str, int | None]]:
    with reading() as connection:
        signup = queries.find_receipt(connection, receipt)
        assert signup
        told = several_queries.list_told(connection, signup.id)
    return [(each.outcome, each.position) for each in told]


def compose(signup_id: int = 1) -> Any:
    with reading() as connection:
        return kinds.compose(connection, "series-registered", {"signup_id": signup_id})


@pytest.mark.usefixtures("app")
class TestRegister:
    def test_each_event_is_a_registration_and_all_are_one_mail(self) -> None:
        events = plan_series({}, {}, {})
        receipt = register(*events)
        assert [row.event_id for row in rows()] == [event.id for event in events]
        assert statuses() == ["confirmed"] * 3
        assert len({row.manage_hash for row in rows()}) == 3
        assert owed() == [("series-registered", {"signup_id": rows()[0].signup_id})]
        assert outcomes(receipt) == [("confirmed", None)] * 3

    def test_tells_date_by_date(self) -> None:
        free, known, full, late, queue = plan_series(
            {},
            {},
            {"capacity_in_person": 0, "waiting_list": False},
            {"registration_closes_at": NOW - timedelta(hours=1)},
            {"capacity_in_person": 1},
        )
        sign_up(known)
        sign_up(queue, "Dan")
        receipt = register(queue, late, full, known, free)
        assert outcomes(receipt) == [
            ("confirmed", None),
            ("already-registered", None),
            ("event-full", None),
            ("registration-closed", None),
            ("waitlisted", 1),
        ]
        assert [kind for kind, _ in owed()][-1] == "series-registered"

    def test_the_same_form_again_is_the_same_receipt(self) -> None:
        first, second, third = plan_series({}, {}, {})
        receipt = register(first, second)
        assert register(second, first) == receipt
        assert len(rows()) == 2
        assert len(owed()) == 1
        assert register(second, third) != receipt, "other dates are another act"
        assert len(rows()) == 3

    def test_another_person_on_the_same_form_is_a_new_sign_up(self) -> None:
        events = plan_series({}, {})
        dan = Person("Dan", "Beispiel", "erika@example.org")
        assert register(*events) != register(*events, person=dan)
        assert len(rows()) == 4

    def test_who_has_all_of_it_gets_their_link_once(self) -> None:
        events = plan_series({}, {})
        register(*events)
        receipt = register(*events, token="anderes")
        register(*events, token="drittes")
        assert len(rows()) == 2
        assert [kind for kind, _ in owed()] == ["series-registered", "registration-link"]
        assert outcomes(receipt) == [("already-registered", None)] * 2
        with reading() as connection:
            signup = queries.find_receipt(connection, receipt)
        assert signup
        assert not correction.is_correctable(signup, NOW)

    def test_nothing_to_be_had_is_refused(self) -> None:
        nothing = {"capacity_in_person": 0, "waiting_list": False}
        events = plan_series(dict(nothing), dict(nothing))
        with pytest.raises(NoDateLeft):
            register(*events)
        assert rows() == []
        assert owed() == []

    def test_a_changed_event_is_shown_anew(self) -> None:
        first, second = plan_series({}, {})
        with transaction() as session:
            update_event(session, second.slug, origin=ORIGIN, now=NOW, title="Anders")
        with pytest.raises(EventChanged):
            register(first, second)
        assert rows() == []

    def test_cancelling_one_leaves_the_others(self) -> None:
        events = plan_series({}, {})
        receipt = register(*events)
        cancel(rows()[0].id)
        assert outcomes(receipt) == [("cancelled", None), ("confirmed", None)]


@pytest.mark.usefixtures("app")
class TestCorrection:
    def test_all_of_it_goes_to_the_right_address_in_one_mail(self) -> None:
        events = plan_series({}, {})
        receipt = register(*events)
        before = {row.manage_hash for row in rows()}
        with transaction() as session:
            correction.correct_email(session, receipt, "richtig@example.org", now=NOW)
        assert {row.email for row in rows()} == {"richtig@example.org"}
        assert not before & {row.manage_hash for row in rows()}
        assert [kind for kind, _ in owed()] == ["series-registered"] * 2
        draft = compose(rows()[0].signup_id)
        assert draft.recipient == "richtig@example.org"
        assert len(draft.calendar) == 2

    def test_where_that_person_is_known_the_place_is_given_back(self) -> None:
        first, second = plan_series({}, {})
        known = Person("Erika", "Beispiel", "richtig@example.org")
        register(first, person=known, token="frueher")
        receipt = register(first, second)
        with transaction() as session:
            correction.correct_email(session, receipt, "richtig@example.org", now=NOW)
        assert statuses() == ["confirmed", "cancelled", "confirmed"]
        assert sorted(outcomes(receipt)) == [
            ("already-registered", None),
            ("confirmed", None),
        ]


@pytest.mark.usefixtures("app")
class TestMail:
    def test_ten_dates_are_one_mail_with_ten_calendar_files(self) -> None:
        events = plan_series(*({} for _ in range(10)))
        register(*events)
        draft = compose(rows()[0].signup_id)
        sent = render("series-registered", draft, "id", NOW)
        parts = list(message_from_bytes(sent.body, policy=default).walk())
        files = [part for part in parts if part.get_content_type() == "text/calendar"]
        assert [part.get_filename() for part in files] == [f"termin-{n}.ics" for n in range(1, 11)]
        assert {part.get_param("method") for part in files} == {"REQUEST"}
        texts = [part.get_content() for part in files]
        uids = {line for text in texts for line in text.splitlines() if line.startswith("UID:r-")}
        assert len(uids) == 10
        assert all("ATTENDEE" in text and "erika@example.org" in text for text in texts)
        assert len([part for part in parts if part.get_content_type() == "image/png"]) == 10
        assert sent.recipient == "erika@example.org"

    def test_the_waiting_list_is_told_without_a_calendar_file(self) -> None:
        free, queue = plan_series({}, {"capacity_in_person": 1})
        sign_up(queue, "Dan")
        register(free, queue)
        draft = compose(rows()[-1].signup_id)
        assert len(draft.calendar) == 1
        text = render("series-registered", draft, "id", NOW).body.decode()
        parts = message_from_bytes(text.encode(), policy=default)
        plain = parts.get_body(("plain",))
        assert plain
        assert "Warteliste, Platz 1" in plain.get_content()

    def test_an_earlier_registration_is_told_to_its_address_with_its_link(self) -> None:
        new, known = plan_series({}, {})
        sign_up(known)
        register(new, known)
        entries = compose(rows()[-1].signup_id).context["entries"]
        assert [each.told.outcome for each in entries] == ["confirmed", "already-registered"]
        with reading() as connection:
            holder = queries.get_holder(connection, rows()[0].id)
        assert entries[1].url.endswith(holder.manage_token)

    def test_is_dropped_when_nothing_stands_and_when_all_was_told(self) -> None:
        events = plan_series({}, {})
        register(*events)
        signup = rows()[0].signup_id
        draft = compose(signup)
        with transaction() as session:
            draft.on_sent(session, NOW)
        assert all(row.request_sent_at for row in rows())
        assert compose(signup) is None
        cancel(rows()[0].id)
        cancel(rows()[1].id)
        assert compose(signup) is None

    def test_who_cancels_one_date_gets_one_cancel(self) -> None:
        events = plan_series({}, {})
        register(*events)
        with transaction() as session:
            compose(rows()[0].signup_id).on_sent(session, NOW)
        cancel(rows()[0].id)
        assert [kind for kind, _ in owed()][-1] == "registration-cancelled"
        with reading() as connection:
            ids = {"registration_id": rows()[0].id}
            draft = kinds.compose(connection, "registration-cancelled", ids)
        assert draft
        assert len(draft.calendar) == 1
        assert b"METHOD:CANCEL" in draft.calendar[0].ics


def test_two_people_crosswise_over_two_single_seats(app: Flask) -> None:
    """Each event's one place goes to somebody, and nobody is told of a deadlock."""
    for number in range(8):
        with transaction() as session:
            network = make_network(session)
            slugs = [
                make_event(
                    session, f"kreuz-{number}-{n}", network=network, capacity_in_person=1
                ).slug
                for n in range(2)
            ]
        first, second = (event_of(slug) for slug in slugs)
        barrier = threading.Barrier(2)
        troubles: list[Exception] = []

        def race(name: str, *events: EventDefinition, barrier: Any, troubles: Any) -> None:
            person = Person(name, "Beispiel", f"{name}@example.org")
            with app.app_context():
                try:
                    barrier.wait(60)
                    register(*events, person=person, token=f"{name}-{events[0].slug}")
                except Exception as trouble:  # noqa: BLE001  the test shows it
                    troubles.append(trouble)

        both = {"barrier": barrier, "troubles": troubles}
        threads = [
            threading.Thread(target=race, args=("ada", first, second), kwargs=both),
            threading.Thread(target=race, args=("ben", second, first), kwargs=both),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert troubles == []
        for event in (first, second):
            mine = sorted(row.status for row in rows() if row.event_id == event.id)
            assert mine == ["confirmed", "waitlisted"]


class TestPage:
    def test_signs_up_for_two_of_three_in_two_requests(self, client: FlaskClient) -> None:
        plan_series({}, {}, {})
        assert "/series/reihe/register" in client.get("/series/reihe").text
        page = client.get("/series/reihe/register?event=termin-2")
        assert page.text.count('name="events"') == 3
        assert 'value="termin-2" checked' in page.text
        data: dict[str, Any] = {**PERSON, "form_token": token_of(page), "website": ""}
        answer = client.post(
            "/series/reihe/register", data={**data, "events": ["termin-1", "termin-3"]}
        )
        assert answer.status_code == 303
        assert "Set-Cookie" not in answer.headers
        receipt = client.get(answer.location)
        assert "Sie sind zu 2 Terminen angemeldet" in receipt.text
        assert "e…a@example.org" in receipt.text
        assert "erika@example.org" not in receipt.text
        assert len(rows()) == 2

    def test_one_tick_is_an_ordinary_sign_up(self, client: FlaskClient) -> None:
        plan_series({}, {})
        page = client.get("/series/reihe/register")
        data = {**PERSON, "form_token": token_of(page), "website": "", "events": "termin-2"}
        answer = client.post("/series/reihe/register", data=data)
        assert "Sie sind angemeldet" in client.get(answer.location).text
        assert [kind for kind, _ in owed()] == ["registration-confirmed"]

    def test_no_tick_is_said_beside_the_dates_and_all_is_kept(self, client: FlaskClient) -> None:
        plan_series({}, {})
        page = client.get("/series/reihe/register")
        data: dict[str, Any] = {**PERSON, "form_token": token_of(page), "website": ""}
        answer = client.post("/series/reihe/register", data=data)
        assert answer.status_code == 422
        assert answer.text.count("Wählen Sie wenigstens einen Termin.") == 2
        assert 'href="#events"' in answer.text
        assert 'value="Erika"' in answer.text

    def test_each_event_gets_only_what_it_asks(self, client: FlaskClient) -> None:
        plan_series({"fields": ["organisation", "diet"]}, {"has_online": True})
        page = client.get("/series/reihe/register")
        data: dict[str, Any] = {**PERSON, "form_token": token_of(page), "website": ""}
        data |= {"organisation": "Verein", "diet": "vegan", "events": ["termin-1", "termin-2"]}
        wrong = client.post("/series/reihe/register", data=data)
        assert wrong.status_code == 422
        assert "Wählen Sie, wie Sie teilnehmen." in wrong.text
        right = client.post("/series/reihe/register", data={**data, "attendance": "online"})
        assert right.status_code == 303
        first, second = rows()
        assert (first.attendance, second.attendance) == ("in_person", "online")
        assert (first.organisation, second.organisation) == ("Verein", None)
        assert first.needs_sealed
        assert second.needs_sealed is None

    def test_what_needs_its_own_form_is_named_with_the_reason(self, client: FlaskClient) -> None:
        plan_series({}, {}, {"audience": "invited"}, {"approval": True})
        with transaction() as session:
            make_item(session, session.get_one(Event, event_of("termin-2").id), capacity=3)
        page = client.get("/series/reihe/register")
        assert page.text.count('name="events"') == 1
        assert "Hier wählen Sie Programmpunkte." in page.text
        assert "Nur mit persönlicher Einladung." in page.text
        assert "Hier wird jede Anmeldung erst geprüft." in page.text

    def test_nothing_left_returns_the_filled_form(self, client: FlaskClient) -> None:
        first, second = plan_series(
            {"capacity_in_person": 1, "waiting_list": False},
            {"capacity_in_person": 1, "waiting_list": False},
        )
        page = client.get("/series/reihe/register")
        sign_up(first, "Dan")
        data: dict[str, Any] = {**PERSON, "form_token": token_of(page), "website": ""}
        data |= {"events": ["termin-1", "termin-2"]}
        assert client.post("/series/reihe/register", data=data).status_code == 422
        sign_up(second, "Dan")
        answer = client.post("/series/reihe/register", data=data)
        assert answer.status_code == 422
        assert "keine gemeinsame Anmeldung" in answer.text

    def test_a_single_open_event_is_not_offered_jointly(self, client: FlaskClient) -> None:
        plan_series({}, {"status": "announced"})
        assert "/series/reihe/register" not in client.get("/series/reihe").text
