"""The start page: tasks are shown to those who can do them."""

from flask import Flask
from sqlalchemy import update

from eventapp.clock import now
from eventapp.db import transaction
from eventapp.mail.models import MailState, OutboxMail
from eventapp.networks.models import Role
from tests.planning.office import Office, event_of
from tests.registration.test_actions import sign_up

HOME = "/organise/"


def test_mails_that_did_not_arrive_are_named(app: Flask) -> None:
    office = Office(app, "treffen")
    for name in ("Dan", "Erika"):
        sign_up(event_of("treffen"), name)
    ada = office.ada()
    assert "kamen nicht an" not in ada.get(HOME).text
    with transaction() as session:
        session.execute(update(OutboxMail).values(state=MailState.FAILED, settled_at=now()))
    assert "E-Mails an 2 Personen kamen nicht an" in ada.get(HOME).text
    assert "kamen nicht an" not in office.cleo().get(HOME).text
    assert "kamen nicht an" not in office.somebody(Role.VIEWER).get(HOME).text


def test_drafts_are_tasks_of_those_who_can_finish_them(app: Flask) -> None:
    office = Office(app, "treffen", status="draft")
    assert "Entwurf fertigstellen" in office.ada().get(HOME).text
    assert "Entwurf fertigstellen" not in office.somebody(Role.DOOR).get(HOME).text


def test_a_standing_dispatch_is_said(app: Flask) -> None:
    office = Office(app)
    assert "Der Botendienst antwortet nicht." in office.ada().get(HOME).text
    assert "Botendienst" not in office.somebody(Role.DOOR).get(HOME).text
