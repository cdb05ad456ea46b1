"""The inbox of visits: what came in, unread and newest first, and marks of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, selectinload

from models.account import Account
from models.base import new_id, now
from models.dealer import Dealer
from models.errors import NotFound
from models.market import BrandUsage, CompetitorActivity
from models.newest import newest_ids
from models.product import Brand
from models.session import Database, Session
from models.text import prefix_range
from models.visit import Comment, Visit, VisitParticipant, VisitRead

UNREAD_DAYS = 30
"""A visit that happened longer ago is history: nobody is asked to read it any more."""
NEVER = datetime.min.replace(tzinfo=UTC)
NAMES = 200
"""How many accounts and dealers a search for the start of a name looks at."""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """What narrows the inbox; None and False do not. `name` is the start of the account's or dealer's name."""

    name: str = ""
    user_id: UUID | None = None
    territory_id: UUID | None = None
    account_id: UUID | None = None
    dealer_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    unread: bool = False
    without_competitor_data: bool = False
    without_next_step: bool = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A visit as the inbox shows it: whether the reader has not read it yet, and how many comments it has."""

    visit: Visit
    unread: bool
    comments: int


def list_visits(db: Session, wanted: VisitFilter | None = None, *, limit: int = 50, offset: int = 0) -> list[InboxRow]:
    """The visits that took place and that the principal may see: unread ones first, then the newest."""
    wanted = wanted or VisitFilter()
    conditions = [Visit.status == "completed", *_conditions(wanted)]
    if wanted.name:
        conditions.append(_called(db, wanted.name))
    page = _page(db, conditions, limit, offset, only_unread=wanted.unread)
    comments = select(func.count(Comment.id)).where(Comment.visit_id == page.c.id).scalar_subquery()
    query = (
        select(Visit, page.c.unread, comments)
        .join(page, page.c.id == Visit.id)
        .order_by(page.c.unread.desc(), page.c.moment.desc(), page.c.id.desc())
        .options(joinedload(Visit.account), joinedload(Visit.dealer), joinedload(Visit.user))
    )
    return [InboxRow(*row) for row in db.execute(query)]


def get_visit(db: Session, visit_id: UUID) -> Visit:
    """The visit with the people who were there and the comments on it. Raises NotFound when it may not be seen."""
    query = select(Visit).where(Visit.id == visit_id)
    found = db.scalar(
        query.options(
            joinedload(Visit.account).joinedload(Account.territory),
            joinedload(Visit.dealer).joinedload(Dealer.territory),
            joinedload(Visit.user),
            selectinload(Visit.participants).joinedload(VisitParticipant.contact),
            selectinload(Visit.comments).joinedload(Comment.user),
        )
    )
    if found is None:
        raise NotFound
    return found


def visit_before(db: Session, visit: Visit) -> Visit | None:
    """The last visit to the same account or dealer before this one."""
    same = Visit.account_id == visit.account_id if visit.account_id else Visit.dealer_id == visit.dealer_id
    query = select(Visit).where(same, Visit.status == "completed", Visit.happened_at < visit.happened_at)
    return db.scalar(query.options(joinedload(Visit.user)).order_by(Visit.happened_at.desc()).limit(1))


def is_unread(db: Session) -> ColumnElement[bool]:
    """Whether the reader has something new to read: a visit of somebody else's, or a comment since he last looked."""
    reader = db.principal.user_id
    mark = select(VisitRead.read_at).where(VisitRead.user_id == reader, VisitRead.visit_id == Visit.id)
    seen_at = mark.correlate(Visit)  # named, because inside a lateral it would not be found by itself
    news = exists().where(
        Comment.visit_id == Visit.id,
        Comment.user_id != reader,
        Comment.created_at > func.coalesce(seen_at.scalar_subquery(), NEVER),
    )
    recent = Visit.happened_at > now() - timedelta(days=UNREAD_DAYS)
    return and_(recent, or_(and_(Visit.user_id != reader, ~seen_at.exists()), news))


def mark_read(database: Database, db: Session, visit: Visit) -> bool:
    """Note that the principal has read the visit and its comments, if that is news; returns whether it was.

    In a short transaction of its own, because reading a page never writes.
    """
    if not db.scalar(select(is_unread(db)).where(Visit.id == visit.id)):
        return False
    mark = insert(VisitRead).values(id=new_id(), user_id=db.principal.user_id, visit_id=visit.id, read_at=now())
    with database.transaction(db.principal) as short:
        short.execute(
            mark.on_conflict_do_update(index_elements=["user_id", "visit_id"], set_={"read_at": mark.excluded.read_at})
        )
    return True


def _page(
    db: Session, conditions: Sequence[ColumnElement[bool]], limit: int, offset: int, *, only_unread: bool
) -> Subquery:
    """The ids of one page. Each half walks an index newest first and stops: neither sorts a region's history."""
    unread = is_unread(db)
    halves = {True: unread} if only_unread else {True: unread, False: ~unread}
    found = []
    for state, condition in halves.items():
        visit = newest_ids(db, Visit, Visit.happened_at, condition, *conditions, limit=limit + offset)
        found.append(select(visit.c.id, visit.c.key.label("moment"), literal(state).label("unread")))
    inbox = union_all(*found).subquery()
    order = (inbox.c.unread.desc(), inbox.c.moment.desc(), inbox.c.id.desc())
    return select(inbox).order_by(*order).limit(limit).offset(offset).subquery()


def _conditions(wanted: VisitFilter) -> list[ColumnElement[bool]]:
    same = {
        Visit.user_id: wanted.user_id,
        Visit.territory_id: wanted.territory_id,
        Visit.account_id: wanted.account_id,
        Visit.dealer_id: wanted.dealer_id,
    }
    found = [column == value for column, value in same.items() if value is not None]
    if wanted.since is not None:
        found.append(Visit.happened_at >= wanted.since)
    if wanted.until is not None:
        found.append(Visit.happened_at < wanted.until)
    if wanted.without_competitor_data:
        found.append(_without_competitor_data())
    if wanted.without_next_step:
        found.append(func.coalesce(Visit.next_steps, "") == "")
    return found


def _without_competitor_data() -> ColumnElement[bool]:
    """An account was visited, and neither a competitor's brand in use nor anything a competitor did was noted."""
    rival = select(Brand.id).where(Brand.ours.is_(False))
    used = exists().where(BrandUsage.visit_id == Visit.id, BrandUsage.brand_id.in_(rival))
    done = exists().where(CompetitorActivity.visit_id == Visit.id)
    return and_(Visit.account_id.is_not(None), ~used, ~done)


def _called(db: Session, name: str) -> ColumnElement[bool]:
    """Visits to those whose name starts so. Looked up first: the index on names serves a search, a join would not."""
    first, beyond = prefix_range(name)
    accounts = select(Account.id).where(Account.name_key >= first, Account.name_key < beyond).limit(NAMES)
    dealers = select(Dealer.id).where(Dealer.name_key >= first, Dealer.name_key < beyond).limit(NAMES)
    return or_(Visit.account_id.in_(db.scalars(accounts).all()), Visit.dealer_id.in_(db.scalars(dealers).all()))
