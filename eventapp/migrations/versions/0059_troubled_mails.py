"""Mails that did not arrive are few of many: indexes of their own find who misses one."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    troubled = sa.text("state IN ('failed', 'unknown') OR bounced_at IS NOT NULL")
    for name, column in (("troubled", "registration_id"), ("troubled_signup", "signup_id")):
        op.create_index(
            f"ix_outbox_mail_{name}",
            "outbox_mail",
            [column],
            sqlite_where=troubled,
            postgresql_where=troubled,
        )
