"""Load a file: all of it or nothing, with the evidence when it is refused, and twice the same as once."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import psycopg
from sqlalchemy import CursorResult, MetaData, RowMapping, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import DropTable

from models.errors import N_
from models.importing.fields import Kind, field_of
from models.importing.problems import Problem
from models.importing.profile import Profile
from models.importing.reading import Study, Values, read_constants, study, understood
from models.importing.reasons import REASONS
from models.importing.report import Doubt, Report, Tally
from models.importing.source import SAMPLE, open_source
from models.importing.staging import stage, stage_defaults
from models.importing.statements import Statement, statements
from models.session import Session

Progress = Callable[[str, int, int], None]
"""Told the phase ("reading", "taking in", "checking", "writing"), how much of it is done, and how much there is."""

FACTOR = 50
"""A price this many times the known one, or this fraction of it, can hardly be meant."""
_CONSTRAINT = "23"
"""The class of error codes that say that a rule of the tables is broken."""


def import_file(
    db: Session,
    kind: Kind,
    path: Path,
    profile: Profile,
    *,
    name: str = "",
    dry_run: bool = False,
    accept: frozenset[str] = frozenset(),
    progress: Progress = lambda _phase, _done, _total: None,
) -> Report:
    """Load the file at `path` (called `name` if that differs) into the transaction of `db`.

    What cannot be right is listed in the report's problems and doubts; then, and with `dry_run`, nothing at all is
    changed. `accept` holds the codes of doubts that a person has looked at. Raises Refused for what is no such file.
    """
    report = _describe(path, name or path.name, profile)
    source = open_source(path, profile)
    found = study(source, report.problems, lambda rows: progress("reading", rows, 0))
    _note(report, found)
    savepoint = db.begin_nested()
    try:
        run = _Run(db, profile, report, accept)
        if not report.problems:
            _take_in(db, kind, found, report, progress)
        if not report.problems:
            run.check(progress)
        if not report.refused and not dry_run:
            run.write(progress)
            _drop_temporary(db)
            savepoint.commit()
    except DBAPIError as error:
        _explain(error, report)
    finally:
        if savepoint.is_active:
            savepoint.rollback()
    return report


def _describe(path: Path, name: str, profile: Profile) -> Report:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Report(str(profile.kind), profile.name, profile.source, name, digest, path.stat().st_size)


def _note(report: Report, found: Study) -> None:
    source = found.source
    dialect, used = source.dialect, {match.index for match in found.matches}
    layout = {"sheet": source.profile.sheet or ""} if dialect is None else vars(dialect)
    report.layout = {name: str(value) for name, value in layout.items()}
    report.rows, report.skipped = found.rows, found.skipped[:SAMPLE]
    report.decimal_sign, report.date_form = str(found.sign), str(found.form)
    report.columns = [(match.column, match.field.name) for match in found.matches]
    report.unused = [column for index, column in enumerate(source.columns) if index not in used]
    report.constants = dict(source.profile.constants)


def _take_in(db: Session, kind: Kind, found: Study, report: Report, progress: Progress) -> None:
    profile = found.source.profile

    def rows() -> Iterator[tuple[int, Values]]:
        for line, values in understood(found, report.problems):
            if len(report.sample) < SAMPLE:
                report.sample.append((line, values))
            yield line, values

    constants = read_constants(profile, profile.constants)
    stage(db, kind, found.fields, rows(), constants, lambda done: progress("taking in", done, found.rows))
    stage_defaults(db, kind, read_constants(profile, profile.defaults))


class _Run:
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
        params = {name: _shown(value) for name, value in row.items() if name not in known}
        return Problem(row["line"], column, _shown(row["value"]), REASONS[code], params)


def _explain(error: DBAPIError, report: Report) -> None:
    """A rule of the tables that no check foresaw refuses the file too; any other error is no matter of the file."""
    cause = error.orig
    if not isinstance(cause, psycopg.Error) or not (cause.sqlstate or "").startswith(_CONSTRAINT):
        raise error
    report.loaded = False
    rule = cause.diag.constraint_name or cause.diag.message_primary or ""
    report.problems.add(0, "", "", N_("the rows break the rule %(rule)s of the database"), rule=rule)


def _shown(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _drop_temporary(db: Session) -> None:
    """So that one transaction can load several files."""
    names = db.scalars(text("select relname from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'"))
    for name in names.all():
        db.execute(DropTable(Table(name, MetaData())))
