"""Organisations of which somebody was at an event, counted over a year when people are deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.create_table(
        "kept_organisation",
        sa.Column("event_id", sa.Integer, sa.ForeignKey("event.id"), primary_key=True),
        sa.Column(
            "organisation_id", sa.Integer, sa.ForeignKey("organisation.id"), primary_key=True
        ),
    )
    op.create_index(
        "ix_kept_organisation_organisation_id", "kept_organisation", ["organisation_id"]
    )
