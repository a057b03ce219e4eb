"""The list of participants in the order of names, page by page."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_registration_names", "registration", ["event_id", "sort_key", "id"])
