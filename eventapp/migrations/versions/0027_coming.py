"""Whether people are asked a day before if they still come, and what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.add_column("event", sa.Column("ask_coming", sa.Text(), nullable=True))
    op.add_column("registration", sa.Column("coming_asked_on", sa.Date(), nullable=True))
    instant = sa.DateTime(timezone=True)
    op.add_column("registration", sa.Column("coming_at", instant, nullable=True))
