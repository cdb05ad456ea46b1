"""Load a file: all of it or nothing, with the evidence when it is refused, and twice the same as once."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from sqlalchemy import MetaData, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import DropTable

from models.errors import N_, Refused
from models.importing.profile import Profile
from models.importing.reading import Study, Values, read_constants, study, understood
from models.importing.report import Report
from models.importing.running import Progress, Run
from models.importing.shift import note_shift
from models.importing.source import SAMPLE, open_source
from models.importing.staging import stage, stage_defaults
from models.session import Session

_OF_THE_FILE = ("22", "23")
"""Classes of error codes: a value that a column cannot hold, a rule of the tables that is broken."""


def import_file(
    db: Session,
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
    changed. `accept` holds the codes of doubts that a person has looked at.
    """
    report = _describe(path, name or path.name, profile)
    try:
        source = open_source(path, profile)
        found = study(source, report.problems, lambda rows: progress("reading", rows, max(rows, source.lines)))
        _note(report, found)
        with suppress(_Undone), db.begin_nested():
            _take_in(db, found, report, progress)
            run = Run(db, profile, report, accept)
            if not dry_run:
                run.wait_for_turn()
            if not report.problems:
                run.check(progress)
            if report.refused or dry_run:
                raise _Undone
            run.write(progress)
            _drop_temporary(db)
    except Refused as refusal:
        report.problems.add(0, "", "", refusal.message, **refusal.params)
    except (DBAPIError, psycopg.Error) as error:
        _explain(error, report)
    return report


class _Undone(Exception):
    """Leaves the savepoint and everything done in it behind."""


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


def _take_in(db: Session, found: Study, report: Report, progress: Progress) -> None:
    """The second pass: the rows go into the staging table, or, once anything is wrong, only what is wrong is noted."""
    profile = found.source.profile
    rows = _sampled(understood(found, report.problems), report)
    if not report.problems:
        constants = read_constants(profile, profile.constants)
        stage(db, profile.kind, found.fields, rows, constants, lambda done: progress("taking in", done, found.rows))
        stage_defaults(db, profile.kind, read_constants(profile, profile.defaults))
    elif found.decided:
        for _row in rows:
            pass
    note_shift(found, report.problems)


def _sampled(rows: Iterator[tuple[int, Values]], report: Report) -> Iterator[tuple[int, Values]]:
    for line, values in rows:
        if len(report.sample) < SAMPLE:
            report.sample.append((line, values))
        yield line, values


def _explain(error: DBAPIError | psycopg.Error, report: Report) -> None:
    """A rule of the tables that no check foresaw refuses the file too; any other error is no matter of the file."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, psycopg.Error) or not (cause.sqlstate or "").startswith(_OF_THE_FILE):
        raise error
    report.loaded = False
    rule = cause.diag.constraint_name or cause.diag.message_primary or ""
    report.problems.add(0, "", "", N_("the rows break the rule %(rule)s of the database"), rule=rule)


def _drop_temporary(db: Session) -> None:
    """So that one transaction can load several files."""
    names = db.scalars(text("select relname from pg_class where relnamespace = pg_my_temp_schema() and relkind = 'r'"))
    for name in names.all():
        db.execute(DropTable(Table(name, MetaData())))
