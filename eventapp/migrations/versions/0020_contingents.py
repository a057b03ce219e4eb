"""Whose people a file holds, where it was made for a host who sees one contingent only."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("export_job", sa.Column("within", sa.JSON(), nullable=True))
