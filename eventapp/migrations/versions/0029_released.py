"""What a registration held is released when it ends, so that held items are counted without it."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute(
        "UPDATE place SET status = 'released' WHERE registration_id IN"
        " (SELECT id FROM registration WHERE status = 'cancelled')"
    )
