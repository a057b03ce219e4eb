"""Certificates of attendance, and which events give them."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"

_VALID = sa.text("state = 'valid'")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column(
        "event",
        sa.Column("gives_certificates", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "certificate_look",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("looked_at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["event.id"],
            name="fk_certificate_look_event_id_event",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_certificate_look"),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_office", sa.Boolean(), nullable=False),
        sa.Column("issued_at", instant, nullable=False),
        sa.Column("ended_at", instant),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_certificate_event_id_event"),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_certificate_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("mac", name="uq_certificate_mac"),
        sa.UniqueConstraint(
            "registration_id", "version", name="uq_certificate_registration_id_version"
        ),
    )
    op.create_index("ix_certificate_event_id", "certificate", ["event_id"])
    op.create_index(
        "uq_certificate_valid",
        "certificate",
        ["registration_id"],
        unique=True,
        sqlite_where=_VALID,
        postgresql_where=_VALID,
    )
