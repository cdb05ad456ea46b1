"""Reading and writing synced records many at a time, under the principal's own row policies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, text, tuple_, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import ReturningUpdate

from models.base import Base
from models.session import Session
from models.sync.arrays import array_of, document, given, insertion, one_of, table_of

Values = dict[str, Any]


class RowRefused(Exception):
    """The database refused the content of a row: a constraint, a value out of range, a row policy."""

    def __init__(self, sqlstate: str, constraint: str | None) -> None:
        super().__init__(f"{sqlstate} {constraint or ''}".strip())
        self.sqlstate = sqlstate
        self.constraint = constraint

    @property
    def unseen(self) -> bool:
        """Whether a row policy refused: the row lies outside the principal's scope."""
        return self.sqlstate == "42501"


class Interrupted(Exception):
    """The server itself is in trouble (a lost connection, a deadlock): nothing was decided, the request is repeated."""


@contextmanager
def savepoint(db: Session) -> Iterator[None]:
    """All or nothing of what happens inside. Raises RowRefused for bad content, Interrupted for other trouble."""
    try:
        with db.begin_nested():
            yield
    except DBAPIError as error:
        sqlstate = getattr(error.orig, "sqlstate", None) or ""
        if sqlstate[:2] in {"22", "23"} or sqlstate == "42501":
            diagnosis = getattr(error.orig, "diag", None)
            raise RowRefused(sqlstate, getattr(diagnosis, "constraint_name", None)) from error
        raise Interrupted(sqlstate) from error


def read_rows(
    db: Session, cls: type[Base], columns: Sequence[str], ids: Iterable[UUID], *, lock: bool = False
) -> dict[UUID, Values]:
    """The named columns of those rows that may be seen, by id. Locks are taken in the order of the ids."""
    wanted = list(ids)
    if not wanted:
        return {}
    names = (*columns, "id")
    found = db.execute(_reading(cls, names, lock), {"ids": array_of(wanted)})
    return {row[-1]: dict(zip(names, row, strict=True)) for row in found}


@cache
def _reading(cls: type[Base], names: tuple[str, ...], lock: bool) -> Select[*tuple[Any, ...]]:
    """Built once: building such a statement costs as much as running it."""
    table = table_of(cls)
    query = select(*(table.c[name] for name in names)).where(one_of(table.c.id))
    return query.order_by(table.c.id).with_for_update() if lock else query


def read_parts(db: Session, cls: type[Base], parent: str, value: str, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The values of a child table's column, listed by the parent they belong to."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for parent_id, part in db.execute(_listing(cls, parent, value), {"ids": array_of(ids)}):
        found[parent_id].append(part)
    return found


@cache
def _listing(cls: type[Base], parent: str, value: str) -> Select[*tuple[Any, ...]]:
    table = table_of(cls)
    query = select(table.c[parent], table.c[value]).where(one_of(table.c[parent]))
    return query.order_by(table.c[parent], table.c.id)


def insert_rows(db: Session, cls: type[Base], rows: Sequence[Values]) -> None:
    """Add rows that all name the same columns."""
    if rows:
        db.connection().execute(*insertion(table_of(cls), rows))


def update_rows(db: Session, cls: type[Base], changes: Mapping[UUID, Values]) -> dict[UUID, int]:
    """Change rows, those with the same columns together; returns the versions afterwards of those that changed."""
    alike: dict[tuple[str, ...], list[Values]] = defaultdict(list)
    for row_id, values in changes.items():
        if values:
            alike[tuple(sorted(values))].append({"id": row_id, **values})
    versions: dict[UUID, int] = {}
    for names, rows in alike.items():
        versions |= {row[0]: row[1] for row in db.rows(_changing(cls, names), document(rows))}
    return versions


@cache
def _changing(cls: type[Base], names: tuple[str, ...]) -> ReturningUpdate[UUID, int]:
    table = table_of(cls)
    new = given(table, ("id", *names))
    statement = update(table).where(table.c.id == new.c.id).values({name: new.c[name] for name in names})
    return statement.returning(table.c.id, table.c.version)


def replace_parts(
    db: Session, cls: type[Base], parent: str, value: str, rows: Sequence[Values], parents: Iterable[UUID]
) -> None:
    """Make `rows` the parts of the given parents, touching only what differs."""
    table = table_of(cls)
    wanted = {(row[parent], row[value]) for row in rows}
    listed = read_parts(db, cls, parent, value, parents)
    present = {(parent_id, part) for parent_id, parts in listed.items() for part in parts}
    if gone := list(present - wanted):
        db.execute(delete(table).where(tuple_(table.c[parent], table.c[value]).in_(gone)))
    insert_rows(db, cls, [row for row in rows if (row[parent], row[value]) not in present])


def list_alive(db: Session, kind: str, ids: Iterable[UUID]) -> set[UUID]:
    """Those records that still exist somewhere, whoever may see them now."""
    wanted = list(ids)
    if not wanted:
        return set()
    return set(db.scalars(text("select sync_alive(:kind, :ids)"), {"kind": kind, "ids": wanted}))


def late_place(db: Session, account_id: UUID, moments: Sequence[datetime]) -> Values | None:
    """Where an account lies now, if the principal held it at one of these moments; else None."""
    query = text("select territory_id, region_id from sync_late_place(:account, cast(:moments as timestamptz[]))")
    row = db.execute(query, {"account": account_id, "moments": list(moments)}).mappings().one_or_none()
    return None if row is None else dict(row)
