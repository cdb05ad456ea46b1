"""From a cell as the file has it to the text that the database takes, or what is wrong with it."""

import unicodedata
from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal

import pycountry

from models.errors import N_
from models.importing.dates import DateForm, moment_reader
from models.importing.fields import Field, FieldType
from models.importing.numbers import DecimalSign, number_reader
from models.importing.problems import Wrong
from models.importing.profile import Profile
from models.importing.workbook import Cell
from models.text import fold

Reader = Callable[[Cell], str | None]
_LONGEST = 500
_GUARDED = ("=", "+", "-", "@")
_YES = frozenset({"1", "true", "yes", "y", "evet", "e", "si", "s", "x", "t", "aktif", "active"})
_NO = frozenset({"0", "false", "no", "n", "hayir", "h", "f", "pasif", "inactive"})
_CURRENCIES = {"TL": "TRY", "YTL": "TRY", "₺": "TRY", "€": "EUR", "$": "USD", "£": "GBP"}


def cell_reader(field: Field, profile: Profile, sign: DecimalSign, form: DateForm) -> Reader:
    """The reader of one field's cells. An empty cell, or one with a null word, is None. It raises Wrong."""
    read = _READERS[field.type](field, profile, sign, form)
    null, required = profile.null | {""}, field.required

    def read_cell(cell: Cell) -> str | None:
        if isinstance(cell, str):
            cell = cell.strip()
            if cell in null:
                if required:
                    raise Wrong(N_("is empty but needed"))
                return None
        return read(cell)

    return read_cell


def _text(*_: object) -> Reader:
    def read(cell: Cell) -> str:
        text = cell if isinstance(cell, str) else plain(cell)
        if len(text) > _LONGEST:
            raise Wrong(N_("is longer than %(longest)s characters"), longest=_LONGEST)
        if text[0] == "'" and text[1:2] in _GUARDED:
            text = text[1:]  # exports write '=1+1 where a spreadsheet program would calculate
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    return read


def plain(cell: Cell) -> str:
    """A workbook's cell as a person would type it: the code 4711 without decimals, a day without midnight."""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell else "0"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell if isinstance(cell, str) else cell.isoformat()


def _number(field: Field, _profile: Profile, sign: DecimalSign, _form: DateForm) -> Reader:
    read_text = number_reader(sign, scale=field.scale, digits=field.digits)
    read_typed = number_reader(DecimalSign.POINT, scale=field.scale, digits=field.digits)
    minimum = field.minimum

    def read(cell: Cell) -> str:
        if isinstance(cell, str):
            number = read_text(cell)
        elif isinstance(cell, Decimal):
            number = read_typed(f"{cell:f}")
        else:
            raise Wrong(N_("is a date, not a number"))
        if minimum is not None and (number[0] == "-" or minimum > 0) and Decimal(number) < minimum:
            raise Wrong(N_("is less than %(minimum)s"), minimum=minimum)
        return number

    return read


def _moment(_field: Field, profile: Profile, _sign: DecimalSign, form: DateForm) -> Reader:
    read_text, zone = moment_reader(form, profile.zone), profile.zone

    def read(cell: Cell) -> str:
        if isinstance(cell, str):
            return read_text(cell).isoformat()
        if isinstance(cell, Decimal):
            raise Wrong(N_("is a number, not a date"))
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()

    return read


def _date(field: Field, profile: Profile, sign: DecimalSign, form: DateForm) -> Reader:
    read = _moment(field, profile, sign, form)

    def read_day(cell: Cell) -> str | None:
        return (read(cell) or "")[:10]

    return read_day


def _flag(*_: object) -> Reader:
    def read(cell: Cell) -> str:
        word = fold(plain(cell))
        if word in _YES:
            return "true"
        if word in _NO:
            return "false"
        raise Wrong(N_("is neither yes nor no"))

    return read


def _currency(*_: object) -> Reader:
    def read(cell: Cell) -> str:
        code = _CURRENCIES.get(plain(cell).upper(), plain(cell).upper())
        if pycountry.currencies.get(alpha_3=code) is None:
            raise Wrong(N_("is no currency"))
        return code

    return read


_READERS: dict[FieldType, Callable[[Field, Profile, DecimalSign, DateForm], Reader]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.MOMENT: _moment,
    FieldType.FLAG: _flag,
    FieldType.CURRENCY: _currency,
}
