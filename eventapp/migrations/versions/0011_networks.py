"""What a network has of its own beside sender and controller."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TEXTS = (
    "accessibility_state",
    "accessibility_barriers",
    "accessibility_contact",
    "accessibility_body",
    "brand",
    "copper",
    "copper_line",
)


def upgrade() -> None:
    for name in _TEXTS:
        _add(sa.Column(name, sa.Text(), nullable=True))
    _add(sa.Column("accessibility_on", sa.Date(), nullable=True))
    _add(sa.Column("assistance_days", sa.Integer(), nullable=True))
    _add(sa.Column("closes_days", sa.Integer(), nullable=True))
    _add(sa.Column("shows_people_above", sa.Boolean(), nullable=False, server_default=sa.false()))
    _add(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "network_logo",
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"], ["network.id"], name=op.f("fk_network_logo_network_id_network")
        ),
        sa.PrimaryKeyConstraint("network_id", name=op.f("pk_network_logo")),
    )


def _add(column: "sa.Column[object]") -> None:
    """Without making SQLite's table anew, to which others refer."""
    op.add_column("network", column)
