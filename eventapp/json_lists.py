"""Whether a JSON column holds a value, alone or in a list, asked inside both databases."""

import json
from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "json_holds"


def holds(column: Any, value: str | int) -> ColumnElement[bool]:
    """The column is this value, or a list with it."""
    return _Holds(column, literal(value), literal(json.dumps(value)))


@compiles(_Holds)
def _in_sqlite(element: _Holds, compiler: Any, **options: Any) -> str:
    column, value, _text = (compiler.process(each, **options) for each in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) AS held WHERE held.value = {value})"


@compiles(_Holds, "postgresql")
def _in_postgresql(element: _Holds, compiler: Any, **options: Any) -> str:
    column, _value, text = (compiler.process(each, **options) for each in element.clauses)
    return f"(CAST({column} AS jsonb) @> CAST(CAST({text} AS text) AS jsonb))"
