"""The two passes over a file: what form its numbers and dates have, then its rows as understood.

Both stream: nothing is kept but counts, the first problems and a few sample rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from models.errors import N_, Refused
from models.importing.cells import Reader, cell_reader
from models.importing.dates import DateEvidence, DateForm
from models.importing.fields import FieldType, field_of
from models.importing.matching import Match, match_columns
from models.importing.numbers import DecimalSign, NumberEvidence
from models.importing.problems import Problems, Wrong
from models.importing.profile import Profile
from models.importing.source import SAMPLE, Source
from models.importing.workbook import Cell

Values = list[str | None]
_DATES = (FieldType.DATE, FieldType.MOMENT)


@dataclass
class Study:
    """What the first pass found. `sample` holds the first rows as they stand in the file."""

    source: Source
    matches: list[Match]
    rows: int = 0
    skipped: list[int] = field(default_factory=list)
    sign: DecimalSign = DecimalSign.POINT
    form: DateForm = DateForm.YEAR_FIRST
    decided: bool = True
    sample: list[tuple[int, list[Cell]]] = field(default_factory=list)

    @property
    def fields(self) -> list[str]:
        """The names of the fields that have a column, in the order of the values of `understood`."""
        return [match.field.name for match in self.matches]


def study(
    source: Source,
    problems: Problems,
    advance: Callable[[int], None] = lambda _rows: None,
    most: int | None = None,
) -> Study:
    """Read the whole file once: count its rows and decide its decimal sign and date form by all of its values.

    What nobody can decide, and rows that are none, go to `problems`. `advance` is told the number of rows now and then.
    `most` stops after so many rows, for a first look.
    """
    found = Study(source, match_columns(source))
    numbers, dates = NumberEvidence(), DateEvidence()
    counted = [match for match in found.matches if match.field.type is FieldType.NUMBER]
    dated = [match for match in found.matches if match.field.type in _DATES]
    lost = _Decimals(source, counted)
    for line, cells in islice(source.rows(problems, found.skipped), most):
        found.rows += 1
        if found.rows <= SAMPLE:
            found.sample.append((line, list(cells)))
        for match in counted:
            if isinstance(cell := cells[match.index], str):
                numbers.note(line, cell)
        for match in dated:
            if isinstance(cell := cells[match.index], str):
                dates.note(line, cell)
        lost.note(cells)
        if found.rows % 1000 == 0:
            advance(found.rows)
    _decide(found, numbers, dates, problems)
    lost.report(found.rows, problems)
    if not found.rows:
        problems.add(0, "", "", N_("the file holds no rows"))
    return found


def _decide(found: Study, numbers: NumberEvidence, dates: DateEvidence, problems: Problems) -> None:
    profile = found.source.profile
    sign = profile.decimal or numbers.decide()
    form = profile.dates or dates.decide()
    if sign is None:
        first = numbers.first or {DecimalSign.POINT: numbers.ambiguous or (0, "")}
        for line, text in first.values():
            problems.add(line, "", text, N_("may have a decimal point or a decimal comma: say which the file has"))
    if form is None:
        for line, text in sorted(dates.first.values())[:2]:
            problems.add(line, "", text, N_("may have the day or the month first: say which the file has"))
    found.sign, found.form = sign or DecimalSign.POINT, form or DateForm.YEAR_FIRST
    found.decided = sign is not None and form is not None


class _Decimals:
    """Columns of which the profile says that they always have decimals, and whether any value still has."""

    def __init__(self, source: Source, matches: Sequence[Match]) -> None:
        self._declared = source.profile.decimals
        self._watched = [match for match in matches if match.field.name in self._declared]
        self._seen: set[str] = set()

    def note(self, cells: Sequence[Cell]) -> None:
        for match in self._watched:
            cell = str(cells[match.index])
            if "." in cell or "," in cell:
                self._seen.add(match.field.name)

    def report(self, rows: int, problems: Problems) -> None:
        for match in self._watched:
            name = match.field.name
            if rows and name not in self._seen:
                reason = N_("none of %(rows)s values has decimals, but such a file always writes %(decimals)s: lost?")
                problems.add(0, match.column, "", reason, rows=rows, decimals=self._declared[name])


def understood(found: Study, problems: Problems) -> Iterator[tuple[int, Values]]:
    """The rows a second time: line and canonical values in the order of `found.fields`.

    A row with anything wrong is left out, and each wrong cell of it becomes a problem.
    """
    source = found.source
    plan = [
        (match.index, cell_reader(match.field, source.profile, found.sign, found.form), match)
        for match in found.matches
    ]
    readers = [(index, reader) for index, reader, _match in plan]
    for line, cells in source.rows(Problems()):
        try:
            values = [reader(cells[index]) for index, reader in readers]
        except Wrong:
            _explain(line, cells, plan, problems)
        else:
            yield line, values


def _explain(line: int, cells: Sequence[Cell], plan: list[tuple[int, Reader, Match]], problems: Problems) -> None:
    for index, reader, match in plan:
        try:
            reader(cells[index])
        except Wrong as wrong:
            problems.add_wrong(line, match.column, cells[index], wrong)


def read_constants(profile: Profile, values: Mapping[str, str]) -> dict[str, str | None]:
    """Constants or defaults of a profile, understood like cells. Raises Refused naming the field that is wrong."""
    read: dict[str, str | None] = {}
    for name, value in values.items():
        reader = cell_reader(field_of(profile.kind, name), profile, DecimalSign.POINT, DateForm.YEAR_FIRST)
        try:
            read[name] = reader(value)
        except Wrong as wrong:
            reason = wrong.reason % wrong.params
            raise Refused(
                N_("“%(value)s” for %(field)s %(reason)s."), value=value, field=name, reason=reason
            ) from wrong
    return read
