"""What every test may ask for: a migrated empty database of each kind, and an app on it."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine

from config import Settings
from eventapp import sitecache
from eventapp.db import db, engine_options, prepare_sqlite
from eventapp.ops.migrate import migrate
from tests.kept import app_with, release_connections
from tests.postgres import Postgres, SharedDatabase, shared_database

pytest_plugins = ["tests.fixtures_servers"]

# A busy machine is no failure: times belong in bench/. A run tells of the program and not of luck:
# what is tried is the same each time; TEST_LONG=1 goes looking for more.
hypothesis_settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("TEST_LONG") != "1",
)
hypothesis_settings.load_profile("house")

DATABASES = os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(",")


def pytest_configure() -> None:
    """The collector comes by less often than where requests overlap: it took a fifth of all."""
    gc.set_threshold(50_000, 20, 10)


def pytest_collection_finish() -> None:
    """Nor need it walk again and again through all that was imported."""
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
def migrated_postgres(postgres_server: Postgres) -> Iterator[SharedDatabase]:
    """The one PostgreSQL database that the tests of this process share, one after the other."""
    url = postgres_server.create_database(postgres_server.template("migrated", fill))
    with shared_database(url) as database:
        yield database


@pytest.fixture
def postgresql_database(migrated_postgres: SharedDatabase) -> str:
    """The address of that one, emptied."""
    migrated_postgres.empty()
    return migrated_postgres.url


@pytest.fixture
def sqlite_database(sqlite_template: Path) -> str:
    """The address of a copy of the migrated file, always the same. It is a new file: whoever still
    has the one before open does not meet it."""
    path = sqlite_template.with_name("eventapp.sqlite3")
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated empty database, once per kind."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


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
    """The app on an empty database, inside an app context."""
    app = app_with(make_settings(database_url))
    with app.app_context():
        yield app
        db.session.remove()
        release_connections(db.engine)


@pytest.fixture(autouse=True)
def forget_other_databases() -> None:
    """Caches go by the site's revision, which counts alike in the database of another test."""
    sitecache.clear_all()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader without cookies: nothing public may need one."""
    return app.test_client(use_cookies=False)
