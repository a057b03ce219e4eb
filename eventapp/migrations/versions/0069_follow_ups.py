"""Follow-ups that wait for something to say; who was there online is a group of its own.

Whoever had asked for a mail to all who were there goes on doing so, by two steps; nobody who had it gets it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    op.add_column("reminder_step", sa.Column("awaits", sa.Text()))
    op.execute(
        """
        INSERT INTO reminder_step (event_id, side, amount, unit, "group", text, text_en, since)
        SELECT event_id, side, amount, unit, 'present_online', text, text_en, since
        FROM reminder_step WHERE "group" = 'present'
        """
    )
