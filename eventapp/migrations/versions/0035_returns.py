"""Addresses that mail does not reach, and declined calendar entries that were asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "undeliverable",
        sa.Column(
            "event_id", sa.Integer, sa.ForeignKey("event.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reported_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("event_id", "email_key"),
    )
    op.create_table(
        "calendar_decline",
        sa.Column(
            "registration_id",
            sa.Integer,
            sa.ForeignKey("registration.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("declined_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("registration_id", "sequence"),
    )
