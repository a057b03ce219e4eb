"""When events remind whom, and what has been sent for which date."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("event_date", sa.Column("moved_at", INSTANT, nullable=True))
    _create_plans()
    _create_runs()
    _create_claims()


def _create_plans() -> None:
    op.create_table(
        "reminder_plan",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reminder_plan_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_reminder_plan")),
    )
    op.create_table(
        "reminder_step",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column("since", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["reminder_plan.event_id"],
            name=op.f("fk_reminder_step_event_id_reminder_plan"),
        ),
        sa.PrimaryKeyConstraint(
            "event_id", "side", "amount", "unit", "group", name=op.f("pk_reminder_step")
        ),
    )


def _create_runs() -> None:
    op.create_table(
        "reminder_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("date_uid", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reminder_run_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_run")),
        sa.UniqueConstraint(
            "date_uid", "step", "day", name=op.f("uq_reminder_run_date_uid_step_day")
        ),
    )
    op.create_index(op.f("ix_reminder_run_event_id"), "reminder_run", ["event_id"])
    op.create_index(op.f("ix_reminder_run_due_at"), "reminder_run", ["due_at"])


def _create_claims() -> None:
    op.create_table(
        "reminder_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("date_uid", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_reminder_claim_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_claim")),
        sa.UniqueConstraint(
            "registration_id",
            "date_uid",
            "step",
            "day",
            name=op.f("uq_reminder_claim_registration_id_date_uid_step_day"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_reminder_claim_lead_id"), "reminder_claim", ["lead_id"])
    op.create_index("ix_reminder_claim_step", "reminder_claim", ["date_uid", "step", "day"])
