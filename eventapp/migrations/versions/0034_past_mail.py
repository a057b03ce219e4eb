"""Mails are found by whom they are about; what stays of them when their rows have had their time."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_ABOUT = ("registration_id", "signup_id", "event_id")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    with op.batch_alter_table("outbox_mail") as batch:
        for name in _ABOUT:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("waits_since", instant, nullable=True))
    mails = sa.table(
        "outbox_mail",
        sa.column("ids", sa.JSON()),
        sa.column("due_at"),
        sa.column("waits_since"),
        *map(sa.column, _ABOUT),
    )
    known = {name: mails.c.ids[name].as_integer() for name in _ABOUT}
    op.execute(mails.update().values(waits_since=mails.c.due_at, **known))
    with op.batch_alter_table("outbox_mail") as batch:
        batch.alter_column("waits_since", existing_type=instant, nullable=False)
    op.create_table(
        "past_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("interrupted", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("settled_at", instant, nullable=False),
        sa.Column("bounced_at", instant, nullable=True),
        sa.Column("bounce_status", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in _ABOUT),
        sa.PrimaryKeyConstraint("id", name="pk_past_mail"),
        sa.UniqueConstraint("message_id", name="uq_past_mail_message_id"),
    )
    batched = sa.text("batch IS NOT NULL")
    op.create_index(
        "ix_past_mail_batch", "past_mail", ["batch"], sqlite_where=batched, postgresql_where=batched
    )
    for table in ("outbox_mail", "past_mail"):
        for name in _ABOUT:
            op.create_index(f"ix_{table}_{name}", table, [name])
