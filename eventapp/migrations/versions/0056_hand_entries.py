"""Attendance written down by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"

_OF_DATE = sa.text("programme_item_id IS NULL")
_OF_ITEM = sa.text("programme_item_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "hand_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_date_id", sa.Integer(), nullable=False),
        sa.Column("programme_item_id", sa.Integer()),
        sa.Column("was_there", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_hand_entry_registration_id_registration",
        ),
        sa.ForeignKeyConstraint(
            ["event_date_id"], ["event_date.id"], name="fk_hand_entry_event_date_id_event_date"
        ),
        sa.ForeignKeyConstraint(
            ["programme_item_id"],
            ["programme_item.id"],
            name="fk_hand_entry_programme_item_id_programme_item",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_hand_entry"),
    )
    op.create_index(
        "uq_hand_entry_date",
        "hand_entry",
        ["registration_id", "event_date_id"],
        unique=True,
        sqlite_where=_OF_DATE,
        postgresql_where=_OF_DATE,
    )
    op.create_index(
        "uq_hand_entry_item",
        "hand_entry",
        ["registration_id", "programme_item_id"],
        unique=True,
        sqlite_where=_OF_ITEM,
        postgresql_where=_OF_ITEM,
    )
    for column in ("registration_id", "event_date_id", "programme_item_id"):
        op.create_index(f"ix_hand_entry_{column}", "hand_entry", [column])
