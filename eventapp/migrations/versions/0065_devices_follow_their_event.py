"""A device holds as long as its event says, also after the event was moved."""

from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    op.drop_column("device", "valid_until")
