"""A scan says for which date of a course it was."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    with op.batch_alter_table("scan") as scan:
        scan.add_column(sa.Column("event_date_id", sa.Integer(), nullable=True))
        scan.create_foreign_key(
            op.f("fk_scan_event_date_id_event_date"), "event_date", ["event_date_id"], ["id"]
        )
        scan.create_index(op.f("ix_scan_event_date_id"), ["event_date_id"])
