"""Writing, sending and taking back messages as organisers do it; what arrives and what does not."""

import re
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp import clock
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.mail import delivery
from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.transport import SmtpTransport
from eventapp.messages import actions
from eventapp.messages.models import Message
from eventapp.messages.rules import TooLateToUndo
from eventapp.networks.models import Role
from eventapp.participants.selection import Wanted
from eventapp.registration.models import Registration
from eventapp.unsubscribing.actions import refuse
from eventapp.unsubscribing.rules import Topic
from tests.mail.outbox import outbox_rows, settle_all
from tests.participants.test_console import HOSTILE, enter, organiser
from tests.refusals import check_refused
from tests.registration.test_actions import cancel, plan, rows, sign_up
from tests.smtp import MailServer
from tests.visitors import Visitor

PACE = Pace(lease=45, retry=60)
TEXT = "Guten Tag {vorname},\n\nwir **freuen** uns. Mehr: {link}"


def at(event: EventDefinition, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/messages{rest}"


def post(browser: Visitor, url: str, **values: Any) -> Any:
    return browser.post(url, data={"csrf_token": browser.csrf_token(), **values})


def written(browser: Visitor, event: EventDefinition, **values: Any) -> str:
    """A draft; the address of its page."""
    content = {"subject": "Neues für {vorname}", "text": TEXT, "reply_to": "contact"}
    answer = post(browser, at(event, "/new"), **{**content, **values})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def revision(browser: Visitor, page: str) -> str:
    return browser.field(page, "revision")


def send(browser: Visitor, page: str) -> Any:
    return post(browser, f"{page}/send", revision=revision(browser, page))


def after_five_minutes() -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1))


def deliver(server: MailServer) -> None:
    with closing(SmtpTransport(server.url, 5)) as way:
        deliver_due(way, PACE)


def of_messages() -> list[Any]:
    return [row for row in outbox_rows() if row.batch]


def guests(*names: str, **values: Any) -> EventDefinition:
    """An event whose guests have had their own mails."""
    event = plan(**values)
    for name in names:
        sign_up(event, name)
    settle_all()
    return event


def test_from_the_list_to_the_mailbox(app: Flask, smtp_server: MailServer) -> None:
    event = guests("Ada", "Ben")
    browser = organiser(app, event)
    page = written(browser, event)
    preview = browser.get(page).text
    assert "An 2 Personen senden" in preview
    assert "Neues für Ada" in preview
    assert "Test: " not in preview
    assert send(browser, page).location.endswith("done=sent")
    deliver(smtp_server)
    assert smtp_server.received == []
    waiting = browser.get(page).text
    assert "Rückgängig machen" in waiting
    assert "Noch 5 Minuten, bis" in waiting
    with after_five_minutes():
        deliver(smtp_server)
        assert "Gesendet: 2 von 2" in browser.get(page).text
    [mail] = [each.message for each in smtp_server.to("ada@example.org")]
    assert mail["Subject"] == "Neues für Ada"
    assert mail["From"] == "Netzwerk Beispielstadt <netz@example.org>"
    assert mail["Reply-To"] == "ada@example.org"  # the event's contact
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [url] = re.findall(r"<https://events\.example(/unsubscribe/[^>]+)>", mail["List-Unsubscribe"])
    plain, html = (text_of(mail, kind) for kind in ("plain", "html"))
    assert "Guten Tag Ada,\n\nwir freuen uns. Mehr: Ihre Anmeldung: https://" in plain
    assert "<strong>freuen</strong>" in html
    assert url in plain
    assert url in html
    assert "ada@example.org" not in str(entries())
    assert [each.act for each in entries()] == ["message.drafted", "message.sent"]
    assert entries()[-1].after == {"subject": "Neues für {vorname}", "recipients": 2}


def text_of(mail: Any, kind: str = "plain") -> str:
    return str(mail.get_body((kind,)).get_content()).replace("\r\n", "\n")


def entries() -> list[Any]:
    with reading() as connection:
        table = table_of(AuditEntry)
        return list(
            connection.execute(
                select(table).where(table.c.act.like("message.%")).order_by(table.c.id)
            )
        )


def test_taken_back_it_is_a_draft_and_can_be_sent_anew(app: Flask, smtp_server: MailServer) -> None:
    event = guests("Ada")
    browser = organiser(app, event)
    page = written(browser, event)
    shown = revision(browser, page)
    assert send(browser, page).location.endswith("done=sent")
    again = post(browser, f"{page}/send", revision=shown)  # a double click
    assert again.location.endswith("done=late")
    assert len(of_messages()) == 1
    values = {"subject": "S", "text": "T", "reply_to": "contact"}
    check_refused(post(browser, f"{page}/edit", revision=shown, **values), "message-leaving")
    undone = post(browser, f"{page}/undo")
    assert "Niemand hat etwas bekommen" in browser.get(undone.location).text
    assert of_messages() == []
    assert post(browser, f"{page}/undo").location.endswith("done=late")
    assert post(browser, f"{page}/send", revision=shown).status_code == 422  # it has changed since
    assert of_messages() == []
    send(browser, page)
    with after_five_minutes():
        assert post(browser, f"{page}/undo").location.endswith("done=late")
        message_id = int(page.rpartition("/")[2])
        with pytest.raises(TooLateToUndo), transaction() as session:
            actions.undo(session, event.id, message_id, now=clock.now())
        deliver(smtp_server)
    assert len(smtp_server.received) == 1


def test_whoever_cancels_or_refuses_meanwhile_gets_none(
    app: Flask, smtp_server: MailServer
) -> None:
    event = guests("Ada", "Ben", "Cleo", "Dan")
    cancel(rows()[3].id)
    settle_all()
    browser = organiser(app, event)
    page = written(browser, event)
    assert "1 haben abgesagt" in browser.get(page).text
    send(browser, page)
    assert len(of_messages()) == 3
    cancel(rows()[0].id)
    with transaction() as session:
        whose = (event.id, event.network.id, rows()[1].email)
        refuse(session, Topic.MESSAGES, *whose, now=clock.now())
    with after_five_minutes():
        deliver(smtp_server)
    told = [mail.recipients for mail in smtp_server.received if "Neues" in mail.message["Subject"]]
    assert told == [("cleo@example.org",)]
    assert [row.state for row in of_messages()] == ["dropped", "dropped", "sent"]
    page = written(browser, event)
    preview = browser.get(page).text
    assert "An 1 Person senden" in preview
    assert "1 haben Nachrichten abbestellt" in preview


def test_what_is_refused_is_named_and_sent_again(app: Flask, smtp_server: MailServer) -> None:
    event = guests("Ada", "Ben")
    smtp_server.answers["ben@example.org"] = "550 5.1.1 unknown <b>"
    browser = organiser(app, event)
    page = written(browser, event)
    send(browser, page)
    with after_five_minutes():
        deliver(smtp_server)
        shown = browser.get(page).text
        assert "ben@example.org" in shown
        assert "550 5.1.1 unknown &lt;b&gt;" in shown
        assert "Gesendet: 1 von 2" in shown
        smtp_server.answers.clear()
        assert post(browser, f"{page}/retry").location.endswith("done=retried")
        deliver(smtp_server)
        assert "Gesendet: 2 von 2" in browser.get(page).text
        assert post(browser, f"{page}/retry").location.endswith("done=late")
    assert len(smtp_server.received) == 2


def test_stopping_keeps_back_the_rest(app: Flask, smtp_server: MailServer) -> None:
    event = guests(*(f"Gast{n}" for n in range(12)))
    browser = organiser(app, event)
    page = written(browser, event)
    send(browser, page)
    with after_five_minutes():
        smtp_server.answers["gast3@example.org"] = "421 later"  # ends the round: the rest is open
        deliver(smtp_server)
        assert "Wird gesendet: 3 von 12" in browser.get(page).text
        assert post(browser, f"{page}/stop").location.endswith("done=stopped")
        smtp_server.answers.clear()
        deliver(smtp_server)
        shown = browser.get(page).text
        assert "Angehalten: 3 von 12 gesendet" in shown
        assert post(browser, f"{page}/stop").location.endswith("done=late")
    assert len(smtp_server.received) == 3


@pytest.mark.usefixtures("app")
def test_taking_back_beats_a_worker_that_has_not_handed_over(smtp_server: MailServer) -> None:
    """A worker whose clock is ahead has claimed the mail; it finds its row gone before DATA."""
    event = guests("Ada")
    content = actions.Content({}, "Neues", "Text", None, None, None)
    now = clock.now()
    with transaction() as session:
        message_id = actions.create_draft(session, event.id, content, now=now)
        actions.send(session, event, message_id, Wanted(), seen=1, now=now)
    with after_five_minutes():
        [claimed] = delivery._claim(PACE)
    with transaction() as session:
        actions.undo(session, event.id, message_id, now=now)
    with closing(SmtpTransport(smtp_server.url, 5)) as way:
        assert delivery._begin_data(claimed, PACE, "x@example.org") is False
        delivery._deliver(way, claimed, delivery._Drafts([claimed]), PACE)
    assert smtp_server.received == []
    assert of_messages() == []


def test_a_test_goes_to_oneself_without_the_keys_of_others(
    app: Flask, smtp_server: MailServer
) -> None:
    event = guests("Erika")
    browser = organiser(app, event)
    page = written(browser, event, subject_en="News", text_en="Hello {name}")
    answer = post(browser, f"{page}/test", person=rows()[0].id, mail="en")
    assert "Der Test ist unterwegs" in browser.get(answer.location).text
    deliver(smtp_server)
    [mail] = [each.message for each in smtp_server.received]
    assert mail["To"] == "ada@example.org"
    assert mail["Subject"] == "Test: News"
    assert mail["List-Unsubscribe"] is None
    text = text_of(mail)
    assert "Hello Erika Beispiel" in text
    assert "https://events.example/registrations\n" in text
    assert "/registrations/" not in text
    person = browser.get(f"/organise/events/{event.slug}/participants/{rows()[0].id}").text
    assert "Nachricht des Teams" not in person


def test_each_gets_the_text_of_their_language(app: Flask, smtp_server: MailServer) -> None:
    event = guests("Ada", "Ben")
    with transaction() as session:
        session.get_one(Registration, rows()[1].id).language = "en"
    browser = organiser(app, event)
    assert "bekommt den deutschen Text" in browser.get(written(browser, event)).text
    page = written(browser, event, subject_en="News", text_en="Hello, see you {termin}")
    send(browser, page)
    with after_five_minutes():
        deliver(smtp_server)
    [ada], [ben] = (smtp_server.to(f"{name}@example.org") for name in ("ada", "ben"))
    assert (ada.message["Content-Language"], ben.message["Content-Language"]) == ("de", "en")
    assert ben.message["Subject"] == "News"
    assert "Receive no more messages" in text_of(ben.message)


def test_the_filter_of_the_list_holds_and_can_be_changed(app: Flask) -> None:
    event = plan(capacity_in_person=1, items=[{"slug": "a", "title": "Singen", "capacity": 5}])
    sign_up(event, "Ada", items=("a",))
    sign_up(event, "Ben")
    browser = organiser(app, event)
    form = browser.get(at(event, "/new?status=waitlisted&q=Ben&sort=name")).text
    assert '<option value="waitlisted" selected>' in form
    assert 'name="q" value="Ben" checked' in form
    assert "Suche: Ben" in form
    page = written(browser, event, status="waitlisted", q="Ben")
    assert "An 1 Person senden" in browser.get(page).text
    assert 'value="waitlisted" selected' in browser.get(f"{page}/edit").text
    seen = revision(browser, f"{page}/edit")
    values = {"subject": "S", "text": "T", "reply_to": "contact", "workshop": "a"}
    assert post(browser, f"{page}/edit", revision=seen, **values).status_code == 303
    assert "Singen" in browser.get(page).text
    stale = post(browser, f"{page}/edit", revision=seen, **{**values, "subject": "Anderes"})
    check_refused(stale, "message-changed")
    assert "Anderes" in stale.text
    assert browser.get(at(event, "/new?status=nonsense")).status_code == 404
    assert browser.get(at(event, "/new?needs=1")).status_code == 403
    nobody = written(browser, event, q="Niemand")
    refused = post(browser, f"{nobody}/send", revision=revision(browser, nobody))
    check_refused(refused, "nobody-to-write-to")
    assert post(browser, f"{nobody}/discard", revision="1").location.endswith("done=discarded")
    assert browser.get(nobody).status_code == 404


WRONG = [
    ({"subject": " "}, "Geben Sie einen Betreff ein."),
    ({"text": "{mail} {{7*7}}"}, "{mail}, {7*7} kennen wir nicht. Möglich sind: {vorname}"),
    ({"text": "[hier](/seite)"}, "„/seite“ führt in einer E-Mail nirgendwohin."),
    ({"text_en": "Hello"}, "Auf Englisch fehlt das noch."),
    ({"reply_to": "x@evil.example"}, "Wählen Sie aus den angebotenen Möglichkeiten."),
    ({"subject": "x" * 200}, "höchstens 150 Zeichen"),
]


def test_what_is_wrong_is_said_and_kept(app: Flask) -> None:
    event = guests()
    browser = organiser(app, event)
    for values, said in WRONG:
        content = {"subject": "Neues", "text": "Behalten", "reply_to": "contact", **values}
        answer = post(browser, at(event, "/new"), **content)
        assert answer.status_code == 422
        assert said in answer.text
        assert content["text"] in answer.text
    with reading() as connection:
        assert connection.execute(select(Message.id)).all() == []


def test_hostile_names_stay_names(app: Flask, smtp_server: MailServer) -> None:
    event = plan()
    for name in HOSTILE:
        enter(event, name, f"[x](https://evil.example) {name}")
    settle_all()
    browser = organiser(app, event)
    page = written(browser, event, subject="Neues für {name}", text="{name}\n\n[{name}]({link})")
    send(browser, page)
    assert "<img src=x" not in browser.get(page).text
    with after_five_minutes():
        deliver(smtp_server)
    assert len(smtp_server.received) == len(HOSTILE)
    for mail in (each.message for each in smtp_server.received):
        html = text_of(mail, "html")
        assert "<img src=x" not in html
        assert "evil.example" not in "".join(re.findall('href="[^"]*"', html))
        assert "54439" not in mail["Subject"]
        assert mail.defects == []


def test_who_may_only_read_writes_nothing(app: Flask) -> None:
    event = guests("Ada")
    with transaction() as session:
        content = actions.Content({}, "Geheim", "Text", None, None, None)
        message_id = actions.create_draft(session, event.id, content, now=clock.now())
    viewer = organiser(app, event, Role.VIEWER)
    assert "messages" not in viewer.get(f"/organise/events/{event.slug}").text
    for rest in ("", "/new", f"/{message_id}", f"/{message_id}/edit", f"/{message_id}/mail"):
        assert viewer.get(at(event, rest)).status_code == 403
    for rest in ("/new", *(f"/{message_id}/{act}" for act in ("send", "test", "undo", "stop"))):
        assert post(viewer, at(event, rest), revision="1").status_code == 403
    assert of_messages() == []


@pytest.mark.usefixtures("app")
def test_a_message_goes_after_twelve_months() -> None:
    event, now = guests(), clock.now()
    content = actions.Content({}, "Alt", "Text", None, None, None)
    with transaction() as session:
        for days in (366, 364):
            actions.create_draft(session, event.id, content, now=now - timedelta(days=days))
        actions.forget_old(session, now=now)
        assert len(session.scalars(select(Message.id)).all()) == 1


def test_who_was_offered_a_place_is_written_to(app: Flask) -> None:
    event = plan(capacity_in_person=1, offer_hours=6)
    sign_up(event, "Ada")
    sign_up(event, "Ben")
    cancel(rows()[0].id)
    browser = organiser(app, event)
    preview = browser.get(written(browser, event)).text
    assert "An 1 Person senden" in preview
    assert "Neues für Ben" in preview
