"""More accounts, visits and brand usage than the cast has, through the models' own creators."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import update

from models.account import Account
from models.base import now
from models.market import BrandUsage, record_usage
from models.product import Brand, ProductGroup
from models.region import Territory
from models.session import Session
from models.user import User
from models.visit import Comment, Visit, VisitRead, log_visit
from tests.world import NOON, TODAY, ident


def move_to_now(db: Session) -> None:
    """Let the cast's visits, comments and marks be of the last days, for screens, which run by the real clock."""
    later = now() - NOON
    for column in (Visit.happened_at, Comment.created_at, VisitRead.read_at):
        db.execute(update(column.class_).values({column: column + later}))


def add_account(db: Session, name: str, territory: str = "izmir", interval: int | None = 30) -> Account:
    """An account in a territory of the cast."""
    place = db.get_one(Territory, ident(f"territory.{territory}"))
    account = Account(name=name, territory_id=place.id, region_id=place.region_id, visit_interval_days=interval)
    db.add(account)
    return account


def add_visit(
    db: Session, account: Account, user: str = "cem", happened_at: datetime = NOON, summary: str | None = "Görüşüldü."
) -> Visit:
    """A visit that took place."""
    return log_visit(db, account, db.get_one(User, ident(f"user.{user}")), happened_at, summary=summary)


def add_visits(db: Session, account: Account, count: int, user: str = "cem", last: datetime = NOON) -> list[Visit]:
    """Visits an hour apart, the newest at `last`."""
    return [add_visit(db, account, user, last - timedelta(hours=number)) for number in range(count)]


def add_usage(
    db: Session,
    account: Account,
    quantity: str | int | Decimal,
    brand: str = "ours",
    *,
    group: str = "basic",
    user: str = "cem",
    on: date = TODAY,
    visit: Visit | None = None,
) -> BrandUsage:
    """A brand usage as somebody told it."""
    return record_usage(
        db,
        account,
        db.get_one(ProductGroup, ident(f"group.{group}")),
        db.get_one(Brand, ident(f"brand.{brand}")),
        Decimal(quantity),
        observed_on=on,
        user=db.get_one(User, ident(f"user.{user}")),
        visit=visit,
    )
