"""Whether a column holds one of some values, in statements that are the same for any number."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, Boolean, ColumnElement, any_, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"


def size_of(values: Collection[Any]) -> int:
    """0, 1 or 2, which is many: how `among` tells statements apart."""
    return min(len(values), 2)


def bound(**lists: Collection[Any]) -> dict[str, Any]:
    """What is bound to the names of `among`."""
    return {
        name: list(values) if len(values) > 1 else next(iter(values))
        for name, values in lists.items()
        if values
    }


def among(column: Any, name: str, size: int) -> ColumnElement[bool]:
    """The column is in what is bound as `name`.

    PostgreSQL gets many as one array: text and plan are made once, where a placeholder for each of
    500 values costs it more than finding them. A single value is compared as such: for an array of
    one it would plan anew each time.
    """
    if size == 1:
        is_it: ColumnElement[bool] = column == bindparam(name)
        return is_it
    as_list = column.in_(bindparam(name, expanding=True))
    as_array = column == any_(bindparam(name, type_=ARRAY(column.type)))
    return _Among(as_list, as_array)


@compiles(_Among)
def _in_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    as_list, _as_array = element.clauses
    return str(compiler.process(as_list, **options))


@compiles(_Among, "postgresql")
def _in_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    _as_list, as_array = element.clauses
    return str(compiler.process(as_array, **options))
