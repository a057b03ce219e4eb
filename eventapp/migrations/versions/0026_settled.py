"""What the person is told when their need is settled."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("need", sa.Column("sentence_sealed", sa.LargeBinary(), nullable=True))
