"""Forms that came already, the deadline that closing early put aside, a network's Land."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_form")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sent_form_token_hash")),
    )
    op.create_index(op.f("ix_sent_form_sent_at"), "sent_form", ["sent_at"])
    op.add_column("event", sa.Column("earlier_closes_at", sa.DateTime(timezone=True)))
    op.add_column("network", sa.Column("land", sa.Text()))
