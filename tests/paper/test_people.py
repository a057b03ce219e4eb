"""Whose badges they are: assistants, guests by invitation, two of one mailbox, hard names."""

from flask import Flask

from eventapp.db import reading, transaction
from eventapp.events.definition import EventDefinition
from eventapp.paper.making import list_wanted
from eventapp.paper.queries import Printed
from eventapp.paper.rules import Paper
from eventapp.participants.selection import Wanted
from eventapp.registration import actions
from eventapp.registration.actions import Person, SignupRequest
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import come, request
from tests.invitations.test_round import ROUND, invitees
from tests.paper.crowd import LONG
from tests.paper.test_console import made
from tests.paper.test_sheets import plain
from tests.participants.test_console import enter, organiser
from tests.planning.office import event_of, send
from tests.registration.test_actions import NOW, plan, rows, sign_up
from tests.registration.test_assisting import BRINGS
from tests.registration.test_holder_pages import address_of
from tests.registration.test_self_service import asking
from tests.registration.test_self_service import send as send_own


def printed(event: EventDefinition) -> list[Printed]:
    with reading() as connection:
        return list(list_wanted(connection, event, Wanted(), {}))


def test_names_as_they_are(app: Flask) -> None:
    event = plan()
    names = (
        ("Zoë", "Müller-Lüdenscheidt"),
        ("Şükrü", "Öğün"),
        ("Nguyễn Thị", "Ánh"),
        ("Anna Maria", LONG),
    )
    for first, last in names:
        enter(event, first, last)
    browser = organiser(app, event)
    for paper in Paper:
        text = plain(made(browser, event, paper))
        for first, last in names:
            assert plain(first) in text, (paper, first)
            assert plain(last) in text, (paper, last)


def test_an_assistant_has_a_badge_and_at_first_no_name(app: Flask) -> None:
    event = asking()
    sign_up(event, needs=BRINGS)
    browser = organiser(app, event)
    text = made(browser, event, Paper.BADGES)
    assert "Begleitung" in text
    assert "Assistenz" not in text
    visitor = app.test_client()
    values = {"first_name": "Kim", "last_name": "Hilfreich"}
    assert send_own(visitor, f"{address_of(rows()[0])}/assistant", **values).status_code == 303
    text = made(browser, event, Paper.BADGES)
    assert "Hilfreich" in text
    assert "Begleitung" not in text


def test_a_guest_by_invitation_has_a_badge(app: Flask) -> None:
    house = House(app, audience="public", capacity_in_person=0)
    ada = house.ada()
    form = {"salutation": "Frau", "title": "Dr.", "first_name": "Zoë", "last_name": "Müller"}
    send(ada, f"{ROUND}/guests", **form, organisation="Uni", email="zoe@example.org")
    send(ada, f"{ROUND}/send")
    come(request("Zoë", code=invitees()[0].code))
    [one] = printed(event_of("treffen"))
    assert (one.first_name, one.is_nameless) == ("Zoë", False)


def test_two_of_one_mailbox_have_a_badge_and_a_code_each(app: Flask) -> None:
    event = plan()
    for first in ("Erika", "Hans"):
        person = Person(first, "Muster", "paar@example.org")
        wanted = SignupRequest(person=person, attendance="in_person")
        with transaction() as session:
            actions.register(session, event, wanted, form_token=first, now=NOW)
    people = printed(event)
    assert [each.first_name for each in people] == ["Erika", "Hans"]
    assert len({each.ticket for each in people}) == 2
    text = made(organiser(app, event), event, Paper.BADGES)
    assert "Erika" in text
    assert "Hans" in text
