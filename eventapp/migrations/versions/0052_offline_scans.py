"""What a door without a network did."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.add_column("scan", sa.Column("let_in", sa.Boolean()))
