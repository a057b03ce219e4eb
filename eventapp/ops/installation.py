"""What a command works on: the settings and the database of this installation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import click
from flask import Flask

from eventapp import create_app
from eventapp.db import db, reading
from eventapp.events.values import Origin
from eventapp.ops.migrate import is_current, migrate

if TYPE_CHECKING:
    from config import Settings


class Installation:
    """Settings and application, each made when first asked for, so that `--help` needs neither."""

    def __init__(self, load: "Callable[[], Settings]") -> None:
        self._load = load

    @cached_property
    def settings(self) -> "Settings":
        return self._load()

    @property
    def origin(self) -> Origin:
        return Origin.of(self.settings)

    @cached_property
    def app(self) -> Flask:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return create_app(self.settings)

    def migrate(self) -> None:
        with self.app.app_context():
            migrate(db.engine)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The application's context on a migrated database; refuses another."""
        with self.app.app_context():
            with reading() as connection:
                if not is_current(connection):
                    raise click.ClickException("the database is not migrated: eventapp migrate")
            yield
