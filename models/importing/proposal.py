"""How a file may be meant: the mapping that was used for such a file before, or a shipped one that fits it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from models.errors import Refused
from models.importing.fields import Field, Kind
from models.importing.history import ImportRun
from models.importing.matching import match_columns, missing_fields, possible_matches
from models.importing.problems import Problems
from models.importing.profile import Profile, shipped_profiles
from models.importing.reading import study, understood
from models.importing.source import Source, open_source
from models.importing.workbook import Cell
from models.session import Session

_TRIED = 100
_REMEMBERED = 20
_SHOWN = 4


@dataclass(frozen=True)
class Outline:
    """The beginning of a file as a profile reads it: each column's heading, first cells and fields."""

    source: Source
    columns: list[tuple[str, list[Cell], list[str]]]
    missing: list[Field]


def outline(path: Path, profile: Profile) -> Outline:
    """Lay out the beginning of a file. Raises Refused if it cannot be read like that at all."""
    source = open_source(path, replace(profile, complete=False))
    rows = [cells for _line, cells in islice(source.rows(Problems()), _SHOWN)]
    meant: dict[int, list[str]] = {}
    for match in possible_matches(source):
        meant.setdefault(match.index, []).append(match.field.name)
    columns = [
        (column, [row[index] for row in rows], meant.get(index, [])) for index, column in enumerate(source.columns)
    ]
    return Outline(source, columns, missing_fields(source))


def propose(db: Session, kind: Kind, path: Path) -> Profile:
    """The best guess: what was loaded before, then the shipped ones, in the end the kind's default."""
    default, *special = shipped_profiles(kind)
    for profile in [*_remembered(db, kind), *special, default]:
        if _fits(path, profile):
            return profile
    return default


def _remembered(db: Session, kind: Kind) -> Sequence[Profile]:
    query = select(ImportRun).where(ImportRun.kind == str(kind), ImportRun.status == "loaded")
    runs = db.scalars(query.order_by(ImportRun.requested_at.desc()).limit(_REMEMBERED)).all()
    profiles = [run.profile for run in runs]
    return [replace(profile, complete=bool(profile.columns)) for profile in profiles if profile.columns]


def _fits(path: Path, profile: Profile) -> bool:
    """Whether the file's first rows can all be understood like that."""
    problems = Problems()
    try:
        source = open_source(path, profile)
        match_columns(source)
        found = study(source, problems, most=_TRIED)
    except Refused:
        return False
    for _row in islice(understood(found, problems), _TRIED):
        pass
    return not problems or not found.decided
