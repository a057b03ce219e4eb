"""Reports of meeting platforms, and whom they name."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "attendance_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("event_date_id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("taken_at", instant),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name="fk_attendance_report_event_id_event"
        ),
        sa.ForeignKeyConstraint(
            ["event_date_id"],
            ["event_date.id"],
            name="fk_attendance_report_event_date_id_event_date",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attendance_report"),
    )
    op.create_table(
        "report_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", instant),
        sa.Column("left_at", instant),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["attendance_report.id"],
            name="fk_report_line_report_id_attendance_report",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name="fk_report_line_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report_line"),
    )
    for table, column in (
        ("attendance_report", "event_id"),
        ("attendance_report", "event_date_id"),
        ("report_line", "report_id"),
        ("report_line", "registration_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
