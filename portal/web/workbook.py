"""An XLSX workbook of any length, quickly: openpyxl makes the frame with its formats, the rows are written here.

openpyxl makes an object of each cell and a tree of each row, which takes five times as long as all the rest of an
export; the XML of a row is one line of text.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.styles.numbers import FORMAT_DATE_DATETIME, FORMAT_DATE_YYYYMMDD2
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from models.errors import N_, Refused

DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
FIRST_DAY = dt.date(1900, 3, 1)
"""Excel takes 1900 for a leap year, so that days before this one are counted in two ways; they are written as text."""
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
"""What a sheet holds, its head included; a program that opens one with more calls the file damaged."""
SHEET = "xl/worksheets/sheet1.xml"
END = "</sheetData>"
Value = str | int | float | Decimal | dt.date | None


class Frame:
    """A workbook with a bold, frozen head and no rows, as openpyxl writes it, and its formats' numbers."""

    def __init__(self, heads: Sequence[str]) -> None:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title, sheet.freeze_panes = "Sheet1", "A2"
        sheet.append([*heads])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        self.letters = [get_column_letter(number) for number in range(1, len(heads) + 1)]
        self.date, self.moment = (self._format(sheet, code) for code in (FORMAT_DATE_YYYYMMDD2, FORMAT_DATE_DATETIME))
        self.content = io.BytesIO()
        book.save(self.content)

    @staticmethod
    def _format(sheet: Worksheet, code: str) -> int:
        cell = Cell(sheet, row=1, column=1)
        cell.number_format = code
        return int(cell.style_id)

    def row(self, number: int, values: Iterable[Value]) -> str:
        """One row as it stands in the file."""
        cells = (self.cell(f"{letter}{number}", value) for letter, value in zip(self.letters, values, strict=True))
        return f'<row r="{number}">{"".join(cells)}</row>'

    def cell(self, place: str, value: Value) -> str:
        """One cell: numbers and days stay numbers and days."""
        match value:
            case None | "":
                return ""
            case str():
                kept = escape(value[:LONGEST_TEXT])
                return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
            case bool():
                return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
            case int() | float() | Decimal():
                return f'<c r="{place}"><v>{value}</v></c>'
        return self._day(place, value)

    def _day(self, place: str, value: dt.date) -> str:
        if isinstance(value, dt.datetime):
            if value.date() < FIRST_DAY:
                return self.cell(place, value.isoformat(sep=" "))
            return f'<c r="{place}" s="{self.moment}"><v>{(value - DAY_ZERO) / dt.timedelta(days=1)!r}</v></c>'
        if value < FIRST_DAY:
            return self.cell(place, value.isoformat())
        return f'<c r="{place}" s="{self.date}"><v>{(value - DAY_ZERO.date()).days}</v></c>'


def write_workbook(file: IO[bytes], heads: Sequence[str], rows: Iterable[Iterable[Value]]) -> None:
    """One sheet with a bold, frozen head and the rows beneath it; moments come without a zone, for Excel knows none.

    Refused when the rows are more than a sheet holds.
    """
    frame = Frame(heads)
    with zipfile.ZipFile(frame.content) as made, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for part in made.namelist():
            if part != SHEET:
                book.writestr(part, made.read(part))
        before, _end, after = made.read(SHEET).decode().partition(END)
        with book.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(re.sub("<dimension [^>]*/>", "", before).encode())  # what it says of the extent is wrong now
            for number, values in enumerate(rows, 2):
                if number > MOST_ROWS:
                    raise Refused(N_("A workbook holds no more than %(count)s rows. Take a CSV file."), count=MOST_ROWS)
                sheet.write(frame.row(number, values).encode())
            sheet.write((END + after).encode())
