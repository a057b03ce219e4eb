"""What the office decides about the door: conflicts, and what withdrawn devices sent."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("scan", sa.Column("held_as", sa.Text(), nullable=True))
    op.add_column("scan", sa.Column("settled_at", instant, nullable=True))
    op.execute(
        "UPDATE scan SET held_as = CASE WHEN registration_id IS NULL THEN 'unknown'"
        " WHEN undone_at IS NOT NULL THEN 'undone' ELSE 'ticket' END WHERE finding = 'held'"
    )
    op.create_table(
        "held_walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("walk_in_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("came_at", instant, nullable=False),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("rejected_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name="fk_held_walk_in_device_id_device"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_held_walk_in_event_id_event"),
        sa.PrimaryKeyConstraint("id", name="pk_held_walk_in"),
        sa.UniqueConstraint("walk_in_id", name="uq_held_walk_in_walk_in_id"),
    )
    for column in ("event_id", "device_id", "email_key"):
        op.create_index(f"ix_held_walk_in_{column}", "held_walk_in", [column])
