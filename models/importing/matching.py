"""Which column of a file means which field: as the profile says, else by the headings that fields are known by."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.errors import N_, Refused
from models.importing.fields import FIELDS, Field
from models.importing.profile import Profile
from models.importing.source import Source
from models.text import fold


@dataclass(frozen=True)
class Match:
    """Column number `index` (from 0), called `column` in the file, means `field`."""

    index: int
    column: str
    field: Field


def match_columns(source: Source) -> list[Match]:
    """One match for each field that has a column. Raises Refused when a column that is needed is missing, with its name
    and the columns that are there."""
    if missing := missing_fields(source):
        raise _missing(source, [_called(field, source.profile) for field in missing])
    return possible_matches(source)


def possible_matches(source: Source) -> list[Match]:
    """The same, whatever is missing."""
    profile = source.profile
    fields = {field.name: field for field in FIELDS[profile.kind]}
    chosen = sorted(_chosen(source).items(), key=lambda pair: pair[1])
    return [
        Match(index, source.columns[index], fields[name]) for name, index in chosen if name not in profile.constants
    ]


def missing_fields(source: Source) -> list[Field]:
    """The fields that are needed and neither have a column nor a value for all rows."""
    profile, chosen = source.profile, _chosen(source)
    given = {*chosen, *profile.constants, *profile.defaults}
    return [field for field in FIELDS[profile.kind] if field.required and field.name not in given]


def _chosen(source: Source) -> dict[str, int]:
    return _listed(source) if source.profile.columns else _recognised(source)


def _listed(source: Source) -> dict[str, int]:
    """The columns that the profile lists; if it is complete, each of them must be there."""
    profile, chosen = source.profile, dict[str, int]()
    places = _places(source.columns)
    absent = [column for column in profile.columns if fold(column) not in places]
    if profile.complete and absent:
        raise _missing(source, absent)
    for column, names in profile.columns.items():
        found = places.get(fold(column), [])
        if names and len(found) > 1:
            raise Refused(N_("The file has several columns called “%(column)s”."), column=column)
        for name in names if found else ():
            chosen.setdefault(name, found[0])
    return chosen


def _recognised(source: Source) -> dict[str, int]:
    """The columns whose heading is a name of a field; the field's label goes before its other names."""
    places, chosen = _places(source.columns), dict[str, int]()
    for field in FIELDS[source.profile.kind]:
        for name in (field.label, field.name, *field.names):
            found = [index for index in places.get(fold(name), []) if index not in chosen.values()]
            if found:
                chosen[field.name] = found[0]
                break
    return chosen


def _places(columns: Iterable[str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        places.setdefault(fold(column), []).append(index)
    return places


def _called(field: Field, profile: Profile) -> str:
    listed = [column for column, names in profile.columns.items() if field.name in names]
    return listed[0] if listed else field.label


def _missing(source: Source, columns: list[str]) -> Refused:
    return Refused(
        N_("The file lacks the columns: %(missing)s. It has: %(present)s."),
        missing="; ".join(columns),
        present="; ".join(source.columns),
    )
