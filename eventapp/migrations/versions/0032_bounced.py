"""Whom a mail was for, as a hash, and what a delivery report said of it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    with op.batch_alter_table("outbox_mail") as batch:
        batch.add_column(sa.Column("recipient_hash", sa.LargeBinary, nullable=True))
        batch.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("bounce_status", sa.Text, nullable=True))
    op.create_index("ix_outbox_mail_message_id", "outbox_mail", ["message_id"])
