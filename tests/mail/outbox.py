"""Owed mails for tests of sending, and what became of them."""

from typing import Any

from sqlalchemy import select

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.mail import outbox
from eventapp.mail.models import OutboxMail
from tests.registration.test_actions import plan, rows, sign_up
from tests.smtp import MailServer


def owe(count: int, kind: str = "registration-link") -> list[str]:
    """So many mails of one registration that owes no other; their Message-IDs."""
    sign_up(plan())
    registration_id = rows()[-1].id
    settle_all()
    with transaction() as session:
        for number in range(count):
            outbox.add(
                session, kind, f"test:{number}", clock.now(), registration_id=registration_id
            )
    return [f"<{row.message_id}@example.org>" for row in outbox_rows() if row.state == "pending"]


def settle_all() -> None:
    with transaction() as session:
        session.execute(table_of(OutboxMail).update().values(state="sent"))


def outbox_rows() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(table_of(OutboxMail)).order_by(OutboxMail.id)))


def last_row() -> Any:
    return outbox_rows()[-1]


def states() -> list[str]:
    """Of the mails that `owe` wrote."""
    return [row.state for row in outbox_rows() if row.dedupe_key.startswith("test:")]


def message_ids(server: MailServer) -> list[str]:
    """Of all that the server has received."""
    return [mail.message["Message-ID"] for mail in list(server.received)]
