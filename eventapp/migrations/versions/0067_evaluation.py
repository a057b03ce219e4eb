"""Questions after an event, the box of answers, and who has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    op.create_table(
        "evaluation",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("opens_on", sa.Date()),
        sa.Column("closes_on", sa.Date()),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_evaluation_event_id_event"),
        sa.PrimaryKeyConstraint("event_id", name="pk_evaluation"),
    )
    op.create_table(
        "evaluation_box",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_evaluation_box_event_id_event"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_evaluation_box"),
    )
    op.create_table(
        "evaluation_voted",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_evaluation_voted_registration_id_registration",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_evaluation_voted_event_id_event"
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_evaluation_voted"),
    )
    op.create_index("ix_evaluation_voted_event_id", "evaluation_voted", ["event_id"])
    op.create_table(
        "evaluation_asked",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_evaluation_asked_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("registration_id", name="pk_evaluation_asked"),
    )
