"""The database: one session, and the only place that commits.

Reads take `reading()`, a plain connection without a session; writes take `transaction()`.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventapp import folding
from eventapp.base import Base
from eventapp.errors import Busy

if TYPE_CHECKING:
    from flask import Flask

LOCK_SECONDS = 10
_AFTER = "after_commit"

db = SQLAlchemy(metadata=Base.metadata)


def engine_options(url: str) -> dict[str, Any]:
    """Pool and connection options for one database address; errors show no bound values, and JSON
    keeps its letters, so that it can be searched."""
    as_typed = partial(json.dumps, ensure_ascii=False)
    if url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "json_serializer": as_typed,
            "connect_args": {"timeout": LOCK_SECONDS, "check_same_thread": False},
        }
    limits = f"-c lock_timeout={LOCK_SECONDS}s -c timezone=UTC"
    return {
        "hide_parameters": True,
        "json_serializer": as_typed,
        "pool_size": 5,
        "max_overflow": 10,
        "pool_pre_ping": False,
        "connect_args": {"options": limits, "prepare_threshold": 2},
    }


def init_app(app: "Flask") -> None:
    """Bind the app to its database and teach SQLite to begin as we need it."""
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "handle_error", _forget_details)
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)


def _forget_details(context: ExceptionContext) -> None:
    """PostgreSQL's DETAIL repeats the row; an error is logged and must name nobody."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            _forget_detail(error)


def _forget_detail(error: BaseException) -> None:
    if error.args:
        error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def prepare_sqlite(engine: Engine) -> None:
    """WAL, durable, foreign keys, `folded`; writers begin IMMEDIATE, readers DEFERRED.

    A deferred transaction that has read cannot become a writer once another wrote: SQLite refuses
    at once whatever the timeout. So a writer says so when it begins.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what was deleted is overwritten in the file
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        folding.teach(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection for reads, ended when the block ends; Core statements only.

    On PostgreSQL each statement is its own transaction, which saves BEGIN and ROLLBACK.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def transaction() -> Iterator[Session]:
    """The one visible transaction: commits at the end, rolls back on any exception.

    Ends any open read of this context first. Raises `Busy` when a lock was not to be had within
    `LOCK_SECONDS`.
    """
    db.session.close()
    session = db.session()
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
        for step in session.info.pop(_AFTER, ()):
            step()
    except OperationalError as error:
        session.rollback()
        if _is_lock_timeout(error):
            raise Busy from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_AFTER, None)
        session.close()


@contextmanager
def in_one_trip(session: Session, *, last: bool = False) -> Iterator[None]:
    """Rows inserted in here travel to PostgreSQL together and are awaited at the end: the lock is
    held for less. Nothing can be asked meanwhile, not by an insert either: each is `inline()`.
    After the `last` trip nothing is written any more: the COMMIT travels with it."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline():
            yield
            if last:
                connection.exec_driver_sql("COMMIT")
    except connection.dialect.loaded_dbapi.Error as error:  # the end is none of SQLAlchemy's
        _forget_detail(error)
        raise


def after_commit(session: Session, step: Callable[[], None]) -> None:
    """Do this once what the transaction wrote is true: for files, which do not roll back."""
    session.info.setdefault(_AFTER, []).append(step)


def empty_log() -> None:
    """SQLite's write-ahead log holds what pages held before; after erasing somebody it has to go.
    Where somebody reads for longer than a moment, the next erasure does it."""
    file = db.engine.url.database
    if db.engine.dialect.name == "sqlite" and file:
        with closing(sqlite3.connect(file, timeout=1)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_lock_timeout(error: OperationalError) -> bool:
    """SQLite's "database is locked"; PostgreSQL's lock_not_available and deadlock_detected."""
    original: Any = error.orig
    if isinstance(original, sqlite3.OperationalError):
        return "locked" in str(original)
    return getattr(original, "sqlstate", None) in ("55P03", "40P01")
