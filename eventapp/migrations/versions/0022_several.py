"""One form for several events of a series, and what it asked for in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column(
        "signup",
        sa.Column("is_several", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "signup_refusal",
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signup_id"], ["signup.id"], name=op.f("fk_signup_refusal_signup_id_signup")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_signup_refusal_event_id_event")
        ),
        sa.PrimaryKeyConstraint("signup_id", "event_id", name=op.f("pk_signup_refusal")),
    )
    op.create_index(op.f("ix_signup_refusal_event_id"), "signup_refusal", ["event_id"])
