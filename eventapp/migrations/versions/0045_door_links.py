"""Doors with a link of their own, and what is known of a device: its door, its last contact."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "door",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("programme_item_id", sa.Integer(), nullable=True),
        sa.Column("event_date_id", sa.Integer(), nullable=True),
        sa.Column("direction", sa.Text(), server_default="in", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("ended_at", instant, nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_door_event_id_event"),
        sa.ForeignKeyConstraint(
            ["programme_item_id"],
            ["programme_item.id"],
            name="fk_door_programme_item_id_programme_item",
        ),
        sa.ForeignKeyConstraint(
            ["event_date_id"], ["event_date.id"], name="fk_door_event_date_id_event_date"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_door"),
        sa.UniqueConstraint("token_hash", name="uq_door_token_hash"),
    )
    op.create_index("ix_door_event_id", "door", ["event_id"])
    with op.batch_alter_table("device") as batch:
        batch.add_column(sa.Column("door_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("accepted_at", instant, nullable=True))
        batch.add_column(sa.Column("last_seen_at", instant, nullable=True))
        batch.add_column(sa.Column("waiting", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("home_token_hash", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("handover_hash", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("handover_until", instant, nullable=True))
        batch.create_foreign_key("fk_device_door_id_door", "door", ["door_id"], ["id"])
        batch.create_unique_constraint("uq_device_home_token_hash", ["home_token_hash"])
        batch.create_unique_constraint("uq_device_handover_hash", ["handover_hash"])
        batch.create_index("ix_device_door_id", ["door_id"])
