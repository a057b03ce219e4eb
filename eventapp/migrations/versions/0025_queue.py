"""Whoever waits has a number of their own, given under the lock, in the line for what they want."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("registration", sa.Column("waits_for", sa.Text(), nullable=True))
    op.add_column("registration", sa.Column("queue_number", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE registration SET waits_for = attendance, queue_number = id"
        " WHERE status = 'waitlisted'"
    )
    op.drop_index("ix_registration_places", "registration")
    op.create_index(
        "ix_registration_places", "registration", ["event_id", "status", "attendance", "waits_for"]
    )
    op.create_index(
        "ix_registration_queue", "registration", ["event_id", "queue_number", "waits_for"]
    )
