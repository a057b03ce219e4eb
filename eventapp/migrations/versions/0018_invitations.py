"""Invitations of organisations and persons; who named an organisation; guests by right."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def _instant(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _text(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.Text(), nullable=True)


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        _text("person_key"),
        _text("salutation"),
        _text("title"),
        _text("first_name"),
        _text("last_name"),
        _text("email"),
        _text("organisation"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _instant("revoked_at"),
        _instant("mailed_at"),
        _instant("reminded_at"),
        _instant("printed_at"),
        _instant("called_at"),
        _text("call_note"),
        _text("answer"),
        _instant("answered_at"),
        sa.Column("answered_by_office", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_invitation_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_invitation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        sa.UniqueConstraint(
            "event_id", "organisation_id", name=op.f("uq_invitation_event_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"])
    op.create_index("ix_invitation_persons", "invitation", ["event_id", "person_key"], unique=True)
    op.create_table(
        "invitation_mute",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_mute_invitation_id_invitation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("invitation_id", "email_hash", name=op.f("pk_invitation_mute")),
    )
    op.create_table(
        "organisation_naming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _text("answer"),
        _instant("answered_at"),
        _text("decision"),
        _instant("decided_at"),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_organisation_naming_registration_id_registration"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_naming_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_naming")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_organisation_naming_registration_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_organisation_naming_token_hash")),
    )
    op.create_index(
        op.f("ix_organisation_naming_organisation_id"), "organisation_naming", ["organisation_id"]
    )
    key = sa.ForeignKey("invitation.id", name=op.f("fk_registration_invitation_id_invitation"))
    op.add_column(
        "registration",
        sa.Column("invitation_id", sa.Integer(), key, nullable=True),
        inline_references=op.get_bind().dialect.name == "sqlite",  # it adds no constraint later
    )
    op.add_column(
        "registration",
        sa.Column("is_guest", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(op.f("ix_registration_invitation_id"), "registration", ["invitation_id"])
