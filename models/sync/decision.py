"""What people decide about operations that could not be applied: accepted, handed over or discarded, and why.

Only the last word ends an operation; to hand it over asks the rep who holds the territory now. Every decision stays,
leaves an event, and reaches the laptop of whoever wrote the operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select, text, tuple_
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_USER, Access, Scope, insert, read
from models.base import Base, Created, Key, now
from models.errors import N_, NotFound, Refused
from models.session import Session
from models.sync.device import Client
from models.sync.feed import REP, Feed
from models.sync.inbox import OPEN, Operation, Verdict
from models.sync.notice import What, tell
from models.user import User

DECIDED_BY_ME = "decided_by = (select portal_id('portal.user_id'))"
OF_VISIBLE_OPERATION = (
    "exists (select 1 from op_inbox o where o.op_id = decision.op_id and o.user_id = decision.user_id)"
)
MAY_DECIDE = f"{DECIDED_BY_ME} and {OF_VISIBLE_OPERATION}"


class Outcome(StrEnum):
    """`accepted` and `discarded` end an operation; `handed_over` asks another rep."""

    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"
    DISCARDED = "discarded"


class Decision(Base):
    """One decision about one operation. `user_id` is who wrote the operation and is told."""

    __tablename__ = "decision"
    __feed__ = Feed("decision", REP, "user_id")
    __access__ = Access(
        rep=read(f"{OWN_USER} or {DECIDED_BY_ME}") + insert(MAY_DECIDE),
        manager=read(OWN_REGION) + insert(f"{OWN_REGION} and {MAY_DECIDE}"),
        hq=read(ALL) + insert(MAY_DECIDE),
    )
    __table_args__ = (
        CheckConstraint("outcome in ('accepted', 'handed_over', 'discarded')", name="outcome"),
        CheckConstraint("(outcome = 'handed_over') = (handed_to is not null)", name="handed_to"),
        CheckConstraint("outcome <> 'discarded' or reason <> '' or decided_by = user_id", name="reason"),
    )

    id: Mapped[Key]
    op_id: Mapped[UUID] = mapped_column(ForeignKey("op_inbox.op_id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    verdict: Mapped[str | None] = mapped_column(String(20))
    """What accepting it came to: `applied`, `merged` or `conflict`."""
    reason: Mapped[str | None] = mapped_column(String(500))
    handed_to: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[Created]

    decider: Mapped[User] = relationship(foreign_keys=[decided_by])
    asked: Mapped[User | None] = relationship(foreign_keys=[handed_to])


@dataclass(frozen=True, slots=True)
class Holder:
    """Where a record lies now, and who holds that territory; nobody may."""

    territory_id: UUID
    region_id: UUID
    user_id: UUID | None
    name: str | None


def lock_open(db: Session, op_id: UUID) -> Operation:
    """The operation, locked for a decision. Raises NotFound, and Refused when somebody was faster."""
    query = select(Operation).where(Operation.op_id == op_id).with_for_update(of=Operation)
    found = db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    if not found.waits:
        raise Refused(N_("This was decided already."))
    return found


def note_accepted(db: Session, operation: Operation, verdict: Verdict) -> Decision:
    """Write down that an operation was applied after all."""
    return _decide(db, operation, Outcome.ACCEPTED, verdict=verdict)


def discard(db: Session, operation: Operation, reason: str) -> Decision:
    """End an operation without applying it; it stays in the inbox. Only its writer need not say why."""
    if not reason.strip() and operation.user_id != db.principal.user_id:
        raise Refused(N_("Say why, so that whoever wrote it understands."))
    return _decide(db, operation, Outcome.DISCARDED, reason=reason.strip())


def hand_over(db: Session, operation: Operation, holder: Holder | None, about: str) -> Decision:
    """Ask the rep who holds the record's territory now; `about` names the record in his notice."""
    if holder is None or holder.user_id is None:
        raise Refused(N_("Nobody holds this territory at present."))
    if holder.user_id == operation.user_id:
        raise Refused(N_("This territory is held by whoever wrote it."))
    if holder.user_id == operation.handed_to:
        raise Refused(N_("%(name)s was asked already."), name=holder.name)
    operation.handed_to = holder.user_id
    tell(db, holder.user_id, holder.region_id, What.OPERATION_HANDED, operation.op_id, about)
    return _decide(db, operation, Outcome.HANDED_OVER, handed_to=holder.user_id)


def _decide(
    db: Session,
    operation: Operation,
    outcome: Outcome,
    *,
    verdict: Verdict | None = None,
    reason: str | None = None,
    handed_to: UUID | None = None,
) -> Decision:
    decision = Decision(
        op_id=operation.op_id,
        user_id=operation.user_id,
        region_id=operation.region_id,
        outcome=outcome,
        verdict=verdict,
        reason=reason,
        handed_to=handed_to,
        decided_by=db.principal.user_id,
    )
    if outcome is not Outcome.HANDED_OVER:
        operation.decided_at = now()
    if verdict is not None:
        operation.verdict = verdict
    db.add(decision)
    db.flush()
    return decision


def list_open(
    db: Session, *, verdict: str | None = None, user_id: UUID | None = None, limit: int = 50, offset: int = 0
) -> list[Operation]:
    """Operations that wait for the principal or, for a rep, those of his own that wait for somebody; oldest first."""
    query = _open()
    if verdict:
        query = query.where(Operation.verdict == verdict)
    if user_id:
        query = query.where(Operation.user_id == user_id)
    order = (Operation.received_at, Operation.client_id, Operation.seq)
    return list(db.scalars(query.order_by(*order).limit(limit).offset(offset)))


def list_open_of(db: Session, user_id: UUID, rows: Iterable[tuple[str, UUID]]) -> list[Operation]:
    """What one writer has waiting for any of the records (kind, id), in the order in which it was written."""
    same = tuple_(Operation.kind, Operation.row_id).in_(list(rows))
    query = _open().where(Operation.user_id == user_id, same)
    return list(db.scalars(query.order_by(Operation.received_at, Operation.client_id, Operation.seq)))


def list_those(db: Session, op_ids: Iterable[UUID]) -> list[Operation]:
    """Of these operations the ones that wait, in the order in which they were written."""
    query = _open().where(Operation.op_id.in_(list(op_ids)))
    return list(db.scalars(query.order_by(Operation.received_at, Operation.client_id, Operation.seq)))


def list_writers(db: Session) -> list[User]:
    """Those whose operations wait, by name."""
    waiting = select(Operation.user_id).where(Operation.decided_at.is_(None), Operation.verdict.in_(OPEN))
    return list(db.scalars(select(User).where(User.id.in_(waiting)).order_by(User.name_sort)))


def get_operation(db: Session, op_id: UUID) -> Operation:
    """One operation, waiting or not. Raises NotFound."""
    found = db.scalar(select(Operation).where(Operation.op_id == op_id).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def list_decisions(db: Session, op_id: UUID) -> list[Decision]:
    """What was decided about an operation, oldest first."""
    options = (joinedload(Decision.decider), joinedload(Decision.asked))
    query = select(Decision).where(Decision.op_id == op_id).options(*options)
    return list(db.scalars(query.order_by(Decision.decided_at, Decision.id)))


def find_holder(db: Session, kind: str, row_id: UUID) -> Holder | None:
    """Who holds the territory in which a record lies now, whoever may see it; None if the record is nowhere."""
    row = db.execute(text("select * from sync_holder(:kind, :row_id)"), {"kind": kind, "row_id": row_id}).one_or_none()
    return None if row is None else Holder(*row)


def may_accept(db: Session, operation: Operation) -> bool:
    """Whether the principal may apply this: managers and head office, and the rep who was asked."""
    principal = db.principal
    return operation.waits and (principal.scope is not Scope.REP or operation.handed_to == principal.user_id)


_WITH = (
    joinedload(Operation.user),
    joinedload(Operation.asked),
    joinedload(Operation.client).joinedload(Client.device),
)


def _open() -> Select[Operation]:
    waits = (Operation.decided_at.is_(None), Operation.verdict.in_(OPEN))
    return select(Operation).where(*waits).options(*_WITH)
