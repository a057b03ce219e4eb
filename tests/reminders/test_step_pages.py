"""The organisers' pages of reminders: what they show, refuse, and leave in the log."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.keeping import forget_old
from eventapp.mail.models import OutboxMail
from eventapp.mail.transport import SmtpTransport
from eventapp.networks.models import Role
from eventapp.reminders import plans
from tests.factories import at, in_days
from tests.participants.test_console import organiser
from tests.refusals import check_refused
from tests.registration.test_actions import plan, sign_up
from tests.reminders.test_sweep import WEEK_BEFORE, remind
from tests.smtp import MailServer
from tests.visitors import Visitor

WEEK = "before-7-days-in_person"
STEP = {"amount": "3", "unit": "days", "side": "before", "group": "in_person"}


def url(event: EventDefinition, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/reminders{rest}"


def post(browser: Visitor, address: str, **values: Any) -> Any:
    return browser.post(address, data={"csrf_token": browser.csrf_token(), **values})


def keys(event: EventDefinition) -> list[str]:
    with reading() as connection:
        return [step.key for step in plans.get_plan(connection, event.id).steps]


def logged() -> list[tuple[str, Any, Any]]:
    table = table_of(AuditEntry)
    with reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id))
        return [(row.act, row.before, row.after) for row in rows if row.act[:9] == "reminders"]


def went(*states: str) -> None:
    """The mails of reminders owed by now, in their order; the last state is that of the rest."""
    mails = table_of(OutboxMail)
    with transaction() as session:
        ids = session.scalars(
            select(mails.c.id).where(mails.c.kind.startswith("event-")).order_by(mails.c.id)
        ).all()
        for n, each in enumerate(ids):
            state = states[min(n, len(states) - 1)]
            settled = None if state == "pending" else WEEK_BEFORE
            row = update(mails).where(mails.c.id == each)
            session.execute(row.values(state=state, settled_at=settled))


def test_the_usual_steps_with_times_and_numbers(app: Flask) -> None:
    event = plan()
    sign_up(event, "Ada")
    sign_up(event, "Ben")
    browser = organiser(app, event)
    page = browser.get(url(event)).text
    assert "Das sind die üblichen." in page
    assert "7 Tage vor Beginn" in page
    assert page.count("zurzeit 2 Personen") == 2
    assert "13:30" in page
    assert "Online angemeldet" not in page, "the event is in person"
    remind(WEEK_BEFORE)
    assert "2 unterwegs" in browser.get(url(event)).text
    went("sent")
    assert "ging an 2 Personen" in browser.get(url(event)).text


@pytest.mark.parametrize("has_had_its_time", [False, True])
def test_only_what_was_sent_counts_and_the_rest_is_named(
    app: Flask, has_had_its_time: bool
) -> None:
    event = plan()
    for name in ("Ada", "Ben", "Cleo", "Dan", "Eva", "Fred"):
        sign_up(event, name)
    remind(WEEK_BEFORE)
    went("sent", "sent", "dropped", "failed", "unknown", "pending")
    if has_had_its_time:
        with transaction() as session:
            forget_old(session, days=30, now=WEEK_BEFORE + timedelta(days=31))
    page = " ".join(organiser(app, event).get(url(event)).text.split())
    told = "ging an 2 Personen, 1 unterwegs, 1 weggelassen, der Anlass war fort, 2 nicht angekommen"
    assert told in page


def test_where_all_lost_their_reason_it_went_to_nobody(app: Flask) -> None:
    event = plan()
    sign_up(event, "Ada")
    remind(WEEK_BEFORE)
    went("dropped")
    page = organiser(app, event).get(url(event)).text
    assert "1 weggelassen" in page
    assert "ging an" not in page


def test_add_change_remove_and_back_to_the_usual(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = post(browser, url(event), **STEP, text="Bitte {vorname}, einen Becher.")
    assert answer.location.endswith("done=added")
    assert "mit eigenem Absatz" in browser.get(answer.location).text
    added = "before-3-days-in_person"
    page = browser.get(url(event, f"/{added}")).text
    assert "Bitte Erika, einen Becher." in page
    revision = browser.field(url(event, f"/{added}"), "revision")
    changed = {**STEP, "amount": "2", "text": "", "revision": revision}
    assert post(browser, url(event, f"/{added}"), **changed).location.endswith("done=changed")
    assert "before-2-days-in_person" in keys(event)
    assert post(browser, url(event, f"/{WEEK}/remove")).location.endswith("done=removed")
    assert WEEK not in keys(event)
    assert post(browser, url(event, "/usual")).location.endswith("done=usual")
    assert "before-2-days-in_person" not in keys(event)
    three = {"step": "3 Tage vor Beginn: Vor Ort angemeldet"}
    two = {"step": "2 Tage vor Beginn: Vor Ort angemeldet"}
    text = {"text": "Bitte {vorname}, einen Becher."}
    assert logged() == [
        ("reminders.added", None, {**three, **text}),
        ("reminders.changed", {**three, **text}, two),
        ("reminders.removed", {"step": "7 Tage vor Beginn: Vor Ort angemeldet"}, None),
        ("reminders.usual", None, None),
    ]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Geben Sie eine Zahl ein"),
        ({"amount": "0"}, "amount", "Geben Sie eine Zahl ab 1 ein."),
        ({"amount": "61"}, "amount", "Höchstens 60 Tage."),
        ({"group": "absent"}, "side", "Wer da war, zeigt sich erst am Ende."),
        ({"group": "online"}, "group", "Wählen Sie aus den angebotenen Möglichkeiten."),
        ({"text": "Hallo {unbekannt}"}, "text", "{unbekannt} kennen wir nicht."),
        ({"text_en": "Hello"}, "text", "Auf Deutsch fehlt der Absatz noch."),
    ],
)
def test_wrong_input_is_told_beside_the_field(
    app: Flask, wrong: dict[str, str], field: str, sentence: str
) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = post(browser, url(event), **{**STEP, **wrong})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sentence in answer.text
    assert keys(event)[0] == WEEK


def test_a_step_that_is_there_and_a_stale_form_are_refused(app: Flask) -> None:
    event = plan()
    browser = organiser(app, event)
    answer = post(browser, url(event), **{**STEP, "amount": "7"})
    check_refused(answer, "reminder-there")
    post(browser, url(event), **STEP)
    stale = post(browser, url(event, f"/{WEEK}"), **{**STEP, "amount": "8", "revision": "0"})
    check_refused(stale, "changed-meanwhile")
    assert WEEK in keys(event)
    assert browser.get(url(event, "/before-9-days-online")).status_code == 404


def test_the_mail_is_shown_and_tested_on_oneself(app: Flask, smtp_server: MailServer) -> None:
    event = plan()
    browser = organiser(app, event)
    framed = browser.get(url(event, f"/{WEEK}/mail?mail=en"))
    assert "Hello Erika Muster" in framed.text
    answer = post(browser, url(event, f"/{WEEK}/test"), mail="de")
    assert "done=tested" in answer.location
    way = SmtpTransport(smtp_server.url, 5)
    deliver_due(way, Pace(lease=45, retry=60))
    way.close()
    [mail] = [
        each.message for each in smtp_server.received if "Erinnerung" in each.message["Subject"]
    ]
    assert mail["Subject"].startswith("Test: ")
    assert "List-Unsubscribe" not in mail
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Das ist ein Test." in body.get_content()
    assert "https://events.example/registrations\r\n" in body.get_content()


def test_a_course_shows_the_next_dates_and_how_many_more(app: Flask) -> None:
    days = [(at(in_days(n), 10), at(in_days(n), 12)) for n in range(20, 50, 5)]
    event = plan(dates=days)
    page = organiser(app, event).get(url(event)).text
    assert page.count("und 3 weitere Male") == 2


def test_with_the_time_open_and_with_the_question(app: Flask) -> None:
    day = in_days(30)
    open_ = plan(dates=[(day, day)], has_online=True)
    page = organiser(app, open_).get(url(open_)).text
    assert "erst, wenn die Uhrzeit feststeht" in page
    assert "09:00" in page
    asked = plan(ask_coming="in_person")
    page = organiser(app, asked).get(url(asked)).text
    assert "Kommen Sie noch?" in page


def test_who_may_not_write_may_not_enter(app: Flask) -> None:
    event = plan()
    assert organiser(app, event, Role.VIEWER).get(url(event)).status_code == 403
