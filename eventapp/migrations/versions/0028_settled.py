"""What the person is told when their need is settled."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("need", sa.Column("sentence_sealed", sa.LargeBinary(), nullable=True))
