"""Many rows or ids in one statement, as one parameter.

Such a statement is the same however many there are, so it stays prepared, and nobody has to write and read a text with
a place for every single value: with some hundred rows that had cost more than the rows themselves. Rows travel as JSON
and ids as an array's text, because these are put together by C code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
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
    """Ids or whole numbers as the text of an array."""
    return f"{{{','.join(map(str, values))}}}"


def table_of(cls: type[Base]) -> Table:
    """The table of a mapped class."""
    table = cls.__table__
    assert isinstance(table, Table)
    return table


def given(columns: Sequence[Column[Any]], rows: Rows) -> tuple[TableValuedAlias, dict[str, Any]]:
    """Rows as a table named `given`, and the values that the statement is to be executed with."""
    document = cast(bindparam("given_rows", type_=String), JSON)
    typed = (column(each.name, each.type) for each in columns)
    named = func.json_to_recordset(document).table_valued(*typed, name="given").render_derived(with_types=True)
    content = [{each.name: _value(each, row) for each in columns} for row in rows]
    return named, {"given_rows": json.dumps(content, default=_written, ensure_ascii=False, separators=(",", ":"))}


def insertion(table: Table, rows: Rows) -> tuple[Insert, dict[str, Any]]:
    """The insertion of rows that all name the same columns, and the values that it is to be executed with."""
    columns = [each for each in table.columns if each.name in rows[0] or each.default is not None]
    named, values = given(columns, rows)
    return insert(table).from_select(columns, select(named), include_defaults=False), values


def _value(place: Column[Any], row: Mapping[str, Any]) -> Any:
    """What the row says, else the default that the mapped class has."""
    if place.name in row:
        return row[place.name]
    default: Any = place.default
    return default.arg(None) if default.is_callable else default.arg


def _written(value: object) -> str:
    """A value in PostgreSQL's own spelling."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
