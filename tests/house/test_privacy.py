"""Every column is declared to `privacy` as erased or kept, with the reason."""

import importlib
import pkgutil

import eventapp
from eventapp import models  # noqa: F401  (every table)
from eventapp.base import Base
from eventapp.privacy.declarations import declared


def test_every_column_is_declared() -> None:
    for module in pkgutil.walk_packages(eventapp.__path__, "eventapp."):
        if module.name.endswith(".personal_data"):
            importlib.import_module(module.name)
    found = declared()
    assert set(found) == set(Base.metadata.tables)
    for table, declaration in found.items():
        if declaration.columns:
            columns = {column.name for column in Base.metadata.tables[table].columns}
            assert declaration.columns == columns, table
            assert not declaration.erased & set(declaration.kept), table
