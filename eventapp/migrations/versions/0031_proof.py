"""Proof of an address, decisions on registrations; numbers of erased people are not given again."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table(
        "registration",
        recreate="always" if is_sqlite else "never",  # only so does it stop giving numbers again
        table_kwargs={"sqlite_autoincrement": True},
    ) as batch:
        batch.add_column(sa.Column("proof_until", instant, nullable=True))
        batch.add_column(sa.Column("admitted_at", instant, nullable=True))
    proving = sa.text("proof_until IS NOT NULL")
    op.create_index(
        "ix_registration_proof",
        "registration",
        ["event_id", "proof_until"],
        sqlite_where=proving,
        postgresql_where=proving,
    )
