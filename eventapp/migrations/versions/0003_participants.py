"""The list of participants: who was entered by the office, and organisations in order."""

import sqlalchemy as sa
from alembic import op

from eventapp.names import sort_key

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("registration", sa.Column("organisation_key", sa.Text(), nullable=True))
    op.add_column(
        "registration",
        sa.Column("by_office", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index("ix_registration_list", "registration", ["event_id", "id"])
    connection = op.get_bind()
    registration = sa.table(
        "registration",
        *map(sa.column, ("id", "organisation", "organisation_key", "by_office")),
    )
    rows = connection.execute(
        sa.select(registration.c.id, registration.c.organisation).where(
            registration.c.organisation.is_not(None)
        )
    ).all()
    if rows:
        connection.execute(
            sa.update(registration)
            .where(registration.c.id == sa.bindparam("of"))
            .values(organisation_key=sa.bindparam("key")),
            [{"of": row.id, "key": sort_key(row.organisation)} for row in rows],
        )
    entry = sa.table("audit_entry", *map(sa.column, ("subject_type", "subject_id", "act")))
    entered = sa.select(entry.c.subject_id).where(
        entry.c.subject_type == "registration", entry.c.act == "registration.added"
    )
    connection.execute(
        sa.update(registration).where(registration.c.id.in_(entered)).values(by_office=sa.true())
    )
