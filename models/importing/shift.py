"""Whether the columns of a file stand beside their headings: the usual reason for a column that nobody can read."""

from collections.abc import Sequence

from models.errors import N_
from models.importing.cells import Reader, cell_reader
from models.importing.dates import DateEvidence
from models.importing.fields import FieldType
from models.importing.matching import Match
from models.importing.numbers import DecimalSign, NumberEvidence
from models.importing.problems import Problems, Wrong
from models.importing.reading import Study
from models.importing.workbook import Cell

_STEPS = (1, -1, 2, -2)


def note_shift(found: Study, problems: Problems) -> None:
    """Where most cells of a column are wrong and those some columns further would all be right, say so."""
    unreadable = [
        match
        for match in found.matches
        if match.field.type is not FieldType.TEXT and problems.by_column[match.column] * 2 > found.rows
    ]
    for step in _STEPS if unreadable else ():
        if all(_fits(found, match, step) for match in unreadable):
            for match in unreadable:
                reason = N_("what stands %(step)s columns to the right would fit here: were columns shifted?")
                problems.add(0, match.column, "", reason, step=step)
            return


def _fits(found: Study, match: Match, step: int) -> bool:
    index = match.index + step
    if not 0 <= index < len(found.source.columns):
        return False
    cells = [cells[index] for _line, cells in found.sample]
    numbers, dates = NumberEvidence(), DateEvidence()
    for cell in cells:
        numbers.note(0, str(cell))
        dates.note(0, str(cell))
    reader = cell_reader(
        match.field, found.source.profile, numbers.decide() or DecimalSign.POINT, dates.decide() or found.form
    )
    return _readable(cells, reader)


def _readable(cells: Sequence[Cell], reader: Reader) -> bool:
    try:
        return all(reader(cell) is not None for cell in cells)
    except Wrong:
        return False
