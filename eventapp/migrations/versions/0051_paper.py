"""Files of other kinds than the list: badges, sheets to sign, door lists, sheets with codes."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.add_column("export_job", sa.Column("kind", sa.Text(), nullable=False, server_default="list"))
    op.add_column("export_job", sa.Column("options", sa.JSON(), nullable=True))
