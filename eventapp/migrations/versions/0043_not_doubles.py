"""Pairs of organisations of which somebody has said that they are two."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    op.create_table(
        "organisation_apart",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("a_id < b_id", name="ck_organisation_apart_order"),
        sa.ForeignKeyConstraint(
            ["a_id"],
            ["organisation.id"],
            name="fk_organisation_apart_a_id_organisation",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["b_id"],
            ["organisation.id"],
            name="fk_organisation_apart_b_id_organisation",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("a_id", "b_id", name="pk_organisation_apart"),
    )
    op.create_index("ix_organisation_apart_b_id", "organisation_apart", ["b_id"])
