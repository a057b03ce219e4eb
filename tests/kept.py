"""What a test process makes once and not once per app, as a server would that runs for long."""

import sqlite3
from types import CodeType
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

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


def keep_templates(app: Flask) -> None:
    app.jinja_env.bytecode_cache = _compiled
    app.extensions["mail_templates"].bytecode_cache = _compiled


def keep_statements(engine: Engine) -> None:
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


def forgo_the_disk(engine: Engine) -> None:
    """No test of one process pulls the plug: nothing is waited for until it lies on the disk."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")
