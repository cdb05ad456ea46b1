"""Bring the rows of a file into a temporary table, by COPY, without ever holding more than one of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Numeric, Table, Text, text
from sqlalchemy.types import TypeEngine

from models.importing.fields import FIELDS, FieldType, Kind
from models.importing.reading import Values
from models.session import Session

_TYPES: dict[FieldType, TypeEngine[Any]] = {
    FieldType.TEXT: Text(),
    FieldType.CURRENCY: Text(),
    FieldType.NUMBER: Numeric(),
    FieldType.DATE: Date(),
    FieldType.MOMENT: DateTime(timezone=True),
    FieldType.FLAG: Boolean(),
}
_EVERY = 1000


def stage(
    db: Session,
    kind: Kind,
    fields: list[str],
    rows: Iterable[tuple[int, Values]],
    constants: Mapping[str, str | None],
    advance: Callable[[int], None],
) -> None:
    """Fill the temporary table `staged`: the line and every field of the kind, null where the file has no column."""
    _create(db, kind, "staged")
    fixed = [value for name, value in constants.items() if name not in fields]
    names = ["line", *fields, *(name for name in constants if name not in fields)]
    with _cursor(db) as cursor, cursor.copy(_copy("staged", names)) as copy:
        for number, (line, values) in enumerate(rows):
            copy.write_row((line, *values, *fixed))
            if number % _EVERY == 0:
                advance(number)
    db.execute(text("analyze staged"))


def stage_defaults(db: Session, kind: Kind, defaults: Mapping[str, str | None]) -> None:
    """Fill the temporary table `fallback`, whose one row holds what new records get where the file says nothing."""
    _create(db, kind, "fallback")
    with _cursor(db) as cursor, cursor.copy(_copy("fallback", ["line", *defaults])) as copy:
        copy.write_row((0, *defaults.values()))


def _create(db: Session, kind: Kind, name: str) -> None:
    columns = [Column(field.name, _TYPES[field.type]) for field in FIELDS[kind]]
    table = Table(name, MetaData(), Column("line", Integer), *columns, prefixes=["TEMPORARY"])
    table.dialect_options["postgresql"]["on_commit"] = "DROP"
    table.create(db.connection())


def _cursor(db: Session) -> psycopg.Cursor[tuple[object, ...]]:
    connection = db.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection.cursor()


def _copy(table: str, columns: list[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
