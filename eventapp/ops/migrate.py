"""Bring a database to the newest schema; there is no way down, restore a backup instead."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_ADVISORY_LOCK = 7_316_220  # any number that only migrations use


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; migrations run on the given connection."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def migrate(engine: Engine) -> None:
    """Run what is missing, in one transaction; two processes at once do it once."""
    options = {"writes": True}
    with (
        engine.connect().execution_options(**options) as connection,
        _rebuilding(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        command.upgrade(config(connection), "head")
        _check_references(connection)


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """SQLite changes much of a table only by making it anew; what refers to it must not mind
    meanwhile (https://www.sqlite.org/lang_altertable.html#otheralter)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA foreign_keys=OFF")  # heeded outside of a transaction only
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    """What SQLite did not mind has to be right in the end."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise RuntimeError(
                f"a migration would leave {broken.table} without its {broken.parent}"
            )


def is_current(connection: Connection) -> bool:
    """Whether the database has the schema that this code expects."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
