"""Save the date: each contact once, taken back within five minutes, refused with one click."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, delete, select, update

from eventapp import clock
from eventapp.announcing import actions
from eventapp.announcing.models import Announcement, Told
from eventapp.announcing.rules import KIND, NotAnnounced
from eventapp.audit.models import AuditEntry
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.models import MailState, OutboxMail
from eventapp.mail.outbox import recipient_hash
from eventapp.mail.render import render, texts
from eventapp.networks.models import Contact, Organisation, Role, Scope
from eventapp.registration.leaving import erase_person
from eventapp.returns.receiving import take
from eventapp.sitecache import bump
from tests.factories import at, in_days
from tests.invitations.test_audience import Network as House
from tests.planning.office import event_of, send
from tests.refusals import check_refused
from tests.returns.shapes import postfix
from tests.visitors import Visitor, colleague

PAGE = "/organise/events/treffen/announcement"


@pytest.fixture
def house(app: Flask) -> House:
    return House(app, status="announced", contact_phone="06131 123456")


def mails() -> list[Any]:
    with reading() as connection:
        statement = select(table_of(OutboxMail)).where(OutboxMail.kind == KIND)
        return list(connection.execute(statement.order_by(OutboxMail.id)))


def composed() -> list[str]:
    """The addresses whose mail would leave now."""
    with reading() as connection:
        drafts = [kinds.compose(connection, KIND, mail.ids) for mail in mails()]
    return [draft.recipient for draft in drafts if draft]


def announced(ada: Visitor, **values: str) -> str:
    answer = send(ada, f"{PAGE}/send", **values)
    assert answer.status_code == 303, answer.text
    return str(answer.location.rpartition("done=")[2])


def number() -> int:
    with reading() as connection:
        statement = select(table_of(Announcement).c.id)
        return int(
            connection.execute(statement.order_by(Announcement.id.desc())).scalars().all()[0]
        )


def told() -> int:
    with reading() as connection:
        return len(connection.execute(select(table_of(Told))).all())


def acts() -> list[str]:
    with reading() as connection:
        found = connection.execute(select(table_of(AuditEntry).c.act).order_by(AuditEntry.id))
        return [act for act in found.scalars() if act.startswith("announcement")]


def later() -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(minutes=5, seconds=1))


def test_every_contact_of_the_network_and_below_hears_of_it_once(house: House) -> None:
    ada = house.ada()
    page = ada.get(PAGE).text
    assert "An 3 Adressen senden" in page
    assert "Bitte vormerken: Treffen" in page
    assert announced(ada) == "sent"
    assert sorted(composed()) == ["berg@chor.example", "post@garten.example", "tal@chor.example"]
    assert all(mail.due_at > clock.now() for mail in mails())
    assert announced(ada) == "again"
    assert len(mails()) == 3
    page = ada.get(PAGE).text
    assert "Noch einmal an 3 Adressen senden" in page
    assert "An 0 Adressen" not in page
    assert announced(ada, again="y") == "sent"
    assert len(mails()) == 6
    assert acts() == ["announcement.sent", "announcement.sent"]


def test_who_comes_new_hears_of_it_alone(house: House) -> None:
    ada = house.ada()
    announced(ada)
    with transaction() as session:
        session.execute(
            update(Contact)
            .where(Contact.email == "tal@chor.example")
            .values(email="neu@chor.example")
        )
    assert "Auch noch einmal an 2 Adressen" in ada.get(PAGE).text
    assert announced(ada) == "sent"
    assert len(mails()) == 4


def test_where_nobody_can_be_written_to_the_page_says_why(house: House) -> None:
    with transaction() as session:
        session.execute(delete(Contact))
        session.execute(update(Organisation).values(contact_email=None))
    page = house.ada().get(PAGE).text
    assert "Keine Organisation im Netzwerk hat eine Ansprechperson mit E-Mail-Adresse." in page
    assert f"{PAGE}/send" not in page


def test_the_mail(house: House, client: FlaskClient) -> None:
    announced(house.ada())
    with reading() as connection:
        drafts = [kinds.compose(connection, KIND, mail.ids) for mail in mails()]
    draft = next(each for each in drafts if each and each.recipient.startswith("berg"))
    subject, plain, html = texts(KIND, draft)
    assert subject == "Bitte vormerken: Treffen"
    assert "Guten Tag Petra Berg," in plain
    event, feed = "/events/treffen", "/calendar/networks/netz.ics"
    for link in (event, f"{event}/notify", "/calendar?feed=networks-netz", feed):
        assert f"https://events.example{link}\n" in plain
        assert f"https://events.example{link}" in html
        assert client.get(link).status_code == 200
    assert (
        "https://events.example/calendar/networks/netz.ics"
        in client.get("/calendar?feed=networks-netz").text
    )
    assert "06131 123456" in plain
    body = render(KIND, draft, "0" * 32, clock.now()).body
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in body
    assert b"text/calendar" not in body
    [stop] = set(re.findall(r"https://events.example(/unsubscribe/\S+)", plain))
    assert client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert sorted(composed()) == ["post@garten.example", "tal@chor.example"]


def test_who_refused_is_not_planned_for_any_event_of_the_network(
    house: House, client: FlaskClient
) -> None:
    ada = house.ada()
    announced(ada)
    with reading() as connection:
        draft = kinds.compose(connection, KIND, mails()[0].ids)
    assert draft is not None
    assert draft.unsubscribe_url is not None
    client.post(draft.unsubscribe_url.removeprefix("https://events.example"))
    page = ada.get(PAGE).text
    assert "Noch einmal an 2 Adressen senden" in page
    assert re.search(r"Haben Ankündigungen abbestellt.*@", page, re.DOTALL)
    announced(ada, again="y")
    assert len(mails()) == 5


def test_taken_back_within_five_minutes(house: House) -> None:
    ada = house.ada()
    announced(ada)
    assert "Rückgängig machen" in ada.get(PAGE).text
    undo = f"{PAGE}/{number()}/undo"
    assert send(ada, undo).location.endswith("done=undone")
    assert (mails(), told()) == ([], 0)
    assert send(ada, undo).status_code == 404
    announced(ada)
    with later():
        assert send(ada, f"{PAGE}/{number()}/undo").location.endswith("done=late")
    assert len(mails()) == 3
    assert acts() == ["announcement.sent", "announcement.undone", "announcement.sent"]


def test_what_was_stopped_may_go_another_time(house: House) -> None:
    ada = house.ada()
    announced(ada)
    with transaction() as session:  # one has left
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mails()[0].id)
            .values(state=MailState.SENT, settled_at=clock.now())
        )
    with later():
        assert "Anhalten" in ada.get(PAGE).text
        assert send(ada, f"{PAGE}/{number()}/stop").location.endswith("done=stopped")
        assert send(ada, f"{PAGE}/{number()}/stop").location.endswith("done=late")
        assert "Angehalten: 1 von 3 gesendet" in ada.get(PAGE).text
    assert told() == 1
    assert composed() == []
    assert announced(ada) == "sent"
    assert len(mails()) == 5


def test_a_test_goes_to_oneself_and_counts_for_nobody(house: House) -> None:
    ada = house.ada()
    assert send(ada, f"{PAGE}/test").location.endswith("done=tested")
    with reading() as connection:
        draft = kinds.compose(connection, KIND, mails()[0].ids)
    assert draft is not None
    assert draft.recipient == "ada@example.org"
    assert draft.unsubscribe_url is None
    assert texts(KIND, draft)[0].startswith("Test: ")
    assert told() == 0


def test_only_what_is_announced(house: House) -> None:
    ada = house.ada()
    announced(ada)
    for status in ("published", "draft", "cancelled"):
        with transaction() as session:
            session.execute(update(Event).values(status=status))
            bump(session, clock.now())
        check_refused(send(ada, f"{PAGE}/send", again="y"), NotAnnounced.code)
        assert "Ankündigen lässt sich ein Termin" in ada.get(PAGE).text
        assert composed() == []  # not even those under way


def test_who_may(app: Flask, house: House) -> None:
    del house
    event = event_of("treffen")
    place = (Scope.NETWORK, event.network.id)
    assert colleague(app, "ben", (Role.VIEWER, *place)).get(PAGE).status_code == 403
    only_here = colleague(app, "dora", (Role.ORGANISER, Scope.EVENT, event.id))
    assert only_here.get(PAGE).status_code == 403  # the register is not theirs


def test_who_heard_of_it_is_forgotten(house: House) -> None:
    announced(house.ada())
    with transaction() as session:
        assert erase_person(session, "Berg@chor.example", now=clock.now())["announcement_told"] == 1
    assert told() == 2
    for days, left in ((380, 2), (400, 0)):
        with time_machine.travel(at(in_days(days), 12)), transaction() as session:
            actions.forget_old(session, now=clock.now())
        assert told() == left


def test_whom_it_did_not_reach_is_named(house: House) -> None:
    ada = house.ada()
    announced(ada)
    assert "Kam nicht an" not in ada.get(PAGE).text
    with reading() as connection:
        of = {draft.recipient: mail for mail in mails() if (draft := _draft(connection, mail))}
    mail = of["tal@chor.example"]
    with transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail.id)
            .values(state=MailState.SENT, recipient_hash=recipient_hash("tal@chor.example"))
        )
    take(postfix(mail.message_id, "tal@chor.example"))
    page = ada.get(PAGE).text
    assert "Kam nicht an" in page
    assert "tal@chor.example" in page
    assert "berg@chor.example" not in page
    assert "Diese Adresse gibt es nicht." in page


def _draft(connection: Connection, mail: Any) -> kinds.Draft | None:
    return kinds.compose(connection, KIND, mail.ids)
