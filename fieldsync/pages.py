"""Entries of the feed as they travel, each with its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from fieldsync.exchange import Body
from fieldsync.records import KINDS, USER, Kind
from models.session import Session
from models.sync.rows import Values, read_parts, read_rows

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
        for row_id, row in rows.items():
            records[row_id]["version"] = row["version"]
    if kind.part is not None:
        parts = read_parts(db, kind.part.cls, kind.part.parent, kind.part.value, wanted)
        for row_id, record in records.items():
            record[kind.part.field.name] = [str(part) for part in parts.get(row_id, [])]
    for name in kind.names:
        _name(db, rows, records, name.field, name.column)
    return records


def _name(db: Session, rows: dict[UUID, Values], records: dict[UUID, Body], field: str, column: str) -> None:
    people = read_rows(db, USER, ["name"], {row[column] for row in rows.values()})
    for row_id, row in rows.items():
        records[row_id][field] = people[row[column]]["name"] if row[column] in people else None
