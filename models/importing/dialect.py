"""How the rows of a text file are laid out, declared or found out from its beginning."""

import statistics
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from models.errors import N_, Refused
from models.importing.delimited import Dialect, split_rows
from models.importing.encoding import check_encoding, detect_encoding
from models.importing.problems import Problems

_SAMPLE = 1 << 16
_ROWS = 200
_SEPARATORS = ("+|", "||", ";", "\t", "|", "~", "^", ",")
"""At an equal fit the earlier one wins: "|" also fits where "+|" is meant, and a comma is often a decimal sign."""


@dataclass(frozen=True)
class Layout:
    """What is declared of a file's layout; None is found out."""

    encoding: str | None = None
    separator: str | None = None
    row_end: str | None = None
    quote: str | None = None


def find_dialect(path: Path, layout: Layout) -> tuple[Dialect, int]:
    """The dialect of `path`, what `layout` declares and the rest from the file, and how many lines it has.

    Raises Refused if it is no text.
    """
    encoding = layout.encoding or detect_encoding(path)
    lines = check_encoding(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    if not sample.strip():
        raise Refused(N_("The file is empty."))
    row_end = layout.row_end or _row_end(sample)
    quote = '"' if layout.quote is None else layout.quote
    separator = layout.separator or _separator(sample, row_end, quote)
    return Dialect(encoding, separator, row_end, quote), lines


def _row_end(sample: str) -> str:
    if "\n" not in sample:
        return "\r" if "\r" in sample else "\n"
    lines = sample.split("\n")[:-1]
    return "&|\n" if all(line.endswith("&|") for line in lines) else "\n"


def _separator(sample: str, row_end: str, quote: str) -> str:
    """The candidate that cuts most rows, the first one among them, into one number of cells."""
    whole = sample[: sample.rfind(row_end)] if row_end in sample else sample
    fits = {one: _fit(whole, Dialect("", one, row_end, quote)) for one in _SEPARATORS if one in whole}
    best = max(fits, key=lambda one: fits[one], default=",")
    return best if fits.get(best) else ","


def _fit(sample: str, dialect: Dialect) -> float:
    """The share of rows with the usual number of cells, in tenths; 0 if that is one, or not that of the first row."""
    widths = [len(cells) for _line, cells in islice(split_rows(iter([sample]), dialect, Problems()), _ROWS)]
    usual = statistics.mode(widths) if widths else 1
    return round(widths.count(usual) / len(widths), 1) if usual > 1 and widths[0] == usual else 0.0
