"""A list as a file: CSV for machines, XLSX for people; of any length in little memory.

The rows are written to a file first and sent only once it is whole, so that an error is an error page and never a file
that ends half-way without saying so.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Response, request, send_file

from models.text import printable
from portal import formats
from portal.web.workbook import Value, write_workbook

IN_MEMORY = 1024 * 1024
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its head, and its value of a row (text, number, date, moment or None)."""

    head: str
    value: Callable[[Any], object]


def wanted() -> str | None:
    """The kind of file that the address asks for (`?export=xlsx`), None for the page."""
    kind = request.args.get("export")
    return kind if kind in WRITERS else None


def send(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> Response:
    """All `rows` as a download called `name` with today's date, of the kind the address asks for."""
    kind = wanted() or "csv"
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        WRITERS[kind](file, columns, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    today = dt.datetime.now(formats.current().timezone).date()
    mimetype = XLSX if kind == "xlsx" else "text/csv"
    return send_file(
        file,
        mimetype=mimetype,
        as_attachment=True,
        download_name=f"{name}-{today:%Y-%m-%d}.{kind}",
        max_age=0,
    )


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """UTF-8 with a mark, commas, decimal points, ISO dates: the same for every reader, so programs can rely on it."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.head for column in columns])
    for row in rows:
        writer.writerow([_plain(column.value(row)) for column in columns])
    text.detach()


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """One sheet with a bold, frozen head; numbers and dates stay numbers and dates."""
    cells = ([_cell(column.value(row)) for column in columns] for row in rows)
    write_workbook(file, [column.head for column in columns], cells)


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(formats.current().timezone).isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"  # else a spreadsheet program would run it
    return value


def _cell(value: object) -> Value:
    if isinstance(value, dt.datetime):
        return value.astimezone(formats.current().timezone).replace(tzinfo=None)  # Excel knows no zones
    if isinstance(value, str):
        text = printable(value)  # a file or a laptop may have brought what a workbook cannot hold
        return f"'{text}" if text.startswith("=") else text
    return value if value is None or isinstance(value, int | float | Decimal | dt.date) else str(value)


WRITERS: dict[str, Callable[[IO[bytes], Sequence[Column], Iterable[Any]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
}
