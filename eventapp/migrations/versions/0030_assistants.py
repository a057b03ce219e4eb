"""Assistants come with somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("registration", sa.Column("main_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_registration_assistants",
        "registration",
        ["event_id", "main_id"],
        sqlite_where=sa.text("main_id IS NOT NULL"),
        postgresql_where=sa.text("main_id IS NOT NULL"),
    )
