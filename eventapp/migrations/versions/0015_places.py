"""Events that were made from a pattern, one for each place of a list."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "event_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["event.id"], name=op.f("fk_event_place_pattern_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_place_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_place")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_place_event_id")),
        sa.UniqueConstraint("pattern_id", "key", name=op.f("uq_event_place_pattern_id_key")),
    )
