"""Whose badge was made, so that only new ones can be asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_table(
        "printed_badge",
        sa.Column(
            "registration_id",
            sa.Integer,
            sa.ForeignKey("registration.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("look", sa.LargeBinary, nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
    )
