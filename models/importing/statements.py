"""The SQL of each kind, read from `sql/<kind>.sql`: statements headed by what they are for.

`-- prepare` builds temporary tables from `staged`; `-- problem CODE` and `-- doubt CODE` return the offending lines
(line, field, value, total, and what the reason's text needs); `-- count TABLE` returns added, changed and total;
`-- figure NAME` returns totals by unit; `-- write` changes the database. `-- include FILE` takes in what kinds share.
What follows a colon is a comment.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

from models.importing.fields import Kind

_FOLDER = Path(__file__).parent / "sql"
_HEAD = re.compile(r"^-- (prepare|problem|doubt|count|figure|write)(?: (\w+))?(?::.*)?$", re.MULTILINE)
_INCLUDE = re.compile(r"^-- include (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One statement: what it is for, the code or table that it is about, and its SQL."""

    purpose: str
    about: str
    sql: TextClause

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the values it needs."""
        return frozenset(self.sql._bindparams)


def _read(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def statements(kind: Kind) -> tuple[Statement, ...]:
    """The statements of a kind in the order in which they run."""
    _, *parts = _HEAD.split(_INCLUDE.sub(lambda match: _read(match[1]), _read(kind)))
    heads = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    return tuple(Statement(purpose, about or "", text(sql.strip().rstrip(";"))) for purpose, about, sql in heads)
