"""Statements that travel together, with the COMMIT where nothing follows."""

import pytest
from sqlalchemy import Insert, insert

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import db, in_one_trip, transaction
from eventapp.mail import outbox
from eventapp.mail.models import OutboxMail
from eventapp.registration.models import Answer

_TO_NOBODY = insert(table_of(Answer)).inline().values(registration_id=0, question_id=0, value="x")


pytestmark = pytest.mark.usefixtures("app")


def write(last: bool, *statements: Insert) -> None:
    with transaction() as session, in_one_trip(session, last=last):
        outbox.add(session, "event-reminder", "one", clock.now())
        for statement in statements:
            session.connection().execute(statement)


@pytest.mark.parametrize("last", [False, True])
def test_written_when_the_transaction_ends(last: bool) -> None:
    write(last)
    assert db.session.query(OutboxMail).count() == 1


@pytest.mark.parametrize("last", [False, True])
def test_one_that_fails_takes_all_with_it(last: bool) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        write(last, _TO_NOBODY)
    assert db.session.query(OutboxMail).count() == 0
