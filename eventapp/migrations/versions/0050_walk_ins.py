"""Whoever comes without registration is registered at the door, once by the door's own number."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.add_column("event", sa.Column("walk_ins", sa.Text(), nullable=True))
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("walk_in_id", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column("is_beyond", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_walk_in_device_id_device"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_walk_in_event_id_event"),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_walk_in_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_walk_in"),
        sa.UniqueConstraint("walk_in_id", name="uq_walk_in_walk_in_id"),
    )
    for column in ("event_id", "device_id", "registration_id"):
        op.create_index(f"ix_walk_in_{column}", "walk_in", [column])
