"""Somebody else comes instead."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("registration", sa.Column("replaced_by_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_registration_replaced_by_id"), "registration", ["replaced_by_id"])
