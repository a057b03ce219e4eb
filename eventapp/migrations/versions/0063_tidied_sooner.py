"""PostgreSQL tidies people and their workshops after some hundred new ones, not after a fifth of all.

Free places are counted from rows for each form and under each event's lock. Until a table is
vacuumed such a count reads every row itself and not only the index: half of its time.
"""

from alembic import op

revision = "0063"
down_revision = "0062"

_SETTINGS = """
autovacuum_vacuum_insert_threshold = 500, autovacuum_vacuum_insert_scale_factor = 0.005,
autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("registration", "place"):
            op.execute(f"ALTER TABLE {table} SET ({_SETTINGS})")
