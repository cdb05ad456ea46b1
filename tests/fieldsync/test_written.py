"""What the database writes of a record is what each field's type says, for every kind and whatever stands in it."""

import json
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from fieldsync.records import KINDS, Kind
from fieldsync.records.kind import Field
from models.access import Principal
from models.session import Database, Session
from models.sync.arrays import table_of
from models.sync.rows import Values, read_rows
from models.sync.written import write

SYSTEM = Principal.system("test")
ODD = (
    "update visit set happened_at = '2026-10-25 03:59:59.999999+03', created_at = '1969-12-31 23:59:59.0005Z'",
    "update visit set locked_time = '08:05:59', planned_on = '0987-06-05'",
    r"update visit set summary = E'Şu \"ölçü\": 3 \\ 4\n\t\x01 \u2028 \U0001F9F0'",
    "update account set latitude = 0.000001, longitude = -179.999999, opening_hours = null",
    "update brand_usage set quantity = 1200",
    "update potential set quantity = 0.001",
    "update product set pack_size = 25.000",
    "update price_list_entry set price = 12.3400",
    "update quote_line set discount_percent = 0, quantity = 9999999.999",
    """update conflict set mine = '{"a": [1.50, 1e21, null, "Ğ \\u0001"], "b": {}}', theirs = 'null', base = '"0"'""",
)


@pytest.mark.parametrize("name", ["cem", None])
def test_database_writes_what_the_types_say(
    database: Database, system_database: Database, world: ModuleType, name: str | None
) -> None:
    with system_database.transaction(SYSTEM) as db:
        for statement in ODD:
            db.execute(text(statement))
        everything = {kind: list(db.scalars(select(table_of(KINDS[kind].cls).c.id))) for kind in KINDS}
    opened = system_database.open(SYSTEM) if name is None else database.open(world.principals()[name])
    with opened as db:
        for kind in KINDS.values():
            ids = everything[kind.name]
            written = {UUID(row_id): json.loads(record) for row_id, record in write(db, kind.writing, ids).items()}
            assert written == expected(db, kind, ids), kind.name
            assert written or name, f"no {kind.name} in the cast"


def expected(db: Session, kind: Kind, ids: list[UUID]) -> dict[UUID, Values]:
    """The same records, read value by value and spelled in Python."""
    extra = ["version"] if "version" in table_of(kind.cls).c else []
    rows = read_rows(db, kind.cls, [*kind.columns, *extra], ids)
    return {
        row_id: {
            "id": str(row_id),
            **spelled(kind.fields, row),
            **{column: row[column] for column in extra},
            **hanging(db, kind, row_id),
            **{each.field: named(db, each.cls, row[each.column]) for each in kind.names},
        }
        for row_id, row in rows.items()
    }


def spelled(fields: tuple[Field, ...], row: Any) -> Values:
    return {field.name: None if row[field.name] is None else field.type.dump(row[field.name]) for field in fields}


def named(db: Session, cls: Any, row_id: UUID | None) -> str | None:
    found = read_rows(db, cls, ["name"], [row_id] if row_id else [])
    return found[row_id]["name"] if row_id in found else None


def hanging(db: Session, kind: Kind, row_id: UUID) -> Values:
    """What a record has in other tables: its parts, what is kept beside it, and its lines."""
    record: Values = {}
    if kind.part:
        part = table_of(kind.part.cls)
        query = select(part.c[kind.part.value]).where(part.c[kind.part.parent] == row_id).order_by(part.c.id)
        record[kind.part.field.name] = [str(value) for value in db.scalars(query)]
    if kind.beside:
        names = [field.name for field in kind.beside.fields]
        found = read_rows(db, kind.beside.cls, names, [row_id]).get(row_id, dict.fromkeys(names))
        record |= spelled(kind.beside.fields, found)
    if kind.lines:
        line = table_of(kind.lines.cls)
        order = line.c.get("position", line.c.id)
        lines = db.execute(select(line).where(line.c[kind.lines.parent] == row_id).order_by(order)).mappings()
        record[kind.lines.field.name] = [spelled(kind.lines.fields, each) for each in lines]
    return record
