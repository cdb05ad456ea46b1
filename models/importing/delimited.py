"""Cutting text into rows and cells, a block at a time: any separator, any row end, quotes or none.

A quoted cell may hold separators, row ends and doubled quotes. Memory depends on the longest row, never on the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.errors import N_, Refused
from models.importing.problems import Problems, Wrong

_BLOCK = 1 << 16
_LONGEST_ROW = 1 << 20
Row = tuple[int, list[str]]
"""The line on which the row starts, counted from 1, and its cells."""


@dataclass(frozen=True)
class Dialect:
    """How a text file is laid out.

    The row end `\\n` also takes `\\r\\n`; an empty quote means that nothing is quoted.
    """

    encoding: str
    separator: str = ","
    row_end: str = "\n"
    quote: str = '"'

    def __post_init__(self) -> None:
        if not self.separator or not self.row_end or len(self.quote) > 1:
            raise Refused(N_("Separator and row end must not be empty, and a quote is one character."))
        if (self.separator + self.row_end).find(self.row_end) != len(self.separator):
            raise Refused(N_("The row end must not begin inside the separator."))
        if self.quote and self.quote in self.separator + self.row_end:
            raise Refused(N_("The quote must not be part of the separator or of the row end."))


def read_delimited(path: Path, dialect: Dialect, problems: Problems) -> Iterator[Row]:
    """The rows of a text file; empty lines are left out, a row with a broken quote becomes a problem."""
    with path.open(encoding=dialect.encoding, newline="") as file:
        yield from split_rows(iter(lambda: file.read(_BLOCK), ""), dialect, problems)


def split_rows(blocks: Iterator[str], dialect: Dialect, problems: Problems) -> Iterator[Row]:
    """The rows of a text that arrives in blocks."""
    separator, quote, tolerant = dialect.separator, dialect.quote, dialect.row_end == "\n"
    open_row: _OpenRow | None = None
    for line, piece in _pieces(blocks, dialect.row_end):
        if open_row is None:
            if not quote or quote not in piece:
                bare = piece[:-1] if tolerant and piece.endswith("\r") else piece
                if bare:
                    yield line, bare.split(separator)
                continue
            open_row = _OpenRow(line, dialect)
        row = open_row
        try:
            if row.take(piece):
                open_row = None
        except Wrong as wrong:
            problems.add_wrong(row.line, "", piece, wrong)
            open_row = None
        else:
            if open_row is None:
                yield row.line, row.cells
    if open_row is not None:
        problems.add(open_row.line, "", open_row.start, N_("a quote is opened here and never closed"))


def _pieces(blocks: Iterator[str], row_end: str) -> Iterator[tuple[int, str]]:
    """The text between row ends, quoted or not, each with the line on which it starts."""
    newline = "\n" if "\n" in row_end else row_end
    extra = row_end.count(newline)
    line, rest = 1, ""
    for block in blocks:
        *whole, rest = (rest + block).split(row_end)
        for piece in whole:
            yield line, piece
            line += piece.count(newline) + extra
        if len(rest) > _LONGEST_ROW:
            raise Refused(
                N_("The row that starts on line %(line)s does not end. Is the row end really %(row_end)s?"),
                line=line,
                row_end=repr(row_end),
            )
    if rest:
        yield line, rest


class _OpenRow:
    """A row with quotes, put together from one or more pieces."""

    def __init__(self, line: int, dialect: Dialect) -> None:
        self.line = line
        self.start = ""
        self.cells: list[str] = []
        self._dialect = dialect
        self._quoted: list[str] | None = None
        self._length = 0

    def take(self, piece: str) -> bool:
        """Go on with the next piece; True once the row is complete. Raises Wrong for a misplaced quote."""
        self.start = self.start or piece
        self._length += len(piece)
        if self._length > _LONGEST_ROW:
            raise Wrong(N_("a quote is opened here and not closed for a very long time"))
        at = 0
        while True:
            if self._quoted is not None:
                at = self._inside(piece, at)
                if at < 0:
                    return False
            elif piece.startswith(self._dialect.quote, at):
                self._quoted, at = [], at + 1
                continue
            else:
                at = self._plain(piece, at)
            if at > len(piece):
                return True

    def _inside(self, piece: str, at: int) -> int:
        """Where the next cell starts, past the piece's end when the row is over, or -1 when the quote stays open."""
        assert self._quoted is not None
        quote = self._dialect.quote
        while (close := piece.find(quote, at)) >= 0:
            self._quoted.append(piece[at:close])
            if piece.startswith(quote, close + 1):
                self._quoted.append(quote)
                at = close + 2
                continue
            return self._close(piece, close + 1)
        self._quoted += [piece[at:], self._dialect.row_end]
        return -1

    def _close(self, piece: str, at: int) -> int:
        self.cells.append("".join(self._quoted or ()))
        self._quoted = None
        if piece.startswith(self._dialect.separator, at):
            return at + len(self._dialect.separator)
        if self._end(piece) == at:
            return len(piece) + 1
        raise Wrong(N_("after a closing quote there is text before the next separator"))

    def _plain(self, piece: str, at: int) -> int:
        stop = piece.find(self._dialect.separator, at)
        self.cells.append(piece[at:stop] if stop >= 0 else piece[at : self._end(piece)])
        return stop + len(self._dialect.separator) if stop >= 0 else len(piece) + 1

    def _end(self, piece: str) -> int:
        return len(piece) - (self._dialect.row_end == "\n" and piece.endswith("\r"))
