"""Writing thousands of new records at once: one statement a table instead of the unit of work's bookkeeping.

Row policies, constraints, audit and feed hold as for any insert, the triggers running once for thousands of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Table, bindparam, cast, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from models.base import Base
from models.session import Session

AT_ONCE = 5_000
Row = dict[str, Any]


class Batch:
    """New rows of several tables, which are written in the order in which their first rows were put in."""

    def __init__(self) -> None:
        self._tables: defaultdict[type[Base], list[Row]] = defaultdict(list)

    def put(self, mapped: type[Base], **values: Any) -> Row:
        """Take in a new row; it may still be changed through what is returned."""
        self._tables[mapped].append(values)
        return values

    def put_all(self, records: Iterable[Base]) -> None:
        """Take in new records as they are now. They stay outside of any session."""
        for record in records:
            self._tables[type(record)].append({k: v for k, v in vars(record).items() if k != "_sa_instance_state"})

    def write(self, db: Session) -> None:
        """Insert everything. What the database computes is not read back."""
        for mapped, rows in self._tables.items():
            for start in range(0, len(rows), AT_ONCE):
                _insert(db, mapped, rows[start : start + AT_ONCE])
        self._tables.clear()


def _insert(db: Session, mapped: type[Base], rows: Sequence[Row]) -> None:
    """A column travels as one array: fewer parameters than rows, and one plan for any number of them.

    Columns that hold arrays cannot travel so, and are refused.
    """
    table = mapped.__table__
    assert isinstance(table, Table)
    columns = [table.columns[name] for name in {name: None for row in rows for name in row}]
    if any(isinstance(column.type, ARRAY) for column in columns):
        raise TypeError(f"{table.name} has columns that hold arrays")
    values = {column.key: [row.get(column.key, _default(column)) for row in rows] for column in columns}
    arrays = [func.unnest(cast(bindparam(column.key), ARRAY(column.type))) for column in columns]
    statement = insert(table).from_select([column.key for column in columns], select(*arrays), include_defaults=False)
    db.execute(statement, values)


def _default(column: Column[Any]) -> Any:
    """What a row that does not name the column holds there."""
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
