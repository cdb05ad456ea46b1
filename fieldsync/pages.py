"""Entries of the feed as they travel, each with its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fieldsync.exchange import Body
from fieldsync.records import KINDS, Kind
from fieldsync.records.kind import Beside, Field, Lines, Name
from models.session import Session
from models.sync.rows import Values, read_lines, read_parts, read_rows

Entry = tuple[int, str, UUID, int, str]


def dump_entries(db: Session, page: Iterable[Entry], names: dict[int | None, str]) -> Iterable[list[Any]]:
    """[bucket, kind, id, seq, record] for each entry; no record means that it left the bucket."""
    page = list(page)
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for _, kind, row_id, _, op in page:
        if op == "p":
            wanted[kind].add(row_id)
    records = {name: read_records(db, KINDS[name], ids) for name, ids in wanted.items()}
    for bucket, kind, row_id, seq, op in page:
        record = records[kind].get(row_id) if op == "p" else None
        yield [names[bucket], kind, str(row_id), seq, record]


def read_records(db: Session, kind: Kind, ids: Iterable[UUID]) -> dict[UUID, Body]:
    """Records of one kind as they travel, by id: three statements at most, however many there are."""
    wanted = set(ids)
    versioned = hasattr(kind.cls, "version")
    columns = [*kind.columns, "version"] if versioned else kind.columns
    rows = read_rows(db, kind.cls, columns, wanted)
    records = {row_id: kind.dump(row) for row_id, row in rows.items()}
    if versioned:
        for row, record in zip(rows.values(), records.values(), strict=True):
            record["version"] = row["version"]
    if kind.part is not None:
        parts = read_parts(db, kind.part.cls, kind.part.parent, kind.part.value, wanted)
        for row_id, record in records.items():
            record[kind.part.field.name] = [str(part) for part in parts.get(row_id, ())] if parts else []
    if kind.beside is not None:
        _add_beside(db, kind.beside, records)
    if kind.lines is not None:
        _add_lines(db, kind.lines, records)
    for name in kind.names:
        _name(db, rows, records, name)
    return records


def _add_beside(db: Session, beside: Beside, records: dict[UUID, Body]) -> None:
    rows = read_rows(db, beside.cls, [field.name for field in beside.fields], records)
    for row_id, record in records.items():
        for field in beside.fields:
            value = rows.get(row_id, {}).get(field.name)
            record[field.name] = None if value is None else field.type.dump(value)


def _add_lines(db: Session, lines: Lines, records: dict[UUID, Body]) -> None:
    columns = [field.name for field in lines.fields]
    found = read_lines(db, lines.cls, lines.parent, columns, records)
    for row_id, record in records.items():
        record[lines.field.name] = [_dump_fields(lines.fields, row) for row in found.get(row_id, ())]


def _dump_fields(fields: Iterable[Field], row: Values) -> Body:
    return {field.name: None if row[field.name] is None else field.type.dump(row[field.name]) for field in fields}


def _name(db: Session, rows: dict[UUID, Values], records: dict[UUID, Body], name: Name) -> None:
    named = {row[name.column] for row in rows.values()} - {None}
    names = {row_id: row["name"] for row_id, row in read_rows(db, name.cls, ["name"], named).items()}
    for row, record in zip(rows.values(), records.values(), strict=True):
        record[name.field] = names.get(row[name.column])
