"""What every test may ask for: a migrated empty database of each kind, and an app on it."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from jinja2 import StrictUndefined
from sqlalchemy import create_engine

from config import Settings
from eventapp import create_app, sitecache
from eventapp.db import db, engine_options, prepare_sqlite
from eventapp.ops.migrate import migrate
from tests.checked_client import CheckedClient
from tests.kept import forgo_the_disk, keep_statements, keep_templates
from tests.postgres import Postgres

pytest_plugins = ["tests.fixtures_servers"]

# A busy machine is no failure: times belong in bench/.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

DATABASES = os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(",")


def pytest_collection_finish() -> None:
    """The collector need not walk again and again through all that was imported."""
    gc.collect()
    gc.freeze()


def fill(url: str) -> None:
    """Migrate the database at this address."""
    engine = create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    migrate(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres) -> str:
    """The one PostgreSQL database that the tests of this process share, one after the other."""
    return postgres_server.create_database(postgres_server.template("migrated", fill))


def _postgres_database(request: pytest.FixtureRequest) -> str:
    server: Postgres = request.getfixturevalue("postgres_server")
    url: str = request.getfixturevalue("migrated_postgres")
    server.empty_database(url)
    return url


def sqlite_database(template: Path, folder: Path) -> str:
    """A copy of the migrated file; its address."""
    path = folder / "eventapp.sqlite3"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated empty database, once per kind."""
    if request.param == "postgresql":
        return _postgres_database(request)
    return sqlite_database(request.getfixturevalue("sqlite_template"), tmp_path)


SettingsMaker = Callable[..., Settings]


@pytest.fixture
def make_settings(tmp_path: Path) -> SettingsMaker:
    """Settings for tests; anything can be said otherwise."""

    def make(database_url: str, **values: object) -> Settings:
        defaults: dict[str, object] = {
            "data_dir": tmp_path / "var",
            "database_url": database_url,
            "secret_key": "secret for tests",
            "data_key": "key for tests",
            "base_url": "https://events.example",
            "mail_from": "Veranstaltungen <events@example.org>",
            "demo": "force",
            "rate_limits": False,
        }
        return Settings.model_validate({**defaults, **values})

    return make


@pytest.fixture
def app(database_url: str, make_settings: SettingsMaker) -> Iterator[Flask]:
    """The app on an empty database, inside an app context.

    A value that a page forgets is an error here; a reader would rather miss a word than the page.
    """
    app = create_app(make_settings(database_url))
    app.testing = True
    app.test_client_class = CheckedClient
    app.jinja_env.undefined = StrictUndefined
    keep_templates(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            forgo_the_disk(db.engine)
        keep_statements(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def forget_other_databases() -> None:
    """Caches go by the site's revision, which counts alike in the database of another test."""
    sitecache.clear_all()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader without cookies: nothing public may need one."""
    return app.test_client(use_cookies=False)
