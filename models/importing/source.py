"""A file to import: what it is, where its rows begin, and its rows one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import N_, Refused
from models.importing.delimited import Dialect, read_delimited
from models.importing.dialect import find_dialect
from models.importing.problems import Problems
from models.importing.profile import Profile
from models.importing.workbook import Cell, is_workbook, read_workbook
from models.text import fold

_FOREIGN = {
    b"%PDF": N_("a PDF"),
    b"\xd0\xcf\x11\xe0": N_("an old Excel file (save it as .xlsx)"),
    b"PK\x03\x04": N_("an archive, but no .xlsx workbook"),
    b"\x89PNG": N_("a picture"),
    b"\xff\xd8\xff": N_("a picture"),
    b"{": N_("JSON"),
    b"<": N_("XML or HTML"),
}
SAMPLE = 8
_MOST_COLUMNS = 300
"""The widest real export has some dozens; a wrong separator, or a picture saved as text, has thousands."""


@dataclass(frozen=True)
class Source:
    """A file whose layout is known. `dialect` is None for a workbook, `columns` are the names of its columns, and
    `lines` is about how many rows to expect, 0 if nobody knows."""

    path: Path
    profile: Profile
    dialect: Dialect | None
    columns: tuple[str, ...]
    lines: int = 0

    def rows(self, problems: Problems, skipped: list[int] | None = None) -> Iterator[tuple[int, Sequence[Cell]]]:
        """The line and the cells of each row of data. Rows of a wrong width become problems; empty ones and those that
        begin with one of the profile's skip words (totals, titles) are left out, the latter noted in `skipped`."""
        width, words = len(self.columns), {fold(word) for word in self.profile.skip_words}
        rows = _raw(self.path, self.dialect, self.profile, problems)
        if self.profile.header:
            next(rows)
        for line, cells in rows:
            if words and _first(cells) in words:
                if skipped is not None:
                    skipped.append(line)
            elif len(cells) == width and any(cells):
                yield line, cells
            elif not _empty(cells):
                fitted = _fitted(cells, width, workbook=self.dialect is None)
                if fitted is not None:
                    yield line, fitted
                else:
                    problems.add(line, "", len(cells), _WIDTH, cells=len(cells), width=width)


_WIDTH = N_("the row has %(cells)s cells instead of %(width)s")


def open_source(path: Path, profile: Profile) -> Source:
    """Find out what `path` is. Raises Refused if it is nothing that can be imported."""
    dialect, lines = None, 0
    if not is_workbook(path):
        _refuse_foreign(path)
        dialect, lines = find_dialect(path, profile.layout)
    first = next(_raw(path, dialect, profile, Problems()), None)
    if first is None:
        raise Refused(N_("The file is empty."))
    cells = _trimmed(first[1]) if profile.header else first[1]
    _refuse_wide(len(_trimmed(cells)), dialect)
    columns = _headed(cells) if profile.header else _numbered(len(cells), profile)
    return Source(path, profile, dialect, columns, lines)


def _refuse_foreign(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise Refused(N_("This is %(what)s. Only CSV and XLSX files can be imported."), what=what)


def _refuse_wide(width: int, dialect: Dialect | None) -> None:
    if width <= _MOST_COLUMNS:
        return
    if dialect is None:
        raise Refused(
            N_("The sheet has %(count)s columns; a file may have %(most)s. Is this the right sheet?"),
            count=width,
            most=_MOST_COLUMNS,
        )
    raise Refused(
        N_("The first row has %(count)s columns; a file may have %(most)s. Is the separator really %(separator)s?"),
        count=width,
        most=_MOST_COLUMNS,
        separator=repr(dialect.separator),
    )


def _headed(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The headings; a second one of the same name gets a number, one that is empty the number of its column."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = str(cell).strip() or str(number)
        same = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({same + 1})" if name in names else name)
    return tuple(names)


def _numbered(width: int, profile: Profile) -> tuple[str, ...]:
    if profile.width is not None and width != profile.width:
        raise Refused(
            N_("The first row has %(cells)s cells, but the mapping “%(name)s” expects %(width)s: is a column missing?"),
            cells=width,
            width=profile.width,
            name=profile.name,
        )
    return tuple(str(number) for number in range(1, width + 1))


def _raw(
    path: Path, dialect: Dialect | None, profile: Profile, problems: Problems
) -> Iterator[tuple[int, Sequence[Cell]]]:
    rows: Iterator[tuple[int, Sequence[Cell]]]
    rows = read_delimited(path, dialect, problems) if dialect else read_workbook(path, profile.sheet)
    if dialect is None:
        rows = ((line, cells) for line, cells in rows if not _empty(cells))
    return ((line, cells) for line, cells in rows if line > profile.skip_lines)


def _empty(cells: Sequence[Cell]) -> bool:
    return not any(cells) and all(cell == "" for cell in cells)  # a number 0 is something


def _first(cells: Sequence[Cell]) -> str:
    return fold(str(next((cell for cell in cells if cell != ""), "")))


def _trimmed(cells: Sequence[Cell]) -> Sequence[Cell]:
    end = len(cells)
    while end and cells[end - 1] == "":
        end -= 1
    return cells[:end]


def _fitted(cells: Sequence[Cell], width: int, *, workbook: bool) -> Sequence[Cell] | None:
    """Workbooks leave out empty cells at the end, and some programs end every row with a separator."""
    bare = _trimmed(cells)
    if len(bare) > width or (len(cells) < width and not workbook):
        return None
    return [*bare, *[""] * (width - len(bare))]
