"""The calendar of one person, and what its entries of workshops need: a UID and a SEQUENCE."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

_IN_ONE = 5_000


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "personal_feed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("person_key", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("no_files_since", instant, nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.UniqueConstraint("person_key", name="uq_personal_feed_person_key"),
        sa.UniqueConstraint("token_hash", name="uq_personal_feed_token_hash"),
    )
    op.create_index("ix_personal_feed_email_key", "personal_feed", ["email_key"])
    with op.batch_alter_table("programme_item") as batch:
        batch.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("place") as batch:
        batch.add_column(sa.Column("uid", sa.Text(), nullable=True))
    _give_uids()
    with op.batch_alter_table("place") as batch:
        batch.alter_column("uid", existing_type=sa.Text(), nullable=False)
        batch.create_unique_constraint("uq_place_uid", ["uid"])


def _give_uids() -> None:
    """At the host that stands in the UIDs of the event."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT place.id, min(event_date.uid) FROM place"
            " JOIN programme_item ON programme_item.id = place.programme_item_id"
            " JOIN event_date ON event_date.event_id = programme_item.event_id"
            " GROUP BY place.id"
        )
    ).all()
    values = [{"of": id_, "uid": f"p-{uuid4()}@{uid.rpartition('@')[2]}"} for id_, uid in rows]
    for start in range(0, len(values), _IN_ONE):
        connection.execute(
            sa.text("UPDATE place SET uid = :uid WHERE id = :of"), values[start : start + _IN_ONE]
        )
