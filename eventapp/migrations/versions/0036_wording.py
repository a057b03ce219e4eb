"""What organisers write into the mails of one event or of a network."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("live", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(event_id IS NULL) <> (network_id IS NULL)", name=op.f("ck_wording_scope")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_wording_event_id_event")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_wording_network_id_network")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_wording_event_id_kind")),
        sa.UniqueConstraint("network_id", "kind", name=op.f("uq_wording_network_id_kind")),
    )
