"""Who misses a mail is found by the few mails that had trouble, not by all that ever left."""

from typing import Any

import pytest
from sqlalchemy import select, text, update

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import db, transaction
from eventapp.mail import outbox
from eventapp.mail.lost import has_lost
from eventapp.mail.models import MailState, OutboxMail
from eventapp.registration.models import Registration

_R = table_of(Registration).c


@pytest.mark.usefixtures("app")
def test_the_indexes_of_troubled_mails_are_used() -> None:
    is_postgresql = db.engine.dialect.name == "postgresql"
    statement = select(_R.id).where(_R.event_id == 1, has_lost(_R.id, _R.signup_id))
    sent: Any = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    values = sent.params if is_postgresql else tuple(map(sent.params.get, sent.positiontup))
    explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
    with transaction() as session:
        now = clock.now()
        outbox.add_all(
            session,
            "registration-link",
            [(f"test:{n}", {"registration_id": n, "signup_id": n}) for n in range(500)],
            now,
        )
        session.execute(update(OutboxMail).values(state=MailState.SENT, settled_at=now))
        if is_postgresql:  # else it goes by what the table held before
            session.execute(text("ANALYZE outbox_mail"))
        rows = session.connection().exec_driver_sql(f"{explain} {sent}", values)
        plan = "\n".join(map(str, rows))
    assert "ix_outbox_mail_troubled" in plan
    assert "ix_outbox_mail_troubled_signup" in plan
