"""Operations of the inbox in a form that people can read: which fields they write, and what they are about."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fieldsync.records import KINDS
from models.account import Account
from models.session import Session
from models.sync.inbox import Operation as Kept
from models.sync.rows import Values, read_rows


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of an operation or of a conflict: its value as it travels and, where it names a record, that name."""

    field: str
    value: Any
    names: Sequence[str]
    before: Any = None


def describe(db: Session, kept: Kept) -> list[Entry]:
    """The fields that an operation writes, in the order in which the kind declares them."""
    body = body_of(kept)
    patch, base = body.get("patch"), body.get("base")
    if not isinstance(patch, dict):
        return []
    base = base if isinstance(base, dict) else {}
    kind = KINDS.get(kept.kind)
    order = [field.name for field in kind.fields] if kind else []
    fields = sorted(patch, key=lambda name: order.index(name) if name in order else len(order))
    return [Entry(name, patch[name], name_of(db, kept.kind, name, patch[name]), base.get(name)) for name in fields]


def name_of(db: Session, kind_name: str, field_name: str, value: Any) -> list[str]:
    """The names of the records that a field refers to, as far as the principal may see them."""
    kind = KINDS.get(kind_name)
    field = kind.field(field_name) if kind else None
    if field is None or field.refers is None or value is None:
        return []
    cls = KINDS[field.refers].cls
    ids = [UUID(each) for each in (value if isinstance(value, list) else [value]) if _is_id(each)]
    columns = ["name"] if "name" in cls.__table__.columns else []
    found = read_rows(db, cls, columns, ids) if columns else {}
    return [found[each]["name"] for each in ids if each in found]


def abouts(db: Session, operations: Sequence[Kept]) -> dict[UUID, str]:
    """What each operation is about, by its id: the name it writes, else its record's, else the account's.

    The number of statements does not grow with the operations. What the principal may not see is left out.
    """
    found = _of_records(db, [(kept.op_id, kept.kind, kept.row_id) for kept in operations])
    accounts = {}
    for kept in operations:
        patch = body_of(kept).get("patch")
        patch = patch if isinstance(patch, dict) else {}
        if isinstance(patch.get("name"), str):
            found[kept.op_id] = patch["name"]
        elif _is_id(patch.get("account_id")):
            accounts[kept.op_id] = UUID(patch["account_id"])
    names = read_rows(db, Account, ["name"], accounts.values())
    return found | {op_id: names[account]["name"] for op_id, account in accounts.items() if account in names}


def names_of(db: Session, records: Iterable[tuple[UUID, str, UUID]]) -> dict[UUID, str]:
    """What records are called, by the key given with each (key, kind, id)."""
    return _of_records(db, records)


def _of_records(db: Session, records: Iterable[tuple[UUID, str, UUID]]) -> dict[UUID, str]:
    wanted: dict[str, dict[UUID, UUID]] = defaultdict(dict)
    for key, kind, row_id in records:
        wanted[kind][key] = row_id
    found: dict[UUID, str] = {}
    accounts: dict[UUID, UUID] = {}
    for kind, ids in wanted.items():
        for key, values in _rows(db, kind, ids).items():
            if values.get("name"):
                found[key] = values["name"]
            elif values.get("account_id"):
                accounts[key] = values["account_id"]
    names = read_rows(db, Account, ["name"], accounts.values())
    return found | {key: names[account]["name"] for key, account in accounts.items() if account in names}


def _rows(db: Session, kind: str, ids: dict[UUID, UUID]) -> dict[UUID, Values]:
    cls = KINDS[kind].cls if kind in KINDS else None
    columns = [name for name in ("name", "account_id") if cls is not None and name in cls.__table__.columns]
    if cls is None or not columns:
        return {}
    rows = read_rows(db, cls, columns, ids.values())
    return {key: rows[row_id] for key, row_id in ids.items() if row_id in rows}


def body_of(kept: Kept) -> dict[str, Any]:
    """What the client sent; characters that the database cannot hold are kept as text."""
    body: dict[str, Any] = json.loads(kept.body["text"]) if set(kept.body) == {"text"} else kept.body
    return body


def _is_id(value: Any) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
