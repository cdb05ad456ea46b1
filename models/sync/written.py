"""Records as the JSON that travels, written by PostgreSQL under the principal's own row policies.

Nobody but the client reads what stands in them: to take a row's values apart in Python and to spell them again cost
ten times what reading them costs. What a statement writes is put together from pieces, once for each kind of record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, String, Table, cast, func, literal_column, select, true

from models.base import Base
from models.session import Session
from models.sync.arrays import array_of, one_of, table_of


class Form(Enum):
    """How a column's value is spelled."""

    PLAIN = auto()
    """As PostgreSQL spells it in JSON: a text, a number, a truth, an id, a date, or JSON itself."""
    MOMENT = auto()
    """ISO 8601 in UTC, to the millisecond."""
    TIME = auto()
    """Hours and minutes."""
    DECIMAL = auto()
    """As text, without zeros that say nothing."""


Piece = ColumnElement[Any]
Writing = Select[str, str]
Forms = Mapping[str, Form]

_MOMENT: Piece = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'""")
_TIME: Piece = literal_column("'HH24:MI'")


def writing(cls: type[Base], pieces: Iterable[Piece]) -> Writing:
    """The statement that writes those records of a class whose `ids` it is executed with: (id, record)."""
    table = table_of(cls)
    record = select(table.c.id, *pieces).correlate(table).lateral("record")
    written = cast(func.row_to_json(record.table_valued()), String)
    return select(cast(table.c.id, String), written).select_from(table.join(record, true())).where(one_of(table.c.id))


def columns(cls: type[Base], forms: Forms) -> list[Piece]:
    """The class's own columns."""
    table = table_of(cls)
    return [_spell(table.c[name], form).label(name) for name, form in forms.items()]


def named(label: str, cls: type[Base], column: str, of: type[Base]) -> Piece:
    """The name of the record of another class whose id is in a column."""
    table, other = table_of(cls), table_of(of)
    found = select(other.c.name).where(other.c.id == table.c[column]).correlate(table)
    return found.scalar_subquery().label(label)


def beside(cls: type[Base], other: type[Base], forms: Forms) -> list[Piece]:
    """Columns of another class's row that has the same id."""
    table, kept = table_of(cls), table_of(other)
    of_same = [select(each).where(kept.c.id == table.c.id).correlate(table) for each in columns(other, forms)]
    return [found.scalar_subquery().label(name) for found, name in zip(of_same, forms, strict=True)]


def parts(label: str, cls: type[Base], other: type[Base], parent: str, value: str) -> Piece:
    """A list of one column of the rows of another class that point here, oldest first."""
    table, part = table_of(cls), table_of(other)
    found = select(part.c[value]).where(part.c[parent] == table.c.id).order_by(part.c.id).correlate(table)
    return func.array(found.scalar_subquery()).label(label)


def lines(label: str, cls: type[Base], other: type[Base], parent: str, forms: Forms) -> Piece:
    """A list of whole rows of another class that point here, in their order (`position`, else oldest first)."""
    table, line = table_of(cls), table_of(other)
    found = select(*columns(other, forms)).where(line.c[parent] == table.c.id).order_by(_order(line))
    listed = func.json_agg(found.correlate(table).lateral("line").table_valued())
    return select(func.coalesce(listed, literal_column("'[]'"))).correlate(table).scalar_subquery().label(label)


def _order(table: Table) -> ColumnElement[Any]:
    place: ColumnElement[Any] = table.c.position if "position" in table.c else table.c.id
    return place


def write(db: Session, statement: Writing, ids: Iterable[str]) -> dict[str, str]:
    """The records that may be seen, by id."""
    return {row[0]: row[1] for row in db.rows(statement, {"ids": array_of(ids)})}


def _spell(place: Column[Any], form: Form) -> ColumnElement[Any]:
    if form is Form.MOMENT:
        return func.to_char(func.timezone(literal_column("'UTC'"), place), _MOMENT)
    if form is Form.TIME:
        return func.to_char(place, _TIME)
    return cast(func.trim_scale(place), String) if form is Form.DECIMAL else place
