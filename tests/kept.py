"""What a test process makes once and not once per app, as a server would that runs for long."""

import sqlite3
from dataclasses import dataclass
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

import eventapp.db
from config import Settings
from eventapp import clock, create_app, kept_copies, tokens
from eventapp.db import db
from tests.checked_client import CheckedClient

_STATEMENTS = 2000  # more than the suite knows of one database


class _Compiled(BytecodeCache):
    """Templates, compiled."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code
        self._kept[bucket.key, bucket.checksum] = bucket.code


class _KeptRule(Rule):
    """A route that was read once; what builds its address is code that werkzeug compiles."""

    _made_by_compile = ("_parts", "_trace", "_converters", "_build", "_build_unknown", "arguments")
    _kept: dict[tuple[str, bool | None], dict[str, Any]] = {}  # noqa: RUF012  for all rules

    def compile(self) -> None:
        if self.defaults or self.subdomain or self.host:
            super().compile()
            return
        key = (self.rule, self.merge_slashes)
        if key not in self._kept:
            super().compile()
            self._kept[key] = {name: getattr(self, name) for name in self._made_by_compile}
        vars(self).update(self._kept[key])


_compiled = _Compiled()
_engines: dict[str, Engine] = {}
Flask.url_rule_class = _KeptRule


@dataclass(frozen=True)
class _Kept:
    app: Flask
    settings: Settings
    keyring: tokens.Keyring
    patience: float  # seconds that it waits for a lock


_apps: dict[str, _Kept] = {}  # by kind of database


def app_with(settings: Settings) -> Flask:
    """The app that the test before had, if it was made with the same settings.

    Rooms keep for the whole process what the latest app was told: where a test has made another
    one, of which its keyring tells, all begin anew. What a test changes of its app, it puts back.
    """
    kind = settings.database.partition(":")[0]
    if tokens._keyring not in [kept.keyring for kept in _apps.values()]:
        _apps.clear()
    found = _apps.get(kind)
    wanted = (_anywhere(settings), eventapp.db.LOCK_SECONDS)
    if found is None or (found.settings, found.patience) != wanted:
        app = _new_app(settings)
        _apps[kind] = found = _Kept(app, wanted[0], tokens.keyring(), wanted[1])
    found.app.config["SETTINGS"] = settings
    kept_copies.use(settings.data_dir)
    clock.shift(settings.clock_shift)
    return found.app


def _anywhere(settings: Settings) -> Settings:
    """What an app is made of: all but the folder, which each test has for itself."""
    return settings.model_copy(update={"data_dir": None})


def _new_app(settings: Settings) -> Flask:
    """A value that a page forgets is an error here; a reader would rather miss a word than the
    page."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = CheckedClient
    app.jinja_env.undefined = StrictUndefined
    _keep_templates(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _forgo_the_disk(db.engine)
        _keep_statements(db.engine)
    return app


def release_connections(engine: Engine) -> None:
    """Those to PostgreSQL stay for the next test, for they know its tables; but a file goes, and
    whoever still holds a connection keeps it."""
    if engine.dialect.name == "sqlite" or engine.pool.checkedout():  # type: ignore[attr-defined]
        engine.dispose()


def _keep_templates(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _compiled
    app.extensions["mail_templates"].bytecode_cache = _compiled


def _keep_statements(engine: Engine) -> None:
    """Take over what the first engine for such a database has compiled.

    Its dialect comes along: it is part of every key.
    """
    if engine.dialect.name not in _engines:
        with engine.connect():
            pass  # a dialect learns at the first connection what its server can do
        engine._compiled_cache = LRUCache(_STATEMENTS)
        _engines[engine.dialect.name] = engine
    first = _engines[engine.dialect.name]
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def _forgo_the_disk(engine: Engine) -> None:
    """No test of one process pulls the plug: nothing is waited for until it lies on the disk."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
