"""The three-way merge of one operation into one record, field by field. Knows no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fieldsync.operations import Change, Result
from models.sync.inbox import Verdict


@dataclass
class Row:
    """A record while a batch is applied: its values, the version of each, and what was touched so far."""

    values: dict[str, Any]
    version: int
    field_versions: Mapping[str, int]
    is_new: bool
    touched: set[str] = field(default_factory=set)

    @classmethod
    def known(cls, values: dict[str, Any]) -> Row:
        """A row as the database has it."""
        values = dict(values)
        return cls(values, values.pop("version"), values.pop("field_versions"), is_new=False)

    @classmethod
    def new(cls, patch: Mapping[str, Any], owner: Mapping[str, Any]) -> Row:
        """A row that does not exist yet."""
        return cls({**patch, **owner}, 1, {}, is_new=True, touched=set(patch))

    def changed_after(self, name: str, version: int) -> bool:
        """Whether a field changed after a version. A field never changed is as old as the record."""
        return not self.is_new and self.field_versions.get(name, 1) > version


def merge(change: Change, row: Row) -> tuple[Result, dict[str, Any], dict[str, tuple[Any, Any, Any]]]:
    """Write into `row` what may be written: (result, the values replaced, the fields in conflict).

    A field is written if nobody changed it since the version the client had seen, or if it still holds what the client
    had seen: so a client's own earlier operation, not yet answered when this one was made, is no conflict. An equal
    value is none either, and neither is anything about a fact, which is its writer's alone.
    """
    before: dict[str, Any] = {}
    conflicts: dict[str, tuple[Any, Any, Any]] = {}
    for name, mine in change.patch.items():
        theirs = row.values.get(name)
        if _alike(theirs, mine):
            continue
        unchanged = not row.changed_after(name, change.base_version)
        as_seen = name in change.base and _alike(change.base[name], theirs)
        if change.kind.fact or unchanged or as_seen:
            before[name] = theirs
            row.values[name] = mine
            row.touched.add(name)
        else:
            conflicts[name] = (change.base.get(name), theirs, mine)
    if conflicts:
        verdict = Verdict.CONFLICT
    else:
        verdict = Verdict.APPLIED if row.is_new or row.version <= change.base_version else Verdict.MERGED
    return Result(verdict, version=row.version), before, conflicts


def _alike(one: Any, other: Any) -> bool:
    """Equal, where the order of a list does not count."""
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    return bool(one == other)
