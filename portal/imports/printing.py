"""The command line's progress bar, and a report as a person reads it in a terminal."""

import sys
from collections.abc import Iterator
from decimal import Decimal
from types import TracebackType
from typing import Self

from models.importing.problems import Problem
from models.importing.report import Report

_WIDTH = 30
_SHOWN = 20


class Bar:
    """One line on the terminal that says how far the work is; nothing where no terminal is."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()

    def advance(self, phase: str, done: int, total: int) -> None:
        """Show a phase; `total` is 0 where nobody knows yet."""
        if self._on:
            filled = _WIDTH * done // total if total else 0
            bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {100 * done // total:3}%" if total else f"{done:,} rows"
            sys.stderr.write(f"\r\033[K{phase:<10} {bar}")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._on:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def report_lines(report: Report) -> Iterator[str]:
    """The report, from how the file was understood to what came of it."""
    yield f"{report.file_name}: {report.rows:,} rows of {report.kind}, mapping {report.mapping}"
    yield from _understood(report)
    if report.problems:
        yield f"\n{report.problems.total:,} problems:"
        yield from _problems(report.problems.shown, report.problems.total)
    for doubt in report.doubts:
        mark = "accepted" if doubt.accepted else f"refused unless you say --accept {doubt.code}"
        yield f"\nDoubt {doubt.code}, {doubt.total:,} rows ({mark}):"
        yield from _problems(doubt.evidence, doubt.total)
    yield ""
    if report.tallies and not report.problems:
        yield from _tallies(report)
    yield _verdict(report)


def _understood(report: Report) -> Iterator[str]:
    if not report.layout:
        return
    layout = {name: value for name, value in report.layout.items() if value}
    yield "  layout   " + ", ".join(f"{name.replace('_', ' ')} {value!r}" for name, value in layout.items())
    yield f"  numbers  decimal sign {report.decimal_sign!r}; dates {report.date_form}"
    yield "  columns  " + ", ".join(f"{column} → {field}" for column, field in report.columns)
    if report.unused:
        yield "  unused   " + ", ".join(report.unused)
    if report.constants:
        yield "  constant " + ", ".join(f"{name} = {value}" for name, value in report.constants.items())
    if report.skipped:
        yield "  skipped  lines " + ", ".join(map(str, report.skipped))


def _problems(problems: list[Problem] | tuple[Problem, ...], total: int) -> Iterator[str]:
    for problem in problems[:_SHOWN]:
        where = f"line {problem.line}" if problem.line else "file"
        column = f", {problem.column}" if problem.column else ""
        value = f" “{problem.value}”" if problem.value else ""
        yield f"  {where}{column}:{value} {problem.text()}"
    if total > _SHOWN:
        yield f"  … and {total - min(len(problems), _SHOWN):,} more"


def _tallies(report: Report) -> Iterator[str]:
    yield f"  {'':<18}{'added':>10}{'changed':>10}{'unchanged':>11}"
    for table, tally in report.tallies.items():
        if tally.added or tally.changed or tally.unchanged:
            yield f"  {table.replace('_', ' '):<18}{tally.added:>10,}{tally.changed:>10,}{tally.unchanged:>11,}"
    for name, unit, value in report.figures:
        yield f"  {name:<18}{_money(value):>21} {unit}"


def _money(value: Decimal) -> str:
    return f"{value:,.2f}"


def _verdict(report: Report) -> str:
    if report.refused:
        return "Refused: nothing was changed."
    return "Loaded." if report.loaded else "Nothing was changed: this was a dry run."
