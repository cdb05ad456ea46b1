"""Applying a batch of operations: read what they touch, merge in memory, write each kind in one go.

A batch is applied inside one savepoint. If the database refuses it, each operation is tried in a savepoint of its own,
so that the one it cannot take is the only one that suffers.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from fieldsync.merge import Row, merge
from fieldsync.operations import ELSEWHERE, NOT_FOUND, NOT_YOURS, WAITS_TOO, Change, Operation, Result, Unfit, message
from fieldsync.orders import Order, Reading, Settlement, Withdrawal, read_order
from fieldsync.records import KINDS, Kind
from fieldsync.settling import note, settle, withdraw
from fieldsync.verbs import carry_out
from models.access import Scope
from models.base import new_id
from models.errors import N_
from models.region import list_reach
from models.session import Session
from models.sync import conflict, inbox, rows
from models.sync.inbox import Verdict

log = logging.getLogger(__name__)

NOT_TAKEN = N_("The server could not take this in. It is kept and will be looked at.")

Key = tuple[str, UUID]


def apply(db: Session, operations: Sequence[Operation]) -> list[Result]:
    """The results of the operations, in their order. Raises for the server's own trouble, never for their content."""
    made = {(operation.kind, operation.row_id) for operation in operations if operation.body.get("action") == "create"}
    try:
        with rows.savepoint(db):
            return Batch(db, [read_order(operation) for operation in operations], made=made).run()
    except rows.Interrupted:
        raise
    except Exception:
        return [_apply_alone(db, operation, made) for operation in operations]


def _apply_alone(db: Session, operation: Operation, made: Set[Key]) -> Result:
    """Even a mistake of ours must not send the client away with an error: its queue would stand still for ever."""
    try:
        with rows.savepoint(db):
            return Batch(db, [read_order(operation)], made=made).run()[0]
    except rows.Interrupted:
        raise
    except rows.RowRefused as refusal:
        log.warning("operation %s was refused: %s", operation.op_id, refusal)
        if refusal.unseen:
            return Result(Verdict.OUT_OF_SCOPE, message=message(ELSEWHERE))
        return Result(Verdict.NEEDS_FIX, message=message(NOT_TAKEN))
    except Exception:
        log.exception("operation %s could not be applied", operation.op_id)
        return Result(Verdict.HELD, message=message(NOT_TAKEN))


class Batch:
    """The working memory of one batch: the rows it touches as they are, and as they become.

    `writer` is whose work it is, where somebody else applies it; `region_id` then is where it came from. `made` are the
    records that operations which arrived with these are to make.
    """

    def __init__(
        self,
        db: Session,
        orders: Sequence[Order],
        *,
        writer: UUID | None = None,
        region_id: UUID | None = None,
        made: Set[Key] = frozenset(),
    ) -> None:
        self.db = db
        self.orders = orders
        self.writer = writer or db.principal.user_id
        self.region_id = region_id
        self.made = made
        changes = [order for order in orders if isinstance(order, Change)]
        self.rows: dict[Key, Row] = {}
        self.seen: dict[str, set[UUID]] = {}
        self.places: dict[Key, dict[str, Any]] = {}
        self.late: dict[UUID, rows.Values] = {}
        self.history: list[rows.Values] = []
        self.conflicts: list[rows.Values] = []
        self._load(changes, [order.operation.row_id for order in orders if isinstance(order, Settlement)])
        self._look_around(changes)

    def run(self) -> list[Result]:
        """Carry out each order in turn, then write everything."""
        results = [self._result(order, self._carry_out) for order in self.orders]
        self._write()
        for place, order in enumerate(self.orders):
            if isinstance(order, Change) and order.kind.by_verb and results[place].verdict is Verdict.APPLIED:
                results[place] = self._result(order, self._carry_out_by_verb)
        for order, result in zip(self.orders, results, strict=True):
            if isinstance(order, Change) and order.key in self.rows and result.version is not None:
                result.version = self.rows[order.key].version
        return results

    def _carry_out_by_verb(self, change: Change) -> Result:
        return carry_out(self.db, change, self.writer, self.late.get(change.operation.op_id))

    @staticmethod
    def _result(order: Order, deed: Callable[[Any], Result]) -> Result:
        try:
            return order if isinstance(order, Result) else deed(order)
        except Unfit as unfit:
            return unfit.result

    def _carry_out(self, order: Change | Settlement | Withdrawal | Reading) -> Result:
        if isinstance(order, Change):
            return self._merge(order)
        if isinstance(order, Settlement):
            return settle(self.rows, order, self.db.principal.user_id, self.history)
        if isinstance(order, Reading):
            return note(self.db, order)
        return withdraw(self.db, order)

    def _load(self, changes: Iterable[Change], disputed: Sequence[UUID]) -> None:
        """Lock and read the rows that the operations name, and those that settled conflicts are about."""
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for change in changes:
            if not change.kind.by_verb:
                wanted[change.kind.name].add(change.operation.row_id)
        self._read("conflict", disputed)
        for row in self.rows.values():
            wanted[row.values["row_kind"]].add(row.values["row_id"])
        for name in sorted(wanted):
            self._read(name, wanted[name])

    def _read(self, name: str, ids: Iterable[UUID]) -> None:
        kind, wanted = KINDS[name], list(ids)
        columns = [*kind.columns, *_kept_beside(kind)]
        for row_id, values in rows.read_rows(self.db, kind.cls, columns, wanted, lock=True).items():
            self.rows[name, row_id] = Row.known(values)
        if kind.part is not None:
            part = kind.part
            listed = rows.read_parts(self.db, part.cls, part.parent, part.value, wanted)
            for row_id in wanted:
                if row := self.rows.get((name, row_id)):
                    row.values[part.field.name] = listed.get(row_id, [])

    def _look_around(self, changes: Sequence[Change]) -> None:
        """Read what the operations refer to: whether it may be seen, and in which territory a parent lies."""
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for change in changes:
            for field, value in references(change):
                wanted[field].add(value)
        placing = {kind.place[1] for kind in KINDS.values() if kind.place}
        for name, ids in wanted.items():
            columns = ["territory_id", "region_id"] if name in placing else []
            found = rows.read_rows(self.db, KINDS[name].cls, columns, ids)
            self.seen[name] = set(found)
            if columns:
                self.places |= {(name, row_id): values for row_id, values in found.items()}
        self.regions = list_reach(self.db)
        for change in changes:
            self._find_late_place(change)

    def _find_late_place(self, change: Change) -> None:
        """A fact about an account that left the rep goes where the account is now, if he held it when it happened."""
        account = change.patch.get("account_id")
        when = change.patch.get(change.kind.when) if change.kind.when else None
        if not change.create or when is None or account is None or account in self.seen["account"]:
            return
        if ("account", account) in self.rows or (place := rows.late_place(self.db, account, moments(when))) is None:
            return
        self.late[change.operation.op_id] = place
        self.regions.setdefault(place["territory_id"], place["region_id"])

    def _merge(self, change: Change) -> Result:
        row = self.rows.get(change.key)
        if row is None and not change.create and not change.kind.by_verb:
            return self._edit_of_unseen(change)
        self._check_references(change)
        if change.kind.by_verb:
            return Result(Verdict.APPLIED)
        if change.kind.personal and change.operation.row_id != self.writer:
            raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
        if row is None:
            self.rows[change.key] = Row.new(change.patch, self._owner(change))
            return Result(Verdict.APPLIED, version=1)
        if change.kind.owned and row.values["user_id"] != self.writer:
            raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
        result, before, conflicts = merge(change, row)
        if before and not row.is_new:
            self.history.append({**_of(change), "before": change.kind.dump_values(before)})
        self._open(change, conflicts, result)
        return result

    def _check_references(self, change: Change) -> None:
        """What a record refers to must be in sight, or else it is the manager's to decide."""
        for name, value in references(change):
            if value not in self.seen[name] and (name, value) not in self.rows:
                alive = name not in _CATALOGUE_KINDS and rows.list_alive(self.db, name, [value])
                if alive and change.operation.op_id in self.late:
                    continue
                raise Unfit(*((Verdict.OUT_OF_SCOPE, ELSEWHERE) if alive else (Verdict.NEEDS_FIX, NOT_FOUND)))

    def _edit_of_unseen(self, change: Change) -> Result:
        """A record that moved away is the manager's to decide; a deleted one lives on as a conflict."""
        if rows.list_alive(self.db, change.kind.name, [change.operation.row_id]):
            raise Unfit(Verdict.OUT_OF_SCOPE, ELSEWHERE)
        if change.key in self.made or inbox.creation_waits(self.db, *change.key):
            raise Unfit(Verdict.HELD, WAITS_TOO)
        result = Result(Verdict.CONFLICT)
        self._open(change, {"*": (None, None, None)}, result)
        return result

    def _open(self, change: Change, conflicts: dict[str, tuple[Any, Any, Any]], result: Result) -> None:
        """Put each disputed field before people: what the rep saw, what the server holds, what the rep wrote."""
        for name, (base, theirs, mine) in conflicts.items():
            values = {"base": base, "theirs": theirs, "mine": mine}
            values = {side: change.kind.dump_value(name, value) for side, value in values.items()}
            if name == "*":
                values["mine"] = change.kind.dump_values(change.patch)
            row = {**_of(change, kind="row_kind"), "id": new_id(), "field": name, **values}
            row["user_id"] = self._concerned()
            self.conflicts.append(row)
            result.conflicts.append({"id": str(row["id"]), "field": name, **values})

    def _concerned(self) -> UUID | None:
        """Whose laptop shows a conflict: that of a rep who applies another's work, else its writer's."""
        principal = self.db.principal
        return principal.user_id if principal.scope is Scope.REP else self.writer

    def _owner(self, change: Change) -> rows.Values:
        """The territory, region and writer that a new row gets: from its parent, else from what the rep chose."""
        if change.kind.personal:
            return {}
        if change.kind.place:
            column, parent_kind = change.kind.place
            parent_id = change.patch.get(column)
            if parent_id is None:
                raise Unfit(Verdict.NEEDS_FIX, NOT_FOUND, column)
            parent = self.rows.get((parent_kind, parent_id))
            late = self.late.get(change.operation.op_id)
            place = parent.values if parent else late or self.places[parent_kind, parent_id]
            owner = {"territory_id": place["territory_id"], "region_id": self.regions[place["territory_id"]]}
        else:
            territory_id = change.patch["territory_id"]
            if territory_id not in self.regions:
                raise Unfit(Verdict.OUT_OF_SCOPE, ELSEWHERE)
            owner = {"territory_id": territory_id, "region_id": self.regions[territory_id]}
        return {**owner, "user_id": self.writer} if change.kind.owned else owner

    def _write(self) -> None:
        """Write every kind in the order in which they refer to each other."""
        for kind in KINDS.values():
            touched = {row_id: row for (name, row_id), row in self.rows.items() if name == kind.name and row.touched}
            part = kind.part.field.name if kind.part else None
            new = [
                {"id": row_id, **{name: value for name, value in row.values.items() if name != part}}
                for row_id, row in touched.items()
                if row.is_new
            ]
            rows.insert_rows(self.db, kind.cls, new)
            changed = {
                row_id: {name: row.values[name] for name in row.touched if name != part}
                for row_id, row in touched.items()
                if not row.is_new
            }
            for row_id, version in rows.update_rows(self.db, kind.cls, changed).items():
                touched[row_id].version = version
            if kind.part is not None:
                self._write_parts(kind, touched)
        conflict.add_all(self.db, conflict.RowHistory, self.history, self.region_id)
        conflict.add_all(self.db, conflict.Conflict, self.conflicts, self.region_id)

    def _write_parts(self, kind: Kind, touched: dict[UUID, Row]) -> None:
        part = kind.part
        if part is None:
            return
        parents = {row_id: row for row_id, row in touched.items() if part.field.name in row.touched}
        wanted = [
            {
                part.parent: row_id,
                part.value: value,
                "territory_id": row.values["territory_id"],
                "region_id": self.regions[row.values["territory_id"]],
            }
            for row_id, row in parents.items()
            for value in row.values[part.field.name] or []
        ]
        if parents:
            rows.replace_parts(self.db, part.cls, part.parent, part.value, wanted, parents)


def _kept_beside(kind: Kind) -> list[str]:
    """The columns that a merge needs and that do not travel."""
    return [name for name in ("version", "field_versions", "territory_id") if name in kind.cls.__table__.columns]


_CATALOGUE_KINDS = frozenset({"product_group", "brand", "product"})


def references(change: Change) -> Iterable[tuple[str, UUID]]:
    """(kind, id) of every record that a patch refers to."""
    for name, kind in change.kind.references.items():
        value = change.patch.get(name)
        if value is not None:
            for single in value if isinstance(value, list) else [value]:
                yield kind, single


def moments(when: datetime | date) -> list[datetime]:
    """The moments that stand for when something was: of a day its beginning and its end."""
    if isinstance(when, datetime):
        return [when]
    start = datetime.combine(when, time.min, UTC)
    return [start, start + timedelta(days=1)]


def _of(change: Change, kind: str = "kind") -> rows.Values:
    return {kind: change.kind.name, "row_id": change.operation.row_id, "op_id": change.operation.op_id}
