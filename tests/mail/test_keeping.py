"""Rows of mails go after their time; that something was sent stays with the registration."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.mail import batches, keeping, outbox
from eventapp.mail.models import MailState, OutboxMail, PastMail
from eventapp.registration import queries
from eventapp.registration.erasure import erase
from eventapp.registration.lock import lock_event
from eventapp.registration.mails import had_request
from tests.mail.outbox import outbox_rows
from tests.registration.test_actions import plan, rows, sign_up

DAYS = 30


def past_rows() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(PastMail)).order_by(PastMail.id)))


def settle(state: MailState, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(OutboxMail).values(state=state, settled_at=clock.now(), **values))


def forget(after_days: float) -> None:
    with transaction() as session:
        later = clock.now() + timedelta(days=after_days)
        keeping.forget_old(session, days=DAYS, now=later)


def told(registration_id: int) -> list[tuple[str, str]]:
    with reading() as connection:
        mails = outbox.list_about(connection, registration_id=registration_id)
        return [(mail.kind, mail.state) for mail in mails]


@pytest.mark.usefixtures("app")
class TestRows:
    def test_go_after_their_time_and_not_before(self) -> None:
        sign_up(plan())
        settle(MailState.SENT, last_answer="250 OK erika@example.org")
        registration_id = rows()[0].id
        before = told(registration_id)
        forget(29.9)
        assert (len(outbox_rows()), past_rows()) == (1, [])
        [row] = outbox_rows()
        forget(30.1)
        assert outbox_rows() == []
        [past] = past_rows()
        assert (past.kind, past.state, past.message_id) == (row.kind, "sent", row.message_id)
        assert (past.registration_id, past.settled_at) == (registration_id, row.settled_at)
        assert told(registration_id) == before == [("registration-confirmed", "sent")]
        assert "last_answer" not in past._mapping

    def test_stay_while_they_are_not_settled(self) -> None:
        sign_up(plan())
        forget(400)
        assert (len(outbox_rows()), past_rows()) == (1, [])

    def test_of_nobodys_registration_leave_nothing(self) -> None:
        with transaction() as session:
            now = clock.now()
            outbox.add(session, "account-password", "a", now, account_id=1)
            outbox.add(session, "registration-link", "b", now, registration_id=outbox.NOBODY)
        settle(MailState.SENT)
        forget(31)
        assert (outbox_rows(), past_rows()) == ([], [])


@pytest.mark.usefixtures("app")
class TestTheFact:
    def test_goes_with_the_person(self) -> None:
        event = plan()
        sign_up(event)
        sign_up(event, "Ada")
        settle(MailState.SENT)
        forget(31)
        gone, stays = (row.id for row in rows())
        with transaction() as session:
            lock_event(session, event, now=clock.now())
            counts = erase(session, [gone], now=clock.now())
        assert counts["past_mail"] == 1
        assert [row.registration_id for row in past_rows()] == [stays]

    def test_that_a_request_may_have_left_is_remembered(self) -> None:
        """Whoever cancels later is owed a CANCEL."""
        sign_up(plan())
        settle(MailState.UNKNOWN, interrupted=2)
        forget(31)
        with reading() as connection:
            assert had_request(connection, queries.get_holder(connection, rows()[0].id))

    def test_counts_for_what_became_of_a_message(self) -> None:
        now = clock.now()
        with transaction() as session:
            ids = [{"message_id": 1, "registration_id": number} for number in (1, 2)]
            batches.add_many(session, "organiser-message", "message:1", ids, due_at=now, now=now)
        settle(MailState.SENT)
        forget(31)
        with transaction() as session:
            ids = [{"message_id": 1, "registration_id": 3}]
            batches.add_many(session, "organiser-message", "message:1", ids, due_at=now, now=now)
        with reading() as connection:
            assert batches.count_states(connection, ["message:1"]) == {
                "message:1": {"sent": 2, "pending": 1}
            }
