"""One date of a course may be called off."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    op.add_column(
        "event_date", sa.Column("is_off", sa.Boolean(), nullable=False, server_default=sa.false())
    )
