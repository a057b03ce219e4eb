"""Notices: what people are told of a change or a calling off."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "event_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("status_before", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_notice_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_notice")),
    )
    op.create_index(op.f("ix_event_notice_event_id"), "event_notice", ["event_id"])
    op.create_index(op.f("ix_event_notice_due_at"), "event_notice", ["due_at"])
    is_open = sa.text("kind = 'changed' AND sent_at IS NULL")
    op.create_index(
        "uq_event_notice_open",
        "event_notice",
        ["event_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
