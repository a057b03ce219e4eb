"""Who wants to know when sign-up opens."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "opening_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("confirmed_at", instant, nullable=True),
        sa.Column("owed_at", instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_opening_wish_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_wish")),
        sa.UniqueConstraint(
            "event_id", "email_key", name=op.f("uq_opening_wish_event_id_email_key")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_opening_wish_token_hash")),
    )
