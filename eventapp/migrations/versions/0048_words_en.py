"""What the office says to a calling off, in English as well."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    with op.batch_alter_table("event_notice") as batch:
        batch.add_column(sa.Column("words_en", sa.Text, nullable=True))
