"""What a list page shows, read from the query string and written back into links.

The URL holds the whole state: `/orders?q=elek&status=placed&sort=-placed_at&page=2&size=50`. A view declares one
`Listing`, reads a `ListState` from the request, asks the model for `state.limit` rows from `state.offset` on, and hands
`state.page(rows)` to the template. One row more than shown is asked for, so that "more" needs no count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from werkzeug.datastructures import MultiDict

from models.text import printable
from portal import formats
from portal.web.language import gettext

SIZES = (25, 50, 100)
DEEPEST = 10_000
"""Rows that pages reach; beyond it a filter or an export serves better, and the database need not skip so many."""

Row = TypeVar("Row")
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One narrowing of a list: a query parameter, its label and the values it may take (value, label)."""

    name: str
    label: str
    choices: Choices = ()
    kind: str = "choice"
    """`choice` for one of `choices`, `date` for a day (a value that is no ISO date is dropped)."""
    named: bool = False
    """Whether the labels of the choices are names from the database, which no catalogue may change."""

    @property
    def title(self) -> str:
        """The label in the reader's language."""
        return gettext(self.label)

    @property
    def options(self) -> Choices:
        """The choices in the reader's language."""
        return self.choices if self.named else [(value, gettext(label)) for value, label in self.choices]

    def label_of(self, value: str) -> str:
        """The words for a value, as on its chip."""
        if self.kind == "date":
            return formats.current().date(_day(value))
        return next((label for choice, label in self.options if choice == value), value)

    def accepts(self, value: str) -> bool:
        """Whether the value means anything; what does not is left out instead of emptying the list."""
        if self.kind == "date":
            return _day(value) is not None
        return any(choice == value for choice, _ in self.choices)


@dataclass(frozen=True, slots=True)
class Listing:
    """What may be asked of one list. `sorts` are the keys a column head offers; a minus sorts downwards."""

    sorts: tuple[str, ...]
    default_sort: str
    filters: tuple[Filter, ...] = ()
    size: int = 50

    def read(self, args: MultiDict[str, str] | None = None, **choices: Choices) -> "ListState":
        """The state in the query string; `choices` fills filters whose values come from the database.

        A filter without any choice is left out.
        """
        values = (request.args if args is None else args).to_dict()
        filled = (replace(f, choices=choices[f.name], named=True) if f.name in choices else f for f in self.filters)
        filters = tuple(f for f in filled if f.choices or f.kind != "choice")
        chosen = {f.name: values[f.name] for f in filters if values.get(f.name) and f.accepts(values[f.name])}
        size = _whole(values.get("size"), self.size)
        sort = values.get("sort", "")
        return ListState(
            path=request.path if args is None else "",
            q=" ".join(printable(values.get("q", "")).split())[:100],
            chosen=chosen,
            sort=sort if sort.removeprefix("-") in self.sorts else self.default_sort,
            number=min(max(_whole(values.get("page"), 1), 1), DEEPEST // 25),
            size=size if size in SIZES else self.size,
            filters=filters,
            listing=self,
        )


@dataclass(frozen=True, slots=True)
class ListState:
    """The state of one list page. Use `q`, `chosen`, `sort_key`, `descending`, `limit` and `offset` in the query."""

    path: str
    q: str
    chosen: Mapping[str, str]
    sort: str
    number: int
    size: int
    filters: tuple[Filter, ...] = field(repr=False)
    listing: Listing = field(repr=False)

    @property
    def sort_key(self) -> str:
        """The column to sort by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def limit(self) -> int:
        """How many rows to ask for: one more than are shown."""
        return self.size + 1

    @property
    def offset(self) -> int:
        """How many rows to skip."""
        return (self.number - 1) * self.size

    def day(self, name: str) -> date | None:
        """The day chosen in the date filter `name`."""
        return _day(self.chosen.get(name, ""))

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter hides rows: an empty list then says so instead of "nothing yet"."""
        return bool(self.q or self.chosen)

    def parameters(self, **changes: object) -> dict[str, str]:
        """The query string's pairs without what is as by default; a change of anything but the page starts anew."""
        pairs: dict[str, object] = {"q": self.q, **self.chosen, "sort": self.sort, "size": self.size}
        pairs = pairs | {"page": self.number if not changes else 1} | changes
        plain = {"sort": self.listing.default_sort, "size": self.listing.size, "page": 1}
        return {k: str(v) for k, v in pairs.items() if v not in (None, "") and str(v) != str(plain.get(k, ""))}

    def url(self, **changes: object) -> str:
        """The address of this list with some of its state changed; None takes a part away."""
        return self.path + self.query(**changes)

    def query(self, **changes: object) -> str:
        """The query string alone, with its question mark, for what is opened from here; empty if all is default."""
        query = urlencode(self.parameters(**changes))
        return f"?{query}" if query else ""

    def sort_url(self, key: str, first: str = "") -> str:
        """The address that a column's head leads to: its order turned if sorted by it, else `first` ("-" for down)."""
        if self.sort_key == key:
            return self.url(sort=key if self.descending else f"-{key}")
        return self.url(sort=f"{first}{key}")

    def page(self, rows: Sequence[Row]) -> "Page[Row]":
        """What is shown of the up to `limit` rows that were found."""
        return Page(self, rows[: self.size], has_more=len(rows) > self.size)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page of a list, and whether more follow."""

    state: ListState
    rows: Sequence[Row]
    has_more: bool

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def first(self) -> int:
        """The number of the first row shown, counted from 1."""
        return self.state.offset + 1

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.state.offset + len(self.rows)

    @property
    def previous_url(self) -> str | None:
        """The address of the page before, None on the first."""
        return self.state.url(page=self.state.number - 1) if self.state.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """The address of the page after, None on the last and where pages end to reach."""
        reachable = self.last < DEEPEST
        return self.state.url(page=self.state.number + 1) if self.has_more and reachable else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _whole(value: Any, default: int) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 9 else default
