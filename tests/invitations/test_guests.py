"""Guests by right, the release of unused places, and what is forgotten a year later."""

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.invitations import actions, listing
from eventapp.invitations.models import Invitation
from eventapp.invitations.rules import Pile
from eventapp.registration.actions import Person, register
from eventapp.registration.due import list_due, settle_due
from eventapp.unsubscribing.actions import refuse
from eventapp.unsubscribing.models import Unsubscription
from eventapp.unsubscribing.rules import Topic
from tests.factories import at, in_days
from tests.invitations.test_audience import Network as House
from tests.invitations.test_audience import come, entries, mailed, owed, request
from tests.invitations.test_round import ROUND, invite, invitees, of
from tests.planning.office import event_of, send
from tests.registration.test_actions import rows, statuses


def test_a_guest_is_invited_once_and_shown_as_one(app: Flask, client: FlaskClient) -> None:
    house = House(app, audience="public", capacity_in_person=0)
    ada = house.ada()
    form = {
        "salutation": "Frau",
        "title": "Dr.",
        "first_name": "Zoë",
        "last_name": "Müller",
        "organisation": "Uni",
        "email": "zoe@example.org",
    }
    assert send(ada, f"{ROUND}/guests", **{**form, "email": ""}).status_code == 422
    made = send(ada, f"{ROUND}/guests", **form)
    assert made.location.endswith("done=added")
    assert send(ada, f"{ROUND}/guests", **form).location.endswith("done=again")
    [one] = invitees()
    assert (one.invited.name, one.quota) == ("Dr. Zoë Müller", 1)
    assert len(entries("invitation.guest_added")) == 1
    send(ada, f"{ROUND}/send")
    recipient, _subject, plain, _html = mailed("invitation")
    assert recipient == "zoe@example.org"
    assert "Guten Tag Dr. Zoë Müller," in plain
    page = client.get(f"/invitations/{one.code}").text
    assert "Sie sind eingeladen" in page
    filled = client.get(f"/events/treffen/register?invitation={one.code}").text
    assert 'value="zoe@example.org"' in filled
    come(request("Zoë", code=one.code))
    assert statuses() == ["confirmed"]
    people = "/organise/events/treffen/participants"
    assert "Gast mit Einladung" in ada.get(people).text
    assert "Gast mit Einladung" in ada.get(f"{people}/{rows()[0].id}").text
    [one] = invitees()
    assert (one.pile, one.standing) == (Pile.COMING, 1)
    assert "Noch jemanden anmelden" not in client.get(f"/invitations/{one.code}").text


def test_unused_places_are_released_on_the_day(app: Flask, client: FlaskClient) -> None:
    """The third delegate of a two-seat organisation waits, and moves up when the caps fall."""
    house = House(
        app,
        audience="invited",
        capacity_in_person=5,
        delegates_per_organisation=2,
        release_unused_on=in_days(10),
    )
    invite(house.chor, house.garten)
    code = of("Zum Chor").code
    assert "0 von 2 Plätzen" in client.get(f"/invitations/{code}").text
    for name in ("Ada", "Ben", "Cleo"):
        come(request(name, code=code))
    assert statuses() == ["confirmed", "confirmed", "waitlisted"]
    assert of("Zum Chor").left == 0
    page = client.get(f"/invitations/{code}").text
    assert "Weitere Personen kommen auf die Warteliste." in page
    with time_machine.travel(at(in_days(10), 0, 1)):
        with reading() as connection:
            due = list_due(connection, now())
        for event_id in due:
            with transaction() as session:
                settle_due(session, event_id, now=now())
        assert statuses() == ["confirmed"] * 3
    assert len(owed("registration-promoted")) == 1


def test_a_guest_is_seated_beyond_capacity_and_caps(app: Flask) -> None:
    house = House(app, audience="invited", capacity_in_person=1, delegates_per_organisation=1)
    invite(house.chor)
    come(request("Ada", code=of("Zum Chor").code))
    with transaction() as session:
        guest = Person("Zoë", "Müller", "zoe@example.org")
        number = actions.invite_person(session, event_of("treffen"), guest, now=now())
        code = listing.get_invitee(session.connection(), event_of("treffen"), number).code
    come(request("Zoë", code=code))
    assert statuses() == ["confirmed", "confirmed"]


def test_who_waits_already_is_seated_by_a_personal_link(app: Flask) -> None:
    House(app, audience="public", capacity_in_person=1)
    come(request("Ada"))
    come(request("Zoë"))
    assert statuses() == ["confirmed", "waitlisted"]
    with transaction() as session:
        guest = Person("Zoë", "Beispiel", "zoe@example.org")
        number = actions.invite_person(session, event_of("treffen"), guest, now=now())
        code = listing.get_invitee(session.connection(), event_of("treffen"), number).code
    for _twice in range(2):
        with transaction() as session:
            again = request("Zoë", code=code)
            register(session, event_of("treffen"), again, form_token=f"neu{_twice}", now=now())
    assert statuses() == ["confirmed", "confirmed"]
    assert [row.is_guest for row in rows()] == [False, True]
    assert len(owed("registration-promoted")) == 1


def test_a_year_after_the_event_names_and_notes_are_forgotten(app: Flask) -> None:
    House(app)
    with transaction() as session:
        guest = Person("Zoë", "Müller", "zoe@example.org")
        number = actions.invite_person(session, event_of("treffen"), guest, now=now())
        actions.note_call(session, number, "Ruft zurück", now=now())
        whose = (event_of("treffen").id, 1, "zoe@example.org")
        refuse(session, Topic.INVITATIONS, *whose, now=now())
    for days, is_known in ((390, True), (400, False)):
        with time_machine.travel(at(in_days(days), 12)), transaction() as session:
            actions.forget_old(session, now=now())
        with reading() as connection:
            row = connection.execute(select(Invitation.__table__)).one()
            refused = connection.execute(select(Unsubscription.__table__)).all()
        known = (row.email is not None, row.call_note is not None, bool(refused))
        assert known == (is_known,) * 3
