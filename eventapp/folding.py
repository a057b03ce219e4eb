"""`names.sort_key` inside the database, for searching in what is stored as it was typed."""

import sqlite3
from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from eventapp.names import sort_key

# Decomposed, without accents, in small letters: Latin scripts come out as `sort_key` has them
# whatever the database's locale.
_POSTGRESQL = (
    r"replace(lower(regexp_replace(normalize(%s, NFKD), '[\u0300-\u036f]', '', 'g')), 'ß', 'ss')"
)


class folded(FunctionElement[str]):  # noqa: N801  reads as the function that it is
    """`folded(column)`: the column's text as `sort_key` makes it."""

    type = Text()
    inherit_cache = True
    name = "sort_key"


@compiles(folded)
def _in_sqlite(element: folded, compiler: Any, **options: Any) -> str:
    return f"sort_key({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _in_postgresql(element: folded, compiler: Any, **options: Any) -> str:
    return _POSTGRESQL.replace("%s", compiler.process(element.clauses, **options))


def teach(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection the function itself."""
    connection.create_function("sort_key", 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return None if text is None else sort_key(text)
