"""What a record is declared with: its kind, its fields, and who writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fieldsync.fields import Type
from models.base import Base, Synced
from models.sync import written
from models.sync.written import Form, Forms, Writing
from models.user import User

NEVER, ONCE, ALWAYS = "never", "once", "always"


@dataclass(frozen=True)
class Field:
    """One field of a record, named like its column. A rep writes it `never`, when creating (`once`) or `always`."""

    name: str
    type: Type
    write: str = ALWAYS
    required: bool = False
    default: Any = None
    refers: str | None = None
    """The kind of record whose id this is; the record must be visible to the rep."""


@dataclass(frozen=True)
class Part:
    """A list field kept in a child table: each of its values is a row with the parent's id."""

    field: Field
    cls: type[Base]
    parent: str
    value: str


@dataclass(frozen=True)
class Beside:
    """Fields kept in a table of their own, whose rows have the records' ids."""

    cls: type[Base]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Lines:
    """A list field of whole rows of a child table, in their order. Going up it is one value, with a type of its own."""

    field: Field
    cls: type[Base]
    parent: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Name:
    """A field that goes down only: the name of the user (or another named record) whose id is in `column`."""

    field: str
    column: str
    cls: type[Base] = User


@dataclass(frozen=True)
class Kind:
    """A kind of record. `place` is the field whose record tells the territory; `fact`s never conflict."""

    name: str
    cls: type[Base]
    fields: tuple[Field, ...]
    writable: bool = False
    place: tuple[str, ...] = ()
    fact: bool = False
    owned: bool = False
    """The writer's user id is kept, and nobody else may change the record."""
    personal: bool = False
    """One for each user, under the user's own id."""
    when: str | None = None
    """The field that tells when a fact was observed: what a rep did while he held an account is taken in later, too."""
    creatable: bool = True
    changeable: bool = True
    by_verb: bool = False
    """A verb of the models makes it (`verbs.py`), not the merge of its fields: more follows from it than is written."""
    part: Part | None = None
    beside: Beside | None = None
    lines: Lines | None = None
    names: tuple[Name, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name, wherever it is kept."""
        return self._by_name.get(name)

    @cached_property
    def references(self) -> dict[str, str]:
        """The kinds of record that its fields refer to, by the fields' names."""
        return {field.name: field.refers for field in self._by_name.values() if field.refers is not None}

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        part = () if self.part is None else (self.part.field,)
        return {field.name: field for field in (*self.all_fields, *part)}

    @cached_property
    def all_fields(self) -> tuple[Field, ...]:
        """The fields, wherever they are kept, but for the part."""
        lines = (self.lines.field,) if self.lines else ()
        return (*self.fields, *(self.beside.fields if self.beside else ()), *lines)

    @cached_property
    def columns(self) -> list[str]:
        """The columns that a record is made of."""
        return [field.name for field in self.fields]

    def dump_value(self, name: str, value: Any) -> Any:
        """One field's value as it travels."""
        field = self.field(name)
        return value if value is None or field is None else field.type.dump(value)

    def dump_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Some fields' values as they travel."""
        return {name: self.dump_value(name, value) for name, value in values.items()}

    @cached_property
    def writing(self) -> Writing:
        """The statement that writes records as they travel: under the rights of whoever runs it."""
        cls, part, lines = self.cls, self.part, self.lines
        pieces = written.columns(cls, forms(self.fields))
        if issubclass(cls, Synced):
            pieces += written.columns(cls, {"version": Form.PLAIN})
        if part:
            pieces.append(written.parts(part.field.name, cls, part.cls, part.parent, part.value))
        if self.beside:
            pieces += written.beside(cls, self.beside.cls, forms(self.beside.fields))
        if lines:
            pieces.append(written.lines(lines.field.name, cls, lines.cls, lines.parent, forms(lines.fields)))
        pieces += [written.named(name.field, cls, name.column, name.cls) for name in self.names]
        return written.writing(cls, pieces)


def forms(fields: Iterable[Field]) -> Forms:
    """How the column of each field is spelled."""
    return {field.name: field.type.form for field in fields}
