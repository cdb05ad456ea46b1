"""Run the statements of a kind on what is staged, and turn what they return into the report."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import CursorResult, RowMapping, func, select

from models.importing.fields import field_of
from models.importing.problems import Problem
from models.importing.profile import Profile
from models.importing.reasons import REASONS
from models.importing.report import Doubt, Report, Tally
from models.importing.statements import Statement, statements
from models.session import Session

Progress = Callable[[str, int, int], None]
"""Told the phase ("reading", "taking in", "checking", "writing"), how much of it is done, and how much there is."""

_LOCK = 0x696D706F7274
FACTOR = 50
"""A price this many times the known one, or this fraction of it, can hardly be meant."""


class Run:
    """The statements of one kind, run on what is staged."""

    def __init__(self, db: Session, profile: Profile, report: Report, accept: frozenset[str]) -> None:
        self._db, self._profile, self._report, self._accept = db, profile, report, accept
        self._columns = {name: column for column, name in report.columns}
        self._known: dict[str, object] = {
            "source": profile.source,
            "factor": FACTOR,
            "by_name": profile.match == "name",
            "given": list(self._columns) + list(profile.constants),
            "create": sorted(profile.create),
        }

    def wait_for_turn(self) -> None:
        """One file is loaded at a time: two that add the same record must not both find it new."""
        self._db.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def check(self, progress: Progress) -> None:
        """Whatever only reads: problems, doubts, and what would be added and changed."""
        steps = [one for one in statements(self._profile.kind) if one.purpose != "write"]
        for number, statement in enumerate(steps):
            progress("checking", number, len(steps))
            result = self._execute(statement)
            if result.returns_rows:
                getattr(self, f"_{statement.purpose}")(statement.about, result.mappings().all())

    def write(self, progress: Progress) -> None:
        """Change the database."""
        steps = [one for one in statements(self._profile.kind) if one.purpose == "write"]
        for number, statement in enumerate(steps):
            progress("writing", number, len(steps))
            self._execute(statement)
        self._report.loaded = True

    def _execute(self, statement: Statement) -> CursorResult[Any]:
        known = {name: self._known[name] for name in statement.parameters}
        return cast("CursorResult[Any]", self._db.execute(statement.sql, known))

    def _problem(self, code: str, rows: Sequence[RowMapping]) -> None:
        for row in rows:
            found = self._evidence(code, row)
            self._report.problems.add(found.line, found.column, found.value, found.reason, **found.params)
        if rows:
            self._report.problems.add_unseen(rows[0]["total"] - len(rows))

    def _doubt(self, code: str, rows: Sequence[RowMapping]) -> None:
        if rows:
            evidence = tuple(self._evidence(code, row) for row in rows)
            self._report.doubts.append(Doubt(code, rows[0]["total"], evidence, code in self._accept))

    def _count(self, table: str, rows: Sequence[RowMapping]) -> None:
        (row,) = rows
        added, changed = row["added"], row["changed"]
        self._report.tallies[table] = Tally(added, changed, row["total"] - added - changed)

    def _figure(self, name: str, rows: Sequence[RowMapping]) -> None:
        self._report.figures += [(name, row["unit"], row["value"]) for row in rows]

    def _evidence(self, code: str, row: RowMapping) -> Problem:
        field = row["field"]
        column = self._columns.get(field) or field_of(self._profile.kind, field).label
        known = {"line", "field", "value", "total"}
        params = {name: self._shown(value) for name, value in row.items() if name not in known}
        return Problem(row["line"], column, self._shown(row["value"]), REASONS[code], params)

    def _shown(self, value: object) -> str:
        if isinstance(value, Decimal):
            return f"{value.normalize():f}"
        if isinstance(value, datetime):
            return f"{value.astimezone(self._profile.zone):%Y-%m-%d %H:%M}"
        return str(value)
