"""What the office does with one person: attendance, workshops, declining, further fields."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.mail import kinds as kinds_
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Role, Scope
from eventapp.registration.addresses import WITH_REQUEST
from eventapp.registration.models import Answer, Registration
from tests.factories import make_event, make_organisation, make_question
from tests.participants.test_console import account, address, enter, organiser
from tests.refusals import check_refused
from tests.registration.test_actions import cancel, event_of, item_states, plan, rows, statuses
from tests.visitors import Visitor


def send(browser: Visitor, url: str, **values: Any) -> Any:
    return browser.post(url, data={"csrf_token": browser.csrf_token(), **values})


def kinds() -> list[str]:
    with reading() as connection:
        return list(connection.execute(select(OutboxMail.kind).order_by(OutboxMail.id)).scalars())


def attendances() -> list[tuple[str, str]]:
    return [(row.attendance, row.status) for row in rows()]


# --- attendance ---------------------------------------------------------------------------------


def test_changing_the_attendance_frees_the_one_place_and_takes_the_other(app: Flask) -> None:
    event = plan(capacity_in_person=1, has_online=True)
    anna, bert = enter(event, "Anna", "A"), enter(event, "Bert", "B")
    browser, before = organiser(app, event), rows()[0]
    url = address(event, f"/{anna}/attendance")
    assert "Dort ist ein Platz frei." in browser.get(url).text
    assert send(browser, url, to="online").status_code == 303
    check_refused(send(browser, url, to="online"), "unchanged")  # a second click
    assert attendances() == [("online", "confirmed"), ("in_person", "confirmed")]
    row = rows()[0]
    assert (row.sequence, row.manage_hash) == (before.sequence + 1, before.manage_hash)
    assert row.revised_at > before.revised_at
    assert kinds()[2:] == ["registration-changed", "registration-promoted"]
    assert bert == rows()[1].id


def test_where_no_place_is_free_one_waits_or_gets_one_with_the_tick(app: Flask) -> None:
    items = [{"slug": "a", "title": "Singen", "capacity": 5}]
    event = plan(capacity_in_person=1, has_online=True, items=items)
    enter(event, "Anna", "A")
    bert = enter(event, "Bert", "B", attendance="online", items=("a",))
    browser = organiser(app, event)
    url = address(event, f"/{bert}/attendance")
    assert "Trotzdem einen Platz geben" in browser.get(url).text
    assert send(browser, url, to="in_person").status_code == 303
    assert attendances()[1] == ("in_person", "waitlisted")
    assert item_states(bert) == {"a": "waitlisted"}
    assert kinds()[-1] == "registration-waitlisted"
    assert rows()[1].request_sent_at is None
    assert send(browser, address(event, f"/{bert}/place"), beyond="y").status_code == 303
    assert attendances()[1] == ("in_person", "confirmed")
    assert item_states(bert) == {"a": "confirmed"}
    assert kinds()[-1] == "registration-promoted"
    assert rows()[1].sequence == 2
    anna = rows()[0].id
    for expected in ("online", "in_person"):  # there and back, each time with a mail of its own
        values = {"to": expected, **({"beyond": "y"} if expected == "in_person" else {})}
        assert send(browser, address(event, f"/{anna}/attendance"), **values).status_code == 303
        assert attendances()[0] == (expected, "confirmed")
    assert kinds()[-2:] == ["registration-changed"] * 2


def test_what_prevents_a_change_of_attendance_is_said(app: Flask) -> None:
    event = plan(capacity_in_person=1, has_online=True, waiting_list=False)
    enter(event, "Anna", "A")
    bert = enter(event, "Bert", "B", attendance="online")
    browser = organiser(app, event)
    url = address(event, f"/{bert}/attendance")
    check_refused(send(browser, url, to="in_person"), "event-full")
    check_refused(send(browser, url, to="anywhere"), "registration-closed")
    cancel(bert)
    check_refused(send(browser, url, to="in_person"), "already-cancelled")
    only = plan(slug="nur-hier")
    cleo = enter(only, "Cleo", "C")
    there = account(app, (Role.ORGANISER, Scope.EVENT, only.id), email="ben@example.org")
    assert "nur diese eine Form" in there.get(address(only, f"/{cleo}/attendance")).text
    elsewhere = send(there, address(only, f"/{cleo}/attendance"), to="online")
    check_refused(elsewhere, "registration-closed")
    assert attendances() == [
        ("in_person", "confirmed"),
        ("online", "cancelled"),
        ("in_person", "confirmed"),
    ]


def calendar_of(kind: str, person: int) -> tuple[str, str]:
    """Method and status of the calendar part, "" where there is none."""
    with reading() as connection:
        ids = connection.execute(
            select(OutboxMail.ids).where(OutboxMail.kind == kind).order_by(OutboxMail.id.desc())
        ).scalars()
        draft = kinds_.compose(
            connection, kind, next(each for each in ids if each["registration_id"] == person)
        )
    assert draft is not None
    if not draft.calendar:
        return "", ""
    text = draft.calendar[0].ics.decode()
    assert f"SEQUENCE:{rows()[0].sequence}" in text
    return draft.calendar[0].method, str(re.findall(r"STATUS:(\w+)", text)[0])


def test_the_calendar_follows_the_place(app: Flask) -> None:
    event = plan(capacity_in_person=1, has_online=True, capacity_online=1)
    anna = enter(event, "Anna", "A")
    with transaction() as session:
        session.get_one(Registration, anna).request_sent_at = clock.now()
    browser = organiser(app, event)
    url = address(event, f"/{anna}/attendance")
    send(browser, url, to="online")
    assert calendar_of("registration-changed", anna) == ("REQUEST", "CONFIRMED")
    enter(event, "Bert", "B")
    send(browser, url, to="in_person")
    assert attendances()[0] == ("in_person", "waitlisted")
    with transaction() as session:  # the first REQUEST left as this mail
        session.execute(update(OutboxMail).where(OutboxMail.id == 1).values(state="sent"))
    assert calendar_of("registration-waitlisted", anna) == ("CANCEL", "CANCELLED")
    send(browser, address(event, f"/{anna}/place"), beyond="y")
    assert calendar_of("registration-promoted", anna) == ("REQUEST", "CONFIRMED")


# --- workshops ----------------------------------------------------------------------------------


def test_workshops_are_changed_beyond_their_seats_with_the_tick(app: Flask) -> None:
    items = [
        {"slug": "a", "title": "Singen", "choice_group": "w", "capacity": 1},
        {"slug": "b", "title": "Malen", "choice_group": "w"},
    ]
    event = plan(items=items)
    enter(event, "Anna", "A", items=("a",))
    bert = enter(event, "Bert", "B", items=("b",))
    browser = organiser(app, event)
    url = address(event, f"/{bert}/workshops")
    assert re.search(r'value="b"[^>]* checked', browser.get(url).text)
    assert send(browser, url, choice_w="a").status_code == 303
    assert item_states(bert) == {"a": "waitlisted", "b": "confirmed"}
    assert send(browser, url, choice_w="a", beyond="y").status_code == 303
    assert item_states(bert) == {"a": "confirmed"}
    assert send(browser, url, choice_w="").status_code == 303
    assert item_states(bert) == {}
    assert kinds()[2:] == ["registration-changed"] * 3
    assert send(browser, url, choice_w="x").status_code == 422


# --- declining ----------------------------------------------------------------------------------


def test_declining_is_for_those_who_wait_and_says_why(app: Flask) -> None:
    event = plan(capacity_in_person=1)
    anna, bert = enter(event, "Anna", "A"), enter(event, "Bert", "B")
    browser = organiser(app, event)
    assert "Ablehnen lässt sich nur" in browser.get(address(event, f"/{anna}/decline")).text
    assert send(browser, address(event, f"/{anna}/decline")).status_code == 422
    url = address(event, f"/{bert}/decline")
    assert send(browser, url, note="x" * 1001).status_code == 422
    words = "Bitte kommen Sie <b>nächstes</b> Jahr."
    assert send(browser, url, note=words).status_code == 303
    assert statuses() == ["confirmed", "cancelled"]
    row = rows()[1]
    assert (row.cancelled_as, row.cancel_note) == ("declined", words)
    assert kinds()[2:] == ["registration-cancelled"]
    assert "registration-cancelled" not in WITH_REQUEST
    history = browser.get(address(event, f"/{bert}")).text
    assert "Abgelehnt, <bdi>ada@example.org</bdi>" in history
    assert send(browser, address(event, f"/{anna}/cancel"), note="Krank").status_code == 303
    assert rows()[0].cancelled_as == "office"


# --- what else a person told --------------------------------------------------------------------


def furnish() -> tuple[EventDefinition, int]:
    with transaction() as session:
        event = make_event(session, fields=["salutation", "role", "photo_consent"])
        make_question(session, event, "essen", type="choice", options=["Suppe", "Brot"])
        make_question(session, event, "leiden", sensitive=True, position=2)
        make_organisation(session, "haus", name="Haus Übersee")
        slug = event.slug
    event_ = event_of(slug)
    eat, ill = event_.questions
    person = enter(event_, "Anna", "A", answers={eat: "Suppe", ill: "Pollen"}, role="Gast")
    with transaction() as session:
        row = session.get_one(Registration, person)
        row.photo_consent, row.list_consent = ["print", "social"], True
    return event_, person


def test_further_fields_answers_and_consents_are_put_right_without_a_mail(app: Flask) -> None:
    event, person = furnish()
    browser = organiser(app, event)
    url = address(event, f"/{person}/correct")
    page = browser.get(url).text
    assert "Pollen" not in page
    assert "leiden" not in page
    values = {
        "first_name": "Anna",
        "last_name": "A",
        "email": rows()[0].email,
        "salutation": "Frau",
        "role": "Vorstand",
        "organisation": "haus ÜBERSEE",
        "question_essen": "Brot",
        "photo_consent": ["social"],
    }
    assert send(browser, url, **values).status_code == 303
    row = rows()[0]
    assert (row.salutation, row.role, row.photo_consent) == ("Frau", "Vorstand", ["social"])
    assert row.list_consent is False
    assert row.organisation_id is not None
    with reading() as connection:
        answers = connection.execute(select(Answer.value).order_by(Answer.question_id)).scalars()
        assert list(answers) == ["Brot", None]  # the sealed one is untouched
    for wrong in ({"photo_consent": ["report"]}, {"question_essen": "Nagel"}, {"salutation": "x"}):
        assert send(browser, url, **{**values, **wrong}).status_code == 422
    assert kinds() == ["registration-confirmed"]


def test_who_may_be_the_same_person_is_shown(app: Flask) -> None:
    event = plan()
    anna = enter(event, "Anna", "Doppelt")
    other = enter(event, "Anna", "Doppelt")
    enter(event, "Cleo", "Anders")
    browser = organiser(app, event)
    page = browser.get(address(event, f"/{anna}")).text
    assert "Vielleicht doppelt eingetragen" in page
    assert address(event, f"/{other}") in page
    assert "derselbe Name" in page
    assert "Vielleicht doppelt" not in browser.get(address(event, f"/{rows()[2].id}")).text
