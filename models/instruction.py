"""Instructions: what a manager or head office asks of whoever holds an account, or of one rep, until a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, and_, exists, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_TERRITORIES, OWN_USER, Access, insert, read, through, update, write
from models.account import Account
from models.base import Base, Created, Key, Synced, now
from models.errors import N_, NotFound, Refused
from models.market import at_account
from models.region import Region, Territory, TerritoryAssignment
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.user import User
from models.visit import Visit

_TO_ME = f"{OWN_TERRITORIES} or {OWN_USER}"
_REP_OF_REGION = (
    "exists (select 1 from territory_assignment held join territory t on t.id = held.territory_id"
    " where held.user_id = instruction.user_id and held.held_until is null"
    " and t.region_id = (select portal_id('portal.region_id')))"
)
_GIVEN = (
    f"{OWN_REGION} and author_id = (select portal_id('portal.user_id')) and (user_id is null or {_REP_OF_REGION})"
    f" and (visit_id is null or {through('visit', 'visit_id')})"
)
"""A manager asks in his own name, of the reps of his region, with reference to visits that he may read."""

STATES = {
    "given": N_("not read yet"),
    "read": N_("read"),
    "late": N_("late"),
    "closed": N_("closed"),
    "withdrawn": N_("withdrawn"),
}


class Instruction(Synced, Base):
    """Something to be done by a day: about an account, by whoever holds it, or by one rep (`user_id`).

    One about an account moves with it. The rep answers and closes it; `visit_id` is the visit that gave rise to it.
    """

    __tablename__ = "instruction"
    __feed__ = Feed("instruction", TERRITORY, "territory_id", rep="user_id")
    __table_args__ = (
        at_account(),
        CheckConstraint("num_nonnulls(account_id, user_id) = 1", name="owner"),
        CheckConstraint("(account_id is null) = (territory_id is null)", name="territory"),
        CheckConstraint("text <> ''", name="text"),
        Index("ix_instruction_territory_due", "territory_id", "due_on"),
        Index("ix_instruction_region_due", "region_id", "due_on"),
        Index("ix_instruction_account", "account_id"),
    )
    __access__ = Access(
        rep=read(_TO_ME) + update(_TO_ME),
        manager=read(OWN_REGION) + insert(_GIVEN) + update(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    account_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    territory_id: Mapped[UUID | None]
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id", ondelete="SET NULL"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    due_on: Mapped[date]
    created_at: Mapped[Created]
    read_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(primaryjoin="foreign(Instruction.account_id) == Account.id")
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    author: Mapped[User] = relationship(foreign_keys=[author_id])
    visit: Mapped[Visit | None] = relationship()
    region: Mapped[Region] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.closed_at is None and self.withdrawn_at is None

    def state(self, today: date) -> str:
        """How it stands on a day: one of `STATES`."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.closed_at is not None:
            return "closed"
        if self.due_on < today:
            return "late"
        return "read" if self.read_at else "given"

    def rewrite(self, text: str, due_on: date) -> None:
        """Say it otherwise, or give more time. Refused once it is no longer open."""
        if not self.is_open:
            raise Refused(N_("This instruction is no longer open."))
        self.text, self.due_on = _said(text), due_on

    def withdraw(self) -> None:
        """Take it back: it need not be done any more."""
        if not self.is_open:
            raise Refused(N_("This instruction is no longer open."))
        self.withdrawn_at = now()

    def reopen(self) -> None:
        """Ask for it again, after it was closed or withdrawn."""
        if self.is_open:
            raise Refused(N_("This instruction is open already."))
        self.closed_at = self.withdrawn_at = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionFilter:
    """What narrows a list; None does not. `state` is `open`, `late` (by `today`), `closed` or `withdrawn`."""

    state: str | None = None
    account_id: UUID | None = None
    visit_id: UUID | None = None
    rep_id: UUID | None = None
    today: date | None = None


def instruct(
    db: Session, text: str, due_on: date, *, account: Account | None = None, rep: User | None = None, **more: Any
) -> Instruction:
    """Ask something, as whoever `db` acts for: of the rep who holds the account, or of one rep in general.

    `more` is the `visit_id` that gave rise to it. Refused without an owner or words, and of reps without a territory.
    """
    if (account is None) == (rep is None):
        raise Refused(N_("Choose an account or a rep."))
    place = {"territory_id": account.territory_id, "region_id": account.region_id} if account else {}
    if rep is not None:
        place = {"region_id": _region_of(db, rep)}
    written = Instruction(
        account_id=account.id if account else None,
        user_id=rep.id if rep else None,
        author_id=db.principal.user_id,
        text=_said(text),
        due_on=due_on,
        **place,
        **more,
    )
    db.add(written)
    db.flush()
    return written


def list_instructions(db: Session, wanted: InstructionFilter, *, limit: int = 50, offset: int = 0) -> list[Instruction]:
    """Instructions that the principal may see: open ones first, by the day they are due."""
    is_open = and_(Instruction.closed_at.is_(None), Instruction.withdrawn_at.is_(None))
    query = select(Instruction).options(
        joinedload(Instruction.account), joinedload(Instruction.user), joinedload(Instruction.author)
    )
    states = {
        "open": is_open,
        "late": and_(is_open, Instruction.due_on < (wanted.today or now().date())),
        "closed": Instruction.closed_at.is_not(None),
        "withdrawn": Instruction.withdrawn_at.is_not(None),
    }
    if wanted.state in states:
        query = query.where(states[wanted.state])
    for column, value in ((Instruction.account_id, wanted.account_id), (Instruction.visit_id, wanted.visit_id)):
        if value is not None:
            query = query.where(column == value)
    if wanted.rep_id is not None:
        query = query.where(_concerns(wanted.rep_id))
    query = query.order_by(is_open.desc(), Instruction.due_on, Instruction.id)
    return list(db.scalars(query.limit(limit).offset(offset)))


def get_instruction(db: Session, instruction_id: UUID) -> Instruction:
    """The instruction with who and what it concerns. Raises NotFound."""
    everything = (Instruction.account, Instruction.user, Instruction.author, Instruction.visit)
    query = select(Instruction).where(Instruction.id == instruction_id)
    found = db.scalar(query.options(*(joinedload(each) for each in everything)))
    if found is None:
        raise NotFound
    return found


def owners(db: Session, instructions: Iterable[Instruction]) -> dict[UUID, str]:
    """By instruction, the name of who is to do it now; those about an account that nobody holds are left out."""
    every = list(instructions)
    territories = {each.territory_id for each in every}
    query = select(TerritoryAssignment.territory_id, User.name).join(User, User.id == TerritoryAssignment.user_id)
    query = query.where(TerritoryAssignment.territory_id.in_(territories), TerritoryAssignment.held_until.is_(None))
    holders: dict[UUID | None, str] = {row[0]: row[1] for row in db.execute(query)}
    named = ((each.id, each.user.name if each.user else holders.get(each.territory_id)) for each in every)
    return {key: name for key, name in named if name}


def _concerns(rep_id: UUID) -> Any:
    held = exists().where(
        TerritoryAssignment.territory_id == Instruction.territory_id,
        TerritoryAssignment.user_id == rep_id,
        TerritoryAssignment.held_until.is_(None),
    )
    return or_(Instruction.user_id == rep_id, held)


def _region_of(db: Session, rep: User) -> UUID:
    held = select(Territory.region_id).join(TerritoryAssignment, TerritoryAssignment.territory_id == Territory.id)
    held = held.where(TerritoryAssignment.user_id == rep.id, TerritoryAssignment.held_until.is_(None))
    region = db.scalar(held.order_by(Territory.region_id != (db.principal.region_id or rep.region_id)).limit(1))
    if region is None:
        raise Refused(N_("%(name)s holds no territory at present."), name=rep.name)
    return region


def _said(text: str) -> str:
    if not text.strip():
        raise Refused(N_("Say what shall be done."))
    return text.strip()
