"""How far needs are settled, who looked at them, and the order sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_need_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_need")),
    )
    op.create_table(
        "needs_visit",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_needs_visit_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_needs_visit_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "account_id", name=op.f("pk_needs_visit")),
    )
    op.create_index(op.f("ix_needs_visit_account_id"), "needs_visit", ["account_id"])
    op.create_table(
        "order_sheet",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reserve", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("reserve >= 0", name=op.f("ck_order_sheet_reserve")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_order_sheet_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_order_sheet")),
    )
