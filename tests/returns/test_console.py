"""What organisers see of mail that came back."""

import re

from flask import Flask

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import transaction
from eventapp.invitations import actions as invitations
from eventapp.networks.models import Network, Role
from eventapp.registration.models import Registration
from eventapp.returns.models import Undeliverable
from eventapp.returns.receiving import take
from tests.factories import make_contact, make_organisation
from tests.mail.outbox import outbox_rows
from tests.planning.office import Office, event_of, send
from tests.registration.posted import post
from tests.registration.test_actions import rows, sign_up
from tests.returns.shapes import ERIKA, Answer, gmail, outlook
from tests.returns.test_actions import leave, uid_of

SLUG = "treffen"
PEOPLE = f"/organise/events/{SLUG}/participants"
ROUND = f"/organise/events/{SLUG}/invitations"


def mark(email: str = ERIKA, status: str = "5.2.2") -> None:
    with transaction() as session:
        session.add(
            Undeliverable(
                event_id=event_of(SLUG).id,
                email_key=email,
                status=status,
                reported_at=clock.now(),
            )
        )


def test_the_person_has_the_reason_in_plain_words(app: Flask) -> None:
    office = Office(app, SLUG)
    for name in ("Erika", "Dan"):
        sign_up(event_of(SLUG), name)
    mark()
    assert "E-Mail an 1 Person kam nicht an" in office.ada().get("/organise/").text
    erika, dan = (office.ada().get(f"{PEOPLE}/{row.id}").text for row in rows())
    assert "E-Mails kommen hier nicht an." in erika
    assert "Das Postfach ist voll." in erika
    assert "kommen hier nicht an" not in dan


def test_another_address_is_good(app: Flask) -> None:
    office = Office(app, SLUG)
    sign_up(event_of(SLUG))
    mark()
    neu = {"email": "neu@example.org", "email_key": "neu@example.org"}
    with transaction() as session:
        session.execute(table_of(Registration).update().values(**neu))
    assert "kommen hier nicht an" not in office.ada().get(f"{PEOPLE}/{rows()[0].id}").text


def test_the_list_is_narrowed_to_whom_mail_does_not_reach(app: Flask) -> None:
    office = Office(app, SLUG)
    for name in ("Erika", "Dan"):
        sign_up(event_of(SLUG), name)
    mark()
    page = office.ada().get(f"{PEOPLE}?mail=lost").text
    assert "erika" in page.lower()
    assert "dan" not in page.lower().replace("danach", "")
    assert re.search(r'aria-current="true">.{0,400}E-Mail kam nicht an</a>', page, re.DOTALL)
    assert office.ada().get(f"{PEOPLE}?mail=x").status_code == 404


def test_whoever_sends_again_to_the_same_address_keeps_its_mark(app: Flask) -> None:
    office = Office(app, SLUG)
    sign_up(event_of(SLUG))
    [mail] = outbox_rows()
    leave(mail.id, ERIKA)
    take(gmail(mail.message_id))
    ada, one = office.ada(), f"/organise/events/{SLUG}/mails/{mail.message_id}"
    assert "Das Postfach ist voll." in ada.get(one).text
    assert "E-Mail kam nicht an" in ada.get(PEOPLE).text
    assert send(ada, f"{one}/again").status_code == 303
    assert "Das Postfach ist voll." in ada.get(f"{PEOPLE}/{rows()[0].id}").text
    post()
    assert "E-Mail kam nicht an</p>" in ada.get(PEOPLE).text


def test_the_page_of_the_event_says_so(app: Flask) -> None:
    office = Office(app, SLUG)
    for name in ("Erika", "Dan"):
        sign_up(event_of(SLUG), name)
    page, said = f"/organise/events/{SLUG}", "E-Mails an 1 Person kamen nicht an."
    assert said not in office.ada().get(page).text
    mark()
    assert said in office.ada().get(page).text
    assert f"{PEOPLE}?mail=lost" in office.ada().get(page).text
    assert said not in office.somebody(Role.AUDITOR).get(page).text


def test_a_declined_entry_stands_in_the_history(app: Flask) -> None:
    office = Office(app, SLUG)
    sign_up(event_of(SLUG))
    [row] = rows()
    assert "Im Kalender abgelehnt" not in office.ada().get(f"{PEOPLE}/{row.id}").text
    take(outlook(Answer(uid_of(row.id))))
    page = office.ada().get(f"{PEOPLE}/{row.id}").text
    assert "Im Kalender abgelehnt, nach dem Platz gefragt" in page
    assert "Möchten Sie Ihren Platz freigeben?" in page


def test_the_round_marks_whom_mail_does_not_reach(app: Flask) -> None:
    office = Office(app, SLUG)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        ids = []
        for number in (1, 2):
            member = make_organisation(session, f"verein-{number}", networks=[network])
            make_contact(session, member, email=f"kim{number}@example.org")
            ids.append(member.id)
        first, _second = invitations.invite(session, event_of(SLUG), ids, now=clock.now())
    assert "kam nicht an" not in office.ada().get(ROUND).text
    mark("kim1@example.org", "5.1.1")
    mark("nobody@example.org", "5.1.1")
    page = office.ada().get(ROUND).text
    assert page.count("E-Mail kam nicht an") == 1
    assert "1 Einladung ist per E-Mail nicht zuzustellen." in page
    page = office.ada().get(f"{ROUND}/{first}").text
    assert "Diese Adresse gibt es nicht." in page
    assert "1 Einladung kam nicht an" in office.ada().get("/organise/").text
    assert "Einladung kam nicht an" not in office.somebody(Role.VIEWER).get("/organise/").text
    assert "Einladung kam nicht an" not in office.cleo().get("/organise/").text
