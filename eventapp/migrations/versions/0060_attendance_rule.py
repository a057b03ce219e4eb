"""What an event asks for before somebody counts as having taken part."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    op.add_column("event", sa.Column("attendance_rule", sa.JSON()))
