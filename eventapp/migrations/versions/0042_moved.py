"""When and how an event was announced before it moved."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    with op.batch_alter_table("event") as batch:
        batch.add_column(
            sa.Column("previous_starts", sa.JSON(), nullable=False, server_default="[]")
        )
        batch.add_column(
            sa.Column("was_in_person", sa.Boolean(), nullable=False, server_default=sa.false())
        )
