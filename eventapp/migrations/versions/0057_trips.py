"""A sign-up holds its event's lock for less: the question to an organisation is named by whom it
asks about, known before it is written, and PostgreSQL plans for an event like any other.

What it gathers of `event_id` is misleading: to an event made since it gives one registration, and
then reads every person of that event for one of them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"

_NAMING = sa.table("organisation_naming", sa.column("id"), sa.column("registration_id"))
_MAILS = tuple(
    sa.table(name, sa.column("id"), sa.column("kind"), sa.column("ids", sa.JSON))
    for name in ("outbox_mail", "past_mail")
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE registration ALTER event_id TYPE integer")  # forgets what it had
        op.execute("ALTER TABLE registration ALTER event_id SET STATISTICS 0")
    people = {row.id: row.registration_id for row in connection.execute(sa.select(_NAMING))}
    for mails in _MAILS:
        asked = sa.select(mails.c.id, mails.c.ids).where(mails.c.kind == "organisation-named")
        for row in connection.execute(asked).all():
            ids = {"naming_of": people.get(row.ids["naming_id"], 0)}
            connection.execute(sa.update(mails).where(mails.c.id == row.id).values(ids=ids))
