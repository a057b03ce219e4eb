"""What is told of an event afterwards, with pictures."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"


def _event(*, is_key: bool) -> sa.Column[int]:
    return sa.Column(
        "event_id",
        sa.Integer(),
        sa.ForeignKey("event.id", ondelete="CASCADE"),
        primary_key=is_key,
        nullable=False,
    )


def upgrade() -> None:
    op.create_table(
        "event_report",
        _event(is_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "report_picture",
        sa.Column("id", sa.Integer(), primary_key=True),
        _event(is_key=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("event_id", "digest"),
    )
