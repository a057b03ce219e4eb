"""What each host does for an event."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for table in ("event_host", "event_co_network"):
        op.add_column(
            table, sa.Column("part", sa.Text(), nullable=False, server_default="organiser")
        )
