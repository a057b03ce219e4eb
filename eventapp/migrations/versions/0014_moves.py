"""How the office ends registrations; saved views of the list; acts on many at once."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("registration", sa.Column("cancelled_as", sa.Text(), nullable=True))
    op.add_column("registration", sa.Column("cancel_note", sa.Text(), nullable=True))
    op.create_index(
        "ix_registration_organisations", "registration", ["event_id", "organisation_id"]
    )
    moved_up = sa.text("confirmed_at > created_at")
    op.create_index(
        "ix_registration_moved_up",
        "registration",
        ["event_id", "status"],
        sqlite_where=moved_up,
        postgresql_where=moved_up,
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_saved_view_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "event_id", "account_id", "name", name=op.f("uq_saved_view_event_id_account_id_name")
        ),
    )
    op.create_index(op.f("ix_saved_view_account_id"), "saved_view", ["account_id"])
    op.create_table(
        "bulk_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_bulk_act_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_bulk_act_token_hash")),
    )
    op.create_index(op.f("ix_bulk_act_event_id"), "bulk_act", ["event_id"])
