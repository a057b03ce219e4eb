"""Migrations: numbered, one head, and no difference to the models, on both databases."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from eventapp import models  # noqa: F401  (every table)
from eventapp.base import Base
from eventapp.db import db
from eventapp.ops.migrate import MIGRATIONS, is_current, migrate


def test_numbered_and_one_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    names = sorted(path.name for path in Path(MIGRATIONS, "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{n:04d}" for n in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)


@pytest.mark.usefixtures("app")
def test_the_migrated_database_is_what_the_models_say() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert is_current(connection)


def test_migrating_twice_changes_nothing(app: Flask) -> None:
    del app
    migrate(db.engine)
    with db.engine.connect() as connection:
        assert is_current(connection)
