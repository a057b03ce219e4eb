"""Organisations: postal address, contacts, and lists on their way into the register."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ADDRESS = ("website", "street", "address_addition", "postal_code", "city", "country", "notes")
CONTACT = ("name", "function", "email", "phone", "salutation")


def upgrade() -> None:
    for name in ADDRESS:
        op.add_column("organisation", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        "organisation_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in CONTACT),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_contact_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_contact")),
    )
    op.create_index(
        op.f("ix_organisation_contact_organisation_id"), "organisation_contact", ["organisation_id"]
    )
    op.create_table(
        "organisation_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("rows_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_organisation_upload_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_organisation_upload_network_id_network")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_upload")),
    )
    op.create_index(
        op.f("ix_organisation_upload_account_id"), "organisation_upload", ["account_id"]
    )
    op.create_index(
        op.f("ix_organisation_upload_created_at"), "organisation_upload", ["created_at"]
    )
