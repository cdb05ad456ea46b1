"""What records are called, by their ids alone: for texts that hold nothing but an id, such as events."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CompoundSelect, Uuid, any_, bindparam, select, union_all

from models.account import Account, Contact
from models.dealer import Branch, Dealer
from models.lead import Lead
from models.order import Order
from models.price import PriceList
from models.product import Brand, Product, ProductGroup
from models.quote import Quote
from models.region import Province, Region, Territory
from models.session import Session
from models.stock import Warehouse
from models.user import User

NAMED = (Account, Branch, Brand, Contact, Dealer, PriceList, Product, ProductGroup, Province, Region, Territory, User)
NUMBERED = (Lead, Order, Quote)


def names_of(db: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Name or number of each record that has one and that the principal sees. One query, however many kinds."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    return {row[0]: row[1] for row in db.execute(_statement(), {"ids": wanted}) if row[1]}


@cache
def _statement() -> CompoundSelect[*tuple[Any, ...]]:
    called = [(kind.__table__.c, "name") for kind in (*NAMED, Warehouse)]
    called += [(kind.__table__.c, "number") for kind in NUMBERED]
    ids = any_(bindparam("ids", type_=ARRAY(Uuid())))
    return union_all(*(select(each.id, each[name].label("name")).where(each.id == ids) for each, name in called))
