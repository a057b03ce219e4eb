"""Who wants no messages of the organisers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "registration",
        sa.Column("messages_refused_at", sa.DateTime(timezone=True), nullable=True),
    )
