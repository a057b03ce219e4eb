"""What follows from what came back, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.mail import kinds, outbox
from eventapp.mail.models import OutboxMail
from eventapp.mail.outbox import recipient_hash
from eventapp.registration.leaving import erase_person
from eventapp.registration.models import Registration, RegistrationDate
from eventapp.returns import actions, queries
from eventapp.returns.actions import KIND
from eventapp.returns.models import CalendarDecline, Undeliverable
from eventapp.returns.receiving import Taken, What, take
from eventapp.returns.rules import FORGOTTEN_AFTER
from tests.factories import make_contact, make_event, make_network, make_organisation
from tests.mail.outbox import last_row, outbox_rows
from tests.registration.test_actions import cancel, plan, rows, sign_up
from tests.returns.shapes import (
    CLIENTS,
    ERIKA,
    REPORTS,
    Answer,
    dsn,
    letter,
    out_of_office,
    outlook,
    postfix,
)

pytestmark = pytest.mark.usefixtures("app")


def sent(to: str = ERIKA) -> str:
    """The confirmation of somebody has left; its Message-ID."""
    sign_up(plan(), to.partition("@")[0].title())
    leave(last_row().id, to)
    return str(last_row().message_id)


def leave(mail_id: int, to: str, *, at: Any = None) -> None:
    with transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail_id)
            .values(state="sent", settled_at=at or clock.now(), recipient_hash=recipient_hash(to))
        )


def marks() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(Undeliverable))))


def uid_of(registration_id: int) -> str:
    with reading() as connection:
        statement = select(RegistrationDate.uid).where(
            RegistrationDate.registration_id == registration_id
        )
        return str(connection.scalar(statement))


def asked() -> list[Any]:
    return [row for row in outbox_rows() if row.kind == KIND]


def put(**values: Any) -> None:
    """Into all registrations."""
    with transaction() as session:
        session.execute(update(Registration).values(**values))


class TestReports:
    @pytest.mark.parametrize("shape", REPORTS)
    def test_mark_the_mail_and_the_address(self, shape: str) -> None:
        build, status = REPORTS[shape]
        assert take(build(sent())) == Taken(What.REPORT)
        row = last_row()
        assert (row.state, row.bounce_status) == ("sent", status)
        assert row.bounced_at is not None
        [mark] = marks()
        assert (mark.event_id, mark.email_key, mark.status) == (rows()[0].event_id, ERIKA, status)

    def test_twice_are_one(self) -> None:
        raw = postfix(sent())
        assert take(raw).what == What.REPORT
        assert take(raw).what == What.NOTHING
        assert len(marks()) == 1

    def test_of_a_mail_that_was_never_sent_are_nothing(self) -> None:
        sent()
        assert take(postfix("f" * 32)).what == What.NOTHING
        assert marks() == []

    def test_of_a_mail_that_has_not_left_are_nothing(self) -> None:
        sign_up(plan())
        assert take(postfix(last_row().message_id)).what == What.NOTHING

    def test_for_another_address_are_nothing(self) -> None:
        message_id = sent()
        assert take(postfix(message_id, "mallory@example.org")).what == What.NOTHING
        assert last_row().bounced_at is None

    def test_with_a_host_that_none_can_have_are_nothing(self) -> None:
        assert take(postfix(sent(), "x@ä..example")).what == What.NOTHING

    @pytest.mark.parametrize("action", ["delayed", "delivered"])
    def test_that_are_not_final_are_nothing(self, action: str) -> None:
        assert take(dsn(sent(), action=action, status="4.4.1")).what == What.NOTHING

    def test_after_the_address_was_changed_mark_the_mail_alone(self) -> None:
        message_id = sent()
        put(email="neu@example.org", email_key="neu@example.org")
        assert take(postfix(message_id)).what == What.REPORT
        assert marks() == []

    def test_another_address_is_good_at_once(self) -> None:
        take(postfix(sent()))
        event_id = rows()[0].event_id
        with reading() as connection:
            assert queries.find_status(connection, event_id, ERIKA) == "5.1.1"
        put(email="neu@example.org", email_key="neu@example.org")
        with reading() as connection:
            assert queries.find_status(connection, event_id, "neu@example.org") is None

    def test_a_host_with_an_umlaut_is_known_by_its_name_in_dns(self) -> None:
        message_id = sent()
        put(email="erika@müller.example", email_key="erika@müller.example")
        leave(last_row().id, "erika@xn--mller-kva.example")
        assert take(postfix(message_id, "erika@xn--mller-kva.example")).what == What.REPORT
        assert marks()[0].email_key == "erika@müller.example"

    def test_a_later_mail_without_a_report_proves_the_address(self) -> None:
        take(postfix(sent()))
        now = clock.now()
        with transaction() as session:
            registration_id = rows()[0].id
            outbox.add(session, "registration-link", "x", now, registration_id=registration_id)
        leave(last_row().id, ERIKA, at=now + timedelta(hours=1))
        for days, left in ((1, 1), (3, 0)):
            with transaction() as session:
                actions.forget_old(session, now=now + timedelta(days=days))
            assert len(marks()) == left, days

    def test_are_forgotten_in_the_end(self) -> None:
        take(postfix(sent()))
        for more, left in ((-1, 1), (1, 0)):
            with transaction() as session:
                actions.forget_old(
                    session, now=clock.now() + FORGOTTEN_AFTER + timedelta(hours=more)
                )
            assert len(marks()) == left

    def test_go_with_the_person(self) -> None:
        take(postfix(sent()))
        with transaction() as session:
            erase_person(session, ERIKA, now=clock.now())
        assert marks() == []
        assert take(postfix("f" * 32)).what == What.NOTHING

    def test_of_an_invitation_mark_the_contact(self) -> None:
        with transaction() as session:
            network = make_network(session)
            organisation = make_organisation(session, networks=[network])
            contact = make_contact(session, organisation, email="kim@verein.example")
            event_id = make_event(session, network=network).id
            ids = {"event_id": event_id, "invitation_id": 0, "contact_id": contact.id}
            outbox.add(session, "invitation", "x", clock.now(), **ids)
        leave(last_row().id, "kim@verein.example")
        assert take(postfix(last_row().message_id, "kim@verein.example")).what == What.REPORT
        assert [(each.event_id, each.email_key) for each in marks()] == [
            (event_id, "kim@verein.example")
        ]


class TestDeclined:
    @pytest.mark.parametrize("client", CLIENTS)
    def test_asks_and_changes_nothing(self, client: str) -> None:
        sign_up(plan())
        before = rows()
        assert take(CLIENTS[client](Answer(uid_of(before[0].id)))).what == What.DECLINE
        assert rows() == before
        [mail] = asked()
        assert mail.ids == {"registration_id": before[0].id}

    def test_asks_once_for_an_entry_as_it_stands(self) -> None:
        sign_up(plan())
        uid = uid_of(rows()[0].id)
        for client, sequence in (("outlook", 0), ("google", 0), ("apple", 0)):
            take(CLIENTS[client](Answer(uid, sequence)))
        assert len(asked()) == 1
        put(sequence=1)
        assert take(outlook(Answer(uid, 0))).what == What.DECLINE
        assert take(outlook(Answer(uid, 1))).what == What.NOTHING
        assert len(asked()) == 2

    @pytest.mark.parametrize(
        "change",
        [
            {"uid": "r-unknown@events.example"},
            {"uid": "e-of-the-public-feed@events.example"},
            {"partstat": "ACCEPTED"},
            {"partstat": "TENTATIVE"},
            {"method": "COUNTER"},
            {"sequence": 1},
            {"sequence": 999_999_999},
            {"sequence": -1},
            {"attendee": "mallory@example.org"},
            {"sender": "mallory@example.org"},
            {"attendee": "mallory@example.org", "sender": "mallory@example.org"},
        ],
    )
    def test_anything_else_is_nothing(self, change: dict[str, Any]) -> None:
        sign_up(plan())
        answer = replace(Answer(uid_of(rows()[0].id)), **change)
        assert take(outlook(answer)).what == What.NOTHING
        assert asked() == []

    def test_of_somebody_without_a_place_is_nothing(self) -> None:
        event = plan(capacity_in_person=1)
        sign_up(event, "Ada")
        sign_up(event)
        assert take(outlook(Answer(uid_of(rows()[1].id)))).what == What.NOTHING

    def test_after_cancelling_is_nothing(self) -> None:
        sign_up(plan())
        cancel(rows()[0].id)
        assert take(outlook(Answer(uid_of(rows()[0].id)))).what == What.NOTHING

    def test_cancelling_meanwhile_drops_the_question(self) -> None:
        sign_up(plan())
        take(outlook(Answer(uid_of(rows()[0].id))))
        [mail] = asked()
        with reading() as connection:
            assert kinds.compose(connection, KIND, mail.ids) is not None
        cancel(rows()[0].id)
        with reading() as connection:
            assert kinds.compose(connection, KIND, mail.ids) is None

    def test_goes_with_the_person(self) -> None:
        sign_up(plan())
        take(outlook(Answer(uid_of(rows()[0].id))))
        with transaction() as session:
            erase_person(session, ERIKA, now=clock.now())
        with reading() as connection:
            assert connection.execute(select(table_of(CalendarDecline))).all() == []


class TestLetters:
    def test_know_the_contact_of_the_mail_they_answer(self) -> None:
        assert take(letter(sent()), ERIKA) == Taken(What.LETTER, "ada@example.org")

    def test_that_answer_nothing_know_none(self) -> None:
        assert take(letter(), ERIKA) == Taken(What.LETTER)

    def test_out_of_office_is_nothing(self) -> None:
        assert take(out_of_office(sent()), ERIKA) == Taken(What.NOTHING)
