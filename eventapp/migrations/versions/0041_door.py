"""The online door: when it opens, what to prepare, where to try it, which system is behind it."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    op.add_column("event", sa.Column("door_minutes", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("join_notes", sa.Text(), nullable=True))
    op.add_column("event", sa.Column("test_url", sa.Text(), nullable=True))
    op.add_column(
        "event", sa.Column("meeting_system", sa.Text(), server_default="plain", nullable=False)
    )
    op.add_column("network", sa.Column("door_minutes", sa.Integer(), nullable=True))
