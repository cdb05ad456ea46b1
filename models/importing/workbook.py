"""Rows of an XLSX workbook, streamed: numbers and dates come as such, everything else as text."""

import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import N_, Refused

Cell = str | Decimal | datetime | date
_LARGEST = 1 << 30
_RATIO = 200


def is_workbook(path: Path) -> bool:
    """Whether the content, not the name, says that this is an XLSX file."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "xl/workbook.xml" in archive.namelist()


def read_workbook(path: Path, sheet: str | None = None) -> Iterator[tuple[int, list[Cell]]]:
    """Row number and cells of one sheet (the first by default). Raises Refused for a workbook that cannot be read."""
    _check_size(path)
    with path.open("rb") as file, closing(_opened(file)) as book:
        if sheet is not None and sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames)
            raise Refused(N_("The workbook has no sheet “%(sheet)s”, only: %(names)s."), sheet=sheet, names=names)
        worksheet = book[sheet or book.sheetnames[0]]
        # What the file says of its own extent is often wrong, and then whole columns would be missing.
        worksheet.reset_dimensions()
        for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value) for value in values]


def _opened(file: IO[bytes]) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refused(N_("The workbook is damaged: %(why)s"), why=str(error)) from error


def _check_size(path: Path) -> None:
    """A small archive can unpack to gigabytes: refuse before anything is unpacked."""
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _LARGEST or size > _RATIO * max(path.stat().st_size, 1 << 16):
        raise Refused(N_("The workbook unpacks to %(size)s bytes, which is more than is read."), size=size)


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case int() | float():
            return Decimal(repr(value))
        case datetime() | date():
            return value
        case time():
            return value.isoformat()
        case _:
            return str(value)
