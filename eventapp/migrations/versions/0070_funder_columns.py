"""Which columns a funder wants of the sheet to sign."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"


def upgrade() -> None:
    op.add_column("funder_template", sa.Column("columns", sa.JSON()))
