"""The inbox of visits: what came in, unread and newest first, and marks of what was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Subquery,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload, selectinload

from models.access import Scope
from models.account import Account
from models.base import new_id, now
from models.dealer import Dealer
from models.errors import NotFound
from models.market import BrandUsage, CompetitorActivity
from models.newest import LIMIT, OFFSET, newest_ids
from models.product import Brand
from models.session import Database, Session
from models.text import prefix_range
from models.user import User
from models.visit import Comment, Visit, VisitParticipant, VisitRead

UNREAD_DAYS = 30
"""A visit that happened longer ago is history: nobody is asked to read it any more."""
NEVER = datetime.min.replace(tzinfo=UTC)
NAMES = 200
"""How many accounts and dealers a search for the start of a name looks at."""
MOST = 100
"""Counting stops here: whether 100 or 5,000 wait makes no difference to whoever looks."""

_VISIT, _COMMENT, _READ = Visit.__table__.c, Comment.__table__.c, VisitRead.__table__.c


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


class InboxRow(NamedTuple):
    """A visit as the inbox shows it: whether the reader has not read it yet, and how many comments it has."""

    id: UUID
    kind: str
    happened_at: datetime
    summary: str | None
    next_steps: str | None
    next_step_on: date | None
    place: str | None
    """Who was visited; None when the reader may not see them."""
    who: str
    unread: bool
    comments: int


class Inbox(NamedTuple):
    """A page of the inbox, and how many visits are unread, counted up to `MOST`; None where a filter narrows it."""

    rows: list[InboxRow]
    unread: int | None


def list_visits(db: Session, wanted: VisitFilter | None = None, *, limit: int = 50, offset: int = 0) -> Inbox:
    """The visits that took place and that the principal may see: unread ones first, then the newest."""
    wanted = wanted or VisitFilter()
    given = {name: value for name, value in asdict(wanted).items() if value and name != "unread"}
    names = _called(db, given.pop("name")) if wanted.name else {}
    statement = _statement(db.principal.scope, frozenset(given | names), wanted.unread)
    reader = {"reader": db.principal.user_id, "news_since": news_since(), "enough": max(MOST, limit + offset)}
    db.keep_plans()
    found = db.rows(statement, given | names | reader | {"limit": limit, "offset": offset})
    whole = not given and not names and bool(found or not offset)
    counted = min(found[0][-1] if found else 0, MOST) if whole else None
    return Inbox([InboxRow._make(row[:-1]) for row in found], counted)


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


def is_unread(reader: ColumnElement[UUID], since: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether there is something new to read in a visit after `since`: another's, or a comment since last time."""
    seen = exists().where(_READ.user_id == reader, _READ.visit_id == _VISIT.id)
    mark = select(_READ.read_at).where(_READ.user_id == reader, _READ.visit_id == _COMMENT.visit_id)
    unheard = _COMMENT.created_at > func.coalesce(mark.scalar_subquery(), NEVER)
    # Found once for all visits: the comments of a month are few, and looking for some under each visit is not cheap.
    news = select(_COMMENT.visit_id).where(_COMMENT.user_id != reader, _COMMENT.created_at > since, unheard)
    return and_(_VISIT.happened_at > since, or_(and_(_VISIT.user_id != reader, ~seen), _VISIT.id.in_(news)))


def news_since() -> datetime:
    """When the time began from which an unread visit still counts as news."""
    return now() - timedelta(days=UNREAD_DAYS)


def mark_read(database: Database, db: Session, visit: Visit) -> bool:
    """Note that the principal has read the visit and its comments, if that is news; returns whether it was.

    In a short transaction of its own, because reading a page never writes.
    """
    if not db.scalar(_IS_NEWS, {"visit": visit.id, "reader": db.principal.user_id, "news_since": news_since()}):
        return False
    mark = insert(VisitRead).values(id=new_id(), user_id=db.principal.user_id, visit_id=visit.id, read_at=now())
    with database.transaction(db.principal) as short:
        short.execute(
            mark.on_conflict_do_update(index_elements=["user_id", "visit_id"], set_={"read_at": mark.excluded.read_at})
        )
    return True


def note_read(db: Session, visit_id: UUID, until: datetime) -> bool:
    """Note that the principal has read what was written under the visit up to a moment; returns whether it is in sight.

    A moment that lies ahead counts as now, and an earlier one than is known takes nothing back.
    """
    if db.get(Visit, visit_id) is None:
        return False
    read_at = min(until, now())
    mark = insert(VisitRead).values(id=new_id(), user_id=db.principal.user_id, visit_id=visit_id, read_at=read_at)
    later = func.greatest(VisitRead.read_at, mark.excluded.read_at)
    db.execute(mark.on_conflict_do_update(index_elements=["user_id", "visit_id"], set_={"read_at": later}))
    return True


ENOUGH = bindparam("enough", type_=Integer(), literal_execute=True)
READER, NEWS_SINCE = bindparam("reader", type_=Uuid()), bindparam("news_since", type_=DateTime(timezone=True))
UNREAD = is_unread(READER, NEWS_SINCE)
"""For the parameters `reader` and `news_since`."""
_IS_NEWS = select(UNREAD).where(_VISIT.id == bindparam("visit", type_=Uuid()))


@cache
def _statement(scope: Scope, given: frozenset[str], only_unread: bool) -> Select[*tuple[Any, ...]]:
    """The inbox's statement, built once for each shape: building it again costs as much as running it.

    Each half walks an index newest first and stops: neither sorts a region's history. The first half finds what is
    unread, at least a page of it; so whatever it did not find is read, or beyond this page.
    """
    conditions = [_VISIT.status == "completed", *(each for name, each in _conditions().items() if name in given)]
    news = newest_ids(scope, Visit, _VISIT.happened_at, UNREAD, *conditions, limit=ENOUGH)
    unread = select(news.c.id, news.c.key).cte("unread").prefix_with("materialized", dialect="postgresql")
    parts = [select(unread.c.id, unread.c.key, true().label("unread"))]
    if not only_unread:
        known = _VISIT.id.not_in(select(unread.c.id))
        rest = newest_ids(scope, Visit, _VISIT.happened_at, known, *conditions, limit=LIMIT + OFFSET)
        parts.append(select(rest.c.id, rest.c.key, false()))
    both = union_all(*parts).subquery("both")
    page = select(both).order_by(*_newest_first(both.c)).limit(LIMIT).offset(OFFSET).subquery("page")
    return _rows(page, select(func.count()).select_from(unread).scalar_subquery())


def _rows(page: Subquery, unread: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    """The columns of an InboxRow for the visits of a page, and how many are unread."""
    account, dealer, user = Account.__table__.c, Dealer.__table__.c, User.__table__.c
    comments = select(func.count()).where(_COMMENT.visit_id == page.c.id).scalar_subquery()
    own = (_VISIT[name] for name in InboxRow._fields[:6])
    return (
        select(*own, func.coalesce(account.name, dealer.name), user.name, page.c.unread, comments, unread)
        .select_from(page)
        .join(Visit.__table__, _VISIT.id == page.c.id)
        .join(User.__table__, user.id == _VISIT.user_id)
        .outerjoin(Account.__table__, account.id == _VISIT.account_id)
        .outerjoin(Dealer.__table__, dealer.id == _VISIT.dealer_id)
        .order_by(*_newest_first(page.c))
    )


def _newest_first(page: Any) -> tuple[ColumnElement[Any], ...]:
    return page.unread.desc(), page.key.desc(), page.id.desc()


def _conditions() -> dict[str, ColumnElement[bool]]:
    """What each part of a VisitFilter asks, for parameters of the same names."""
    same = ("user_id", "territory_id", "account_id", "dealer_id")
    found: dict[str, ColumnElement[bool]] = {name: _VISIT[name] == bindparam(name, type_=Uuid()) for name in same}
    accounts, dealers = (any_(bindparam(name, type_=ARRAY(Uuid()))) for name in ("accounts", "dealers"))
    return found | {
        "since": _VISIT.happened_at >= bindparam("since", type_=DateTime(timezone=True)),
        "until": _VISIT.happened_at < bindparam("until", type_=DateTime(timezone=True)),
        "without_competitor_data": _without_competitor_data(),
        "without_next_step": func.coalesce(_VISIT.next_steps, "") == "",
        "accounts": or_(_VISIT.account_id == accounts, _VISIT.dealer_id == dealers),
    }


def _without_competitor_data() -> ColumnElement[bool]:
    """An account was visited, and neither a competitor's brand in use nor anything a competitor did was noted."""
    rival = select(Brand.id).where(Brand.ours.is_(False))
    used = exists().where(BrandUsage.visit_id == _VISIT.id, BrandUsage.brand_id.in_(rival))
    done = exists().where(CompetitorActivity.visit_id == _VISIT.id)
    return and_(_VISIT.account_id.is_not(None), ~used, ~done)


def _called(db: Session, name: str) -> dict[str, list[UUID]]:
    """Those whose name starts so. Looked up first: the index on names serves a search, a join would not."""
    first, beyond = prefix_range(name)
    accounts = select(Account.id).where(Account.name_key >= first, Account.name_key < beyond).limit(NAMES)
    dealers = select(Dealer.id).where(Dealer.name_key >= first, Dealer.name_key < beyond).limit(NAMES)
    return {"accounts": [*db.scalars(accounts)], "dealers": [*db.scalars(dealers)]}
