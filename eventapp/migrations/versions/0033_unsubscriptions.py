"""Who wants no more mails, by address and kind of mail; in one table instead of two places."""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

_REFUSED = sa.text(
    "INSERT INTO unsubscription (topic, event_id, email_key, refused_at)"
    " SELECT 'messages', event_id, email_key, min(messages_refused_at) FROM registration"
    " WHERE messages_refused_at IS NOT NULL AND email <> '' GROUP BY event_id, email_key"
)
_MUTED = sa.text(
    "SELECT i.event_id, m.email_hash, m.muted_at, i.email, o.contact_email, c.email AS third"
    " FROM invitation_mute m JOIN invitation i ON i.id = m.invitation_id"
    " LEFT JOIN organisation o ON o.id = i.organisation_id"
    " LEFT JOIN organisation_contact c ON c.organisation_id = i.organisation_id"
).columns(muted_at=sa.DateTime(timezone=True))
_TAKE_OVER = sa.text(
    "INSERT INTO unsubscription (topic, event_id, email_key, refused_at)"
    " VALUES ('invitations', :event_id, :email_key, :refused_at) ON CONFLICT DO NOTHING"
).bindparams(sa.bindparam("refused_at", type_=sa.DateTime(timezone=True)))


def upgrade() -> None:
    op.create_table(
        "unsubscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(event_id IS NULL) <> (network_id IS NULL)", name=op.f("ck_unsubscription_scope")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_unsubscription_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_unsubscription_network_id_network")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsubscription")),
        sa.UniqueConstraint(
            "event_id",
            "email_key",
            "topic",
            name=op.f("uq_unsubscription_event_id_email_key_topic"),
        ),
        sa.UniqueConstraint(
            "network_id",
            "email_key",
            "topic",
            name=op.f("uq_unsubscription_network_id_email_key_topic"),
        ),
    )
    op.execute(_REFUSED)
    for refused in list(_invitations_refused()):
        op.get_bind().execute(_TAKE_OVER, refused)
    op.drop_table("invitation_mute")
    with op.batch_alter_table("registration", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_column("messages_refused_at")


def _invitations_refused() -> Iterator[Mapping[str, Any]]:
    """Of each hash the address that it is of; one that nobody has any more is let go."""
    for row in op.get_bind().execute(_MUTED):
        for email in (row.email, row.contact_email, row.third):
            email_key = _key(email or "")
            if hashlib.sha256(email_key.encode()).digest() == bytes(row.email_hash):
                yield {
                    "event_id": row.event_id,
                    "email_key": email_key,
                    "refused_at": row.muted_at,
                }


def _key(text: str) -> str:
    """As addresses were compared when this was written."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
