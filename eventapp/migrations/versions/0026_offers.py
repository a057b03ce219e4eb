"""Freed places can be offered for some hours instead of given at once."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("event", sa.Column("offer_hours", sa.Integer(), nullable=True))
    op.add_column(
        "registration", sa.Column("offer_ends_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(op.f("ix_registration_offer_ends_at"), "registration", ["offer_ends_at"])
