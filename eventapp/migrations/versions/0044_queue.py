"""Only those who wait stand in the index of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    waits = sa.text("queue_number IS NOT NULL")
    op.drop_index("ix_registration_queue", "registration")
    op.create_index(
        "ix_registration_queue",
        "registration",
        ["event_id", "queue_number", "waits_for"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
