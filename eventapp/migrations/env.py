"""Alembic's way in: the connection comes from `eventapp.ops.migrate`, tables from the models."""

from typing import Any, Literal

from alembic import context

from eventapp import models  # noqa: F401  (imported so that every table is known)
from eventapp.base import Base, Instant


def _plain_instant(type_: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name the database's own type, not one of ours that may change."""
    return "sa.DateTime(timezone=True)" if type_ == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    compare_server_default=True,
    render_item=_plain_instant,
)
with context.begin_transaction():
    context.run_migrations()
