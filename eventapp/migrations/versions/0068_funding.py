"""What funders want of events, signed sheets as scans, and when people were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    op.create_table(
        "funder_template",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("network_id", sa.Integer(), sa.ForeignKey("network.id"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.UniqueConstraint("network_id", "name"),
    )
    op.create_table(
        "event_funding",
        sa.Column("event_id", sa.Integer(), _event(), primary_key=True),
        sa.Column(
            "template_id", sa.Integer(), sa.ForeignKey("funder_template.id", ondelete="SET NULL")
        ),
        sa.Column("values", sa.JSON(), nullable=False),
    )
    op.create_index("ix_event_funding_template_id", "event_funding", ["template_id"])
    op.create_table(
        "signed_sheet",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("event_id", sa.Integer(), _event(), nullable=False),
        sa.Column(
            "event_date_id", sa.Integer(), sa.ForeignKey("event_date.id", ondelete="SET NULL")
        ),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_signed_sheet_event_id", "signed_sheet", ["event_id"])
    op.create_index("ix_signed_sheet_event_date_id", "signed_sheet", ["event_date_id"])
    op.create_table(
        "signed_sheet_part",
        sa.Column(
            "sheet_id",
            sa.Integer(),
            sa.ForeignKey("signed_sheet.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "people_deleted",
        sa.Column("event_id", sa.Integer(), _event(), primary_key=True),
        sa.Column("last_on", sa.Date(), nullable=False),
    )


def _event() -> sa.ForeignKey:
    return sa.ForeignKey("event.id", ondelete="CASCADE")
