"""Operations as they arrive: read once, with what is wrong about one said of that one only."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from fieldsync.fields import REQUIRED, parse_id, storable
from fieldsync.records import KINDS, NEVER, ONCE, SCHEMA, Kind
from fieldsync.upcast import bring_up
from models.errors import N_, Refused
from models.sync.inbox import Verdict

NOT_UNDERSTOOD = N_("This version of the server does not understand this yet. It is kept and will be looked at.")
NOT_YOURS = N_("This cannot be changed here.")

NOT_FOUND = N_("What this belongs to was not found on the server.")
ELSEWHERE = N_("This account is no longer in your territory. Your work is kept and your manager decides about it.")
WAITS_TOO = N_("This changes something that still waits for a decision. It is kept and waits with it.")

POSITION = frozenset({"latitude", "longitude", "accuracy_m"})
NOBODY = UUID(int=0)
"""Stands for the record of an operation that names none."""

Message = dict[str, Any]


class Malformed(Exception):
    """The envelope is broken, so not even a place in the sequence is known: the only content that is an error."""


@dataclass
class Result:
    """What became of an operation, as it is answered and stored."""

    verdict: Verdict
    version: int | None = None
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    message: Message | None = None

    def dump(self) -> dict[str, Any]:
        """As it travels."""
        return {"version": self.version, "conflicts": self.conflicts, "message": self.message}

    def answer(self) -> dict[str, Any]:
        """The same behind its verdict."""
        return {"verdict": self.verdict, **self.dump()}


def message(text: str, field_name: str | None = None, **params: Any) -> Message:
    """A message id with its parameters; the client says it in the rep's language."""
    return {"text": text, "params": {name: str(value) for name, value in params.items()}, "field": field_name}


class Unfit(Exception):
    """An operation that is kept but cannot be applied, with the result that says why."""

    def __init__(self, verdict: Verdict, text: str, field_name: str | None = None, **params: Any) -> None:
        super().__init__(text)
        self.result = Result(verdict, message=message(text, field_name, **params))


@dataclass
class Operation:
    """One operation: its place, its record, and the patch as the client sent it."""

    seq: int
    op_id: UUID
    kind: str
    row_id: UUID
    body: Mapping[str, Any]
    same_life: bool = True
    """Whether `base_version` was read in the life of the database that goes on now: versions of another say nothing."""
    schema: int = SCHEMA
    said: Mapping[str, Any] = field(default_factory=dict)
    """What was sent, in the words of the newest version."""

    @cached_property
    def content(self) -> bytes:
        """Everything but the place, as JSON: the same operation may be sent again from another place."""
        return _canonical(self._unplaced())

    @property
    def digest(self) -> bytes:
        """A hash of the content."""
        return hashlib.sha256(self.content).digest()

    @property
    def kept_body(self) -> orjson.Fragment:
        """The operation as the inbox keeps it: as it came, or as text where the database cannot hold its characters."""
        content = self._without_position()
        halves = b"\\ud" in content and not storable(json.dumps(self.body, ensure_ascii=False))
        if halves or b"\\u0000" in content:
            return orjson.Fragment(_canonical({"text": content.decode()}))
        return orjson.Fragment(b'{"seq":%d,%b' % (self.seq, content[1:]))

    def _without_position(self) -> bytes:
        """Where somebody was is kept in one place only, from which it can be forgotten."""
        patch = self.body.get("patch")
        if self.kind != "check_in" or not isinstance(patch, dict):
            return self.content
        without = {name: value for name, value in patch.items() if name not in POSITION}
        return _canonical({**self._unplaced(), "patch": without})

    def _unplaced(self) -> dict[str, Any]:
        return {name: value for name, value in self.body.items() if name != "seq"}


def _canonical(content: Mapping[str, Any]) -> bytes:
    """As JSON, the same for the same content. What only Python can write (halves of characters, numbers of more than 64
    bits) is written in ASCII."""
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


@dataclass
class Change:
    """An operation that was understood: values ready for the table, and what the client had seen before."""

    operation: Operation
    kind: Kind
    create: bool
    base_version: int
    patch: dict[str, Any]
    base: dict[str, Any]

    @property
    def key(self) -> tuple[str, UUID]:
        """The record."""
        return self.kind.name, self.operation.row_id


def read_operation(raw: object, life: str | None = None, told: object = None, schema: object = SCHEMA) -> Operation:
    """Check the envelope. Raises Malformed: what has no place and no id of its own cannot even be kept.

    `life` is the database's epoch, None if it cannot be another than the operation's; `told` is the one that the
    request names, for clients whose operations name none. Likewise `schema`, the version whose words it uses.
    """
    if not isinstance(raw, dict):
        raise Malformed("an operation is not an object")
    seq, version = raw.get("seq"), raw.get("schema", schema)
    version = version if type(version) is int and 0 < version < 10**6 else SCHEMA
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 < seq < 2**53:
        raise Malformed("an operation has no usable seq")
    try:
        op_id = parse_id(raw.get("op_id"))
    except Refused:
        raise Malformed(f"operation {seq} has no usable op_id") from None
    said = bring_up(raw, version) or {}
    kind = said.get("kind", raw.get("kind"))
    try:
        row_id = parse_id(said.get("id", raw.get("id")))
    except Refused:
        row_id = NOBODY
    known = isinstance(kind, str) and re.fullmatch("[a-z_]{1,30}", kind)
    same_life = life is None or raw.get("epoch", told) in (life, None)
    return Operation(seq, op_id, kind if known and kind else "unknown", row_id, raw, same_life, version, said)


def understand(operation: Operation) -> Change | Result:
    """The change that an operation asks for, or why it cannot be made."""
    try:
        return _change(operation)
    except Unfit as unfit:
        return unfit.result


def _change(operation: Operation) -> Change:
    kind, body = KINDS.get(operation.kind), operation.said
    action, patch, base = body.get("action"), body.get("patch"), body.get("base")
    if kind is None or operation.row_id == NOBODY or not isinstance(patch, dict):
        raise Unfit(Verdict.HELD, NOT_UNDERSTOOD)
    if action not in ("create", "patch") or any(kind.field(name) is None for name in patch):
        raise Unfit(Verdict.HELD, NOT_UNDERSTOOD)
    create = action == "create"
    if not kind.writable or not (kind.creatable if create else kind.changeable):
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    values = {name: _value(kind, name, value, create) for name, value in patch.items()}
    if create:
        _complete(kind, values)
    version = body.get("base_version") if operation.same_life else None
    seen = _read_base(kind, base if isinstance(base, dict) else {})
    return Change(operation, kind, create, version if type(version) is int else 0, values, seen)


def _value(kind: Kind, name: str, value: object, create: bool) -> Any:
    """One value of a patch, checked."""
    declared = kind.field(name)
    if declared is None or declared.write == NEVER or (declared.write == ONCE and not create):
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS, name)
    try:
        parsed = None if value is None else declared.type.parse(value)
    except Refused as error:
        raise Unfit(Verdict.NEEDS_FIX, error.message, name, **error.params) from error
    if parsed is None and declared.required:
        raise Unfit(Verdict.NEEDS_FIX, REQUIRED, name)
    return parsed


def _complete(kind: Kind, values: dict[str, Any]) -> None:
    """Give a new record its defaults, and see that nothing required is missing."""
    for declared in kind.all_fields:
        if declared.write == NEVER or declared.name in values:
            continue
        if declared.required and declared.default is None:
            raise Unfit(Verdict.NEEDS_FIX, REQUIRED, declared.name)
        values[declared.name] = declared.default


def _read_base(kind: Kind, base: Mapping[str, Any]) -> dict[str, Any]:
    """What the client had seen; a value that cannot be read counts as not seen."""
    seen = {}
    for name, value in base.items():
        declared = kind.field(name)
        with suppress(Refused):
            if declared is not None:
                seen[name] = None if value is None else declared.type.parse(value)
    return seen
