"""Many rows or ids in one statement, as one parameter.

Such a statement is the same however many there are, so it stays prepared, and nobody has to write and read a text with
a place for every single value: with some hundred rows that had cost more than the rows themselves. Rows travel as JSON
and ids as an array's text, because these are put together by C code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    Table,
    TableValuedAlias,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert

from models.base import Base

Rows = Sequence[Mapping[str, Any]]


def one_of(place: ColumnElement[Any], name: str = "ids") -> ColumnElement[bool]:
    """That a column holds one of the values of the parameter of that name, given as `array_of` them."""
    return place == any_(cast(bindparam(name, type_=String), ARRAY(place.type)))


def array_of(values: Iterable[UUID | str | int]) -> str:
    """Ids, whole numbers or names without spaces and signs as the text of an array."""
    return f"{{{','.join(map(str, values))}}}"


def table_of(cls: type[Base]) -> Table:
    """The table of a mapped class."""
    table = cls.__table__
    assert isinstance(table, Table)
    return table


@cache
def given(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """The parameter `given_rows`, which `document` writes, as a table named `given` with columns of these names."""
    rows = cast(bindparam("given_rows", type_=String), JSON)
    typed = (column(name, table.c[name].type) for name in names)
    return func.json_to_recordset(rows).table_valued(*typed, name="given").render_derived(with_types=True)


def document(rows: Rows) -> dict[str, str]:
    """Rows that all name the same columns, as a statement on `given` is executed with them."""
    return {"given_rows": orjson.dumps(rows, default=_spelled).decode()}


def insertion(table: Table, rows: Rows) -> tuple[Insert, dict[str, str]]:
    """The insertion of rows that all name the same columns, and the values that it is to be executed with."""
    absent = {
        each.name: each.default for each in table.columns if each.name not in rows[0] and each.default is not None
    }
    if absent:
        rows = [{**row, **{name: _default(default) for name, default in absent.items()}} for row in rows]
    return _insertion(table, tuple(each.name for each in table.columns if each.name in rows[0])), document(rows)


@cache
def _insertion(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(names, select(given(table, names)), include_defaults=False)


def _default(default: Any) -> Any:
    """The default that the mapped class has."""
    return default.arg(None) if default.is_callable else default.arg


def _spelled(value: object) -> str:
    """A value that JSON does not know, in PostgreSQL's own spelling."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
