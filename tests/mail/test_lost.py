"""Who misses a mail is found by the few mails that had trouble, not by all that ever left."""

from typing import Any

import pytest
from sqlalchemy import select, text

from eventapp.base import table_of
from eventapp.db import db, reading
from eventapp.mail.lost import has_lost
from eventapp.registration.models import Registration

_R = table_of(Registration).c


@pytest.mark.usefixtures("app")
def test_the_indexes_of_troubled_mails_are_used() -> None:
    is_postgresql = db.engine.dialect.name == "postgresql"
    statement = select(_R.id).where(_R.event_id == 1, has_lost(_R.id, _R.signup_id))
    sent: Any = statement.compile(db.engine, compile_kwargs={"render_postcompile": True})
    values = sent.params if is_postgresql else tuple(map(sent.params.get, sent.positiontup))
    with reading() as connection:
        if is_postgresql:  # which reads a table of no rows at once
            connection.execute(text("SET enable_seqscan = off"))
        explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
        plan = "\n".join(
            str(row) for row in connection.exec_driver_sql(f"{explain} {sent}", values)
        )
    assert "ix_outbox_mail_troubled" in plan
    assert "ix_outbox_mail_troubled_signup" in plan
