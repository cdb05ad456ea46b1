"""Mapping profiles: what a file of a certain origin looks like and which of its columns mean what, as a TOML file.

kind = "stock"                      what the file holds
title = "Stock by warehouse"
source = "erp"                      whose keys the file uses, for external keys
create = ["warehouse"]              what may be made when the file names one that is unknown
match = "name"                      products only: add these keys to the products of the same name
complete = true                     every column listed must be there (false: those that are needed)
[file]                              what is left out is found out from the file
encoding = "windows-1254"           separator, row_end, quote, sheet, decimal ("," or "."),
header = true                       dates ("day-month-year"), timezone, skip_lines, null, skip_words, width
[columns]                           the file's column (its number without a header) = our field, "" not used
"Stok Kodu" = "product"
[constants]                         fields with one value for all rows
[defaults]                          the same, but only for records that are new
[decimals]                          how many decimals the file always writes: none at all means they were lost
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.errors import N_, Refused
from models.importing.dates import DateForm
from models.importing.dialect import Layout
from models.importing.encoding import is_encoding
from models.importing.fields import FIELDS, Kind
from models.importing.numbers import DecimalSign

SHIPPED = Path(__file__).parent / "profiles"
_LAYOUT = ("encoding", "separator", "row_end", "quote")


@dataclass(frozen=True)
class Profile:
    """One mapping profile; the words are those of its TOML file."""

    kind: Kind
    name: str
    title: str
    source: str
    layout: Layout = field(default_factory=Layout)
    header: bool = True
    skip_lines: int = 0
    width: int | None = None
    sheet: str | None = None
    null: frozenset[str] = frozenset()
    skip_words: frozenset[str] = frozenset()
    decimal: DecimalSign | None = None
    dates: DateForm | None = None
    timezone: str | None = None
    complete: bool = False
    match: str = "key"
    create: frozenset[str] = frozenset()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of dates and times without one."""
        return ZoneInfo(self.timezone or "UTC")

    def revised(self, **changes: Any) -> "Profile":
        """The same profile with some of its words changed. Raises Refused for what cannot be."""
        return _checked(replace(self, **changes))

    def in_zone(self, timezone: str) -> "Profile":
        """The same profile, with `timezone` for dates and times if it does not say itself."""
        return self.revised(timezone=self.timezone or timezone)

    def with_constants(self, **constants: str) -> "Profile":
        """The same profile with some fields set for all rows. Raises Refused for a field that the kind has not."""
        return self.revised(constants={**self.constants, **constants})

    def content(self) -> dict[str, Any]:
        """What its TOML file would hold, for `parse_profile`."""
        file = {name: getattr(self.layout, name) for name in _LAYOUT} | {name: getattr(self, name) for name in _FILE}
        rest = {name: getattr(self, name) for name in _REST}
        return {name: _simple(value) for name, value in {**rest, "file": file}.items() if value}


_FILE = ("header", "skip_lines", "width", "sheet", "null", "skip_words", "decimal", "dates", "timezone")
_REST = ("kind", "title", "source", "complete", "match", "create", "columns", "constants", "defaults", "decimals")


def _simple(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _simple(one) for key, one in value.items() if one is not None}
    if isinstance(value, frozenset | tuple):
        return sorted(value)
    return str(value) if isinstance(value, StrEnum) else value


def load_profile(path: Path) -> Profile:
    """Read a profile. Raises Refused saying what is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return parse_profile(path.stem, content)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(path.stem, str(error)) from error


def parse_profile(name: str, content: Mapping[str, Any]) -> Profile:
    """A profile from the content of its TOML file. Raises Refused saying what is wrong with it."""
    flat = {**content}
    file = {**flat.pop("file", {})}
    layout = Layout(**{key: file.pop(key) for key in _LAYOUT if key in file})
    try:
        flat |= file
        flat["kind"] = Kind(flat["kind"])
        flat |= {key: convert(flat[key]) for key, convert in _CONVERT.items() if key in flat}
        flat |= {key: _texts(flat.get(key, {})) for key in ("constants", "defaults")}
        flat["columns"] = {str(column): _names(meant) for column, meant in flat.get("columns", {}).items()}
        flat.setdefault("source", name)
        flat.setdefault("title", name)
        return _checked(Profile(name=name, layout=layout, **flat))
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(name, f"{type(error).__name__}: {error}") from error


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in values.items()}


def _names(meant: str | list[str]) -> tuple[str, ...]:
    return tuple(name for name in ([meant] if isinstance(meant, str) else meant) if name)


_CONVERT: dict[str, Any] = {
    "decimal": DecimalSign,
    "dates": DateForm,
    "null": frozenset,
    "skip_words": frozenset,
    "create": frozenset,
}


def _checked(profile: Profile) -> Profile:
    known = {one.name for one in FIELDS[profile.kind]}
    named = {*chain(*profile.columns.values()), *profile.constants, *profile.defaults, *profile.decimals}
    if unknown := sorted(named - known):
        raise Refused(
            N_("The mapping “%(name)s” names fields that %(kind)s do not have: %(fields)s."),
            name=profile.name,
            kind=profile.kind,
            fields=", ".join(unknown),
        )
    encoding = profile.layout.encoding
    if encoding is not None and not is_encoding(encoding):
        raise _bad(profile.name, f"encoding {encoding}")
    try:
        ZoneInfo(profile.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _bad(profile.name, f"timezone {profile.timezone}") from error
    return profile


def _bad(name: str, why: str) -> Refused:
    return Refused(N_("The mapping “%(name)s” cannot be used: %(why)s"), name=name, why=why)


def shipped_profiles(kind: Kind | None = None) -> list[Profile]:
    """The profiles that come with the portal, those of one kind first their own default."""
    profiles = [load_profile(path) for path in sorted(SHIPPED.glob("*.toml"))]
    chosen = [profile for profile in profiles if kind in (None, profile.kind)]
    return sorted(chosen, key=lambda profile: (profile.name != profile.kind, profile.name))


def find_profile(kind: Kind, name: str | None) -> Profile:
    """The profile called `name`, or read from the file of that path; without a name the kind's default."""
    path = SHIPPED / f"{name or kind}.toml"
    if name and name.endswith(".toml"):
        path = Path(name)
    if not path.is_file() or (path.parent == SHIPPED and "/" in (name or "")):
        known = ", ".join(profile.name for profile in shipped_profiles(kind))
        raise Refused(N_("There is no mapping “%(name)s”. There are: %(known)s."), name=name, known=known)
    profile = load_profile(path)
    if profile.kind is not kind:
        raise Refused(
            N_("The mapping “%(name)s” is for %(other)s, not for %(kind)s."),
            name=profile.name,
            other=profile.kind,
            kind=kind,
        )
    return profile
