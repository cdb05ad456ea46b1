"""Handing over a territory to another rep, or an account to another territory, at once or from a day on.

What a rep held when stays known: of territories in `territory_assignment`, of accounts in `account_move`, which the
database writes whoever moves an account. So work that arrives late is judged by what was true when it was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, Access, Role, change, read, through
from models.account import Account
from models.base import Base, Created, Key, now
from models.errors import N_, NotFound, Refused
from models.region import Territory, TerritoryAssignment, assign_territory
from models.session import Session
from models.sync.notice import What, tell
from models.user import User

PLANNED = "done_at is null and cancelled_at is null"
PLANNED_TERRITORY = f"account_id is null and {PLANNED}"


class State(StrEnum):
    """Where a hand-over stands."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class HandOver(Base):
    """One hand-over: of an account (`account_id`) from a territory to another, or of a whole territory to a rep."""

    __tablename__ = "hand_over"
    __access__ = Access(manager=change(OWN_REGION), hq=change(ALL))
    __table_args__ = (
        CheckConstraint("num_nonnulls(account_id, to_user_id) = 1", name="what"),
        CheckConstraint("(account_id is null) = (to_territory_id is null)", name="account"),
        Index("uq_hand_over_territory", "territory_id", unique=True, postgresql_where=PLANNED_TERRITORY),
        Index("uq_hand_over_account", "account_id", unique=True, postgresql_where=PLANNED),
        Index("ix_hand_over_due", "effective_at", postgresql_where=PLANNED),
    )

    id: Mapped[Key]
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    """What is handed over or, of an account, where it lay."""
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"), index=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    to_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    to_territory_id: Mapped[UUID | None] = mapped_column(ForeignKey("territory.id"))
    effective_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(500))
    ordered_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    ordered_at: Mapped[Created]
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship(foreign_keys=[territory_id])
    account: Mapped[Account | None] = relationship()
    to_user: Mapped[User | None] = relationship(foreign_keys=[to_user_id])
    to_territory: Mapped[Territory | None] = relationship(foreign_keys=[to_territory_id])
    orderer: Mapped[User] = relationship(foreign_keys=[ordered_by])

    @property
    def state(self) -> State:
        """Where it stands."""
        return State.DONE if self.done_at else State.CANCELLED if self.cancelled_at else State.PLANNED


class AccountMove(Base):
    """That an account went from one territory to another; only the database writes it, whoever moved the account."""

    __tablename__ = "account_move"
    _SEEN = read(through("account", "account_id"))
    __access__ = Access(rep=_SEEN, manager=_SEEN, hq=read(ALL))
    __audited__ = False  # the account's own event says who
    __table_args__ = (Index("ix_account_move_account", "account_id", "moved_at"),)

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    from_territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"))
    to_territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"))
    moved_at: Mapped[Created]

    from_territory: Mapped[Territory] = relationship(foreign_keys=[from_territory_id])
    to_territory: Mapped[Territory] = relationship(foreign_keys=[to_territory_id])


def hand_over_territory(
    db: Session, territory: Territory, user: User, effective_at: datetime, reason: str = ""
) -> HandOver:
    """Give a territory to another rep from a moment on; what is due is done at once. Refused if it makes no sense."""
    if user.role != Role.REP or not user.active:
        raise Refused(N_("A territory is handed to a rep who can sign in."))
    holder = _holder(db, territory.id)
    if holder is not None and holder.user_id == user.id:
        raise Refused(N_("%(name)s holds this territory already."), name=user.name)
    planned = HandOver(territory_id=territory.id, region_id=territory.region_id, to_user_id=user.id)
    return _order(db, planned, effective_at, reason)


def hand_over_account(
    db: Session, account: Account, territory: Territory, effective_at: datetime, reason: str = ""
) -> HandOver:
    """Move an account to another territory from a moment on; what is due is done at once. Refused if it is there."""
    if account.territory_id == territory.id:
        raise Refused(N_("This account lies in %(territory)s already."), territory=territory.name)
    planned = HandOver(territory_id=account.territory_id, region_id=account.region_id, account_id=account.id)
    planned.to_territory_id = territory.id
    return _order(db, planned, effective_at, reason)


def cancel(db: Session, planned: HandOver) -> None:
    """Call off what has not taken effect yet."""
    if planned.state is not State.PLANNED:
        raise Refused(N_("This hand-over is over already."))
    planned.cancelled_at = now()
    db.flush()


def carry_out_due(db: Session) -> int:
    """Do what is due, each once; returns how many. System only: the reader of a screen does his own at once."""
    due = select(HandOver).where(text(PLANNED), HandOver.effective_at <= now()).order_by(HandOver.effective_at)
    found = list(db.scalars(due.with_for_update(skip_locked=True, of=HandOver)))
    for planned in found:
        _carry_out(db, planned)
    return len(found)


def is_due(db: Session) -> bool:
    """Whether a hand-over takes effect now."""
    due = select(HandOver.id).where(text(PLANNED), HandOver.effective_at <= now()).limit(1)
    return db.scalar(due) is not None


def list_hand_overs(db: Session, *, state: str | None = None, limit: int = 50, offset: int = 0) -> list[HandOver]:
    """Hand-overs, the one that takes effect last first."""
    names = (HandOver.territory, HandOver.account, HandOver.to_user, HandOver.to_territory, HandOver.orderer)
    query = select(HandOver).options(*(joinedload(name) for name in names))
    if state:
        query = query.where(text(_IN_STATE[State(state)]))
    return list(db.scalars(query.order_by(HandOver.effective_at.desc(), HandOver.id).limit(limit).offset(offset)))


def get_hand_over(db: Session, hand_over_id: UUID) -> HandOver:
    """One hand-over. Raises NotFound."""
    found = db.get(HandOver, hand_over_id)
    if found is None:
        raise NotFound
    return found


def list_reps(db: Session) -> list[User]:
    """Whoever may hold a territory, by name."""
    query = select(User).where(User.role == Role.REP, User.active).order_by(User.name_sort)
    return list(db.scalars(query))


def list_moves(db: Session, account_id: UUID) -> Sequence[AccountMove]:
    """Where an account has been, newest first."""
    options = (joinedload(AccountMove.from_territory), joinedload(AccountMove.to_territory))
    query = select(AccountMove).where(AccountMove.account_id == account_id).options(*options)
    return db.scalars(query.order_by(AccountMove.moved_at.desc(), AccountMove.id.desc())).all()


_IN_STATE = {
    State.PLANNED: PLANNED,
    State.DONE: "done_at is not null",
    State.CANCELLED: "cancelled_at is not null",
}


def _order(db: Session, planned: HandOver, effective_at: datetime, reason: str) -> HandOver:
    same = HandOver.account_id == planned.account_id if planned.account_id else HandOver.account_id.is_(None)
    query = select(HandOver.id).where(same, HandOver.territory_id == planned.territory_id, text(PLANNED))
    if db.scalar(query.limit(1)) is not None:
        raise Refused(N_("A hand-over of this is planned already. Call it off first."))
    planned.effective_at, planned.reason = effective_at, reason.strip()[:500] or None
    who = db.principal.user_id
    assert who is not None
    planned.ordered_by = who
    db.add(planned)
    db.flush()
    if effective_at <= now():
        _carry_out(db, planned)
    return planned


def _carry_out(db: Session, planned: HandOver) -> None:
    if planned.account_id is None:
        _give_territory(db, planned)
    else:
        _move_account(db, planned)
    planned.done_at = now()
    db.flush()


def _give_territory(db: Session, planned: HandOver) -> None:
    """From the moment that was promised, also if this runs late; but nobody loses a territory before he got it."""
    territory, user = db.get_one(Territory, planned.territory_id), db.get_one(User, planned.to_user_id)
    before = _holder(db, territory.id)
    at = planned.effective_at if before is None or before.held_from < planned.effective_at else now()
    assign_territory(db, territory, user, at)
    db.flush()
    if before is not None:
        tell(db, before.user_id, territory.region_id, What.TERRITORY_LEFT, territory.id, territory.name, user.name)
    person = before.user.name if before is not None else None
    tell(db, user.id, territory.region_id, What.TERRITORY_CAME, territory.id, territory.name, person)


def _move_account(db: Session, planned: HandOver) -> None:
    account, territory = db.get_one(Account, planned.account_id), db.get_one(Territory, planned.to_territory_id)
    old, new = _holder(db, account.territory_id), _holder(db, territory.id)
    account.territory_id = territory.id
    account.region_id = territory.region_id
    db.flush()
    for holder, what, other in ((old, What.ACCOUNT_LEFT, new), (new, What.ACCOUNT_CAME, old)):
        if holder is not None:
            person = other.user.name if other is not None else None
            tell(db, holder.user_id, territory.region_id, what, account.id, account.name, person)


def _holder(db: Session, territory_id: UUID) -> TerritoryAssignment | None:
    query = select(TerritoryAssignment).where(
        TerritoryAssignment.territory_id == territory_id, TerritoryAssignment.held_until.is_(None)
    )
    return db.scalar(query.options(joinedload(TerritoryAssignment.user)))
