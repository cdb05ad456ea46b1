"""Finding a thing by its name or number, whatever it is: the field at the top of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models.access import Permission
from models.account import Account, Contact
from models.dealer import Dealer
from models.lead import Lead
from models.order import Order
from models.product import Product
from models.quote import Quote
from models.session import Session
from models.text import fold

Found = Select[UUID, str, str | None]

EACH = 6
"""Hits of one kind that are shown; the lists themselves find more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its kind (a URL's first part), its id, what it is called, and one line about it."""

    kind: str
    id: UUID
    title: str
    note: str | None


def find(db: Session, words: str) -> list[Hit]:
    """What the principal may see and whose name holds `words`, or whose number or code starts with them."""
    key = fold(words)
    if len(key) < 2:
        return []
    queries: list[tuple[Permission, str, Found]] = [
        (Permission.SEE_STOCK, "stock", _named(key, Product, Product.code)),
        (Permission.SEE_DEALERS, "dealers", _named(key, Dealer, Dealer.code)),
        (Permission.SEE_VISITS, "accounts", _named(key, Account, Account.town)),
        (Permission.SEE_VISITS, "contacts", _contacts(key)),
        (Permission.SEE_ORDERS, "orders", _numbered(words, Order.id, Order.number, Order.status)),
        (Permission.SEE_LEADS, "leads", _numbered(words, Lead.id, Lead.number, Lead.wanted)),
        (Permission.SEE_QUOTES, "quotes", _numbered(words, Quote.id, Quote.number, Quote.customer_name)),
    ]
    allowed = ((kind, query) for permission, kind, query in queries if db.principal.may(permission))
    return [Hit(kind, *row) for kind, query in allowed for row in db.execute(query.limit(EACH))]


def _named(
    key: str,
    mapped: type[Product | Dealer | Account],
    note: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
) -> Found:
    matches = mapped.name_key.contains(key, autoescape=True)
    if mapped is not Account:
        matches = or_(matches, note.istartswith(key, autoescape=True))
    starts = mapped.name_key.startswith(key, autoescape=True)
    return select(mapped.id, mapped.name, note).where(matches).order_by(starts.desc(), mapped.name_key)


def _contacts(key: str) -> Found:
    """People, leading to the account they work at."""
    query = select(Account.id, Contact.name, Account.name).join(Account, Account.id == Contact.account_id)
    return query.where(Contact.name_key.contains(key, autoescape=True)).order_by(Contact.name_key)


def _numbered(
    words: str,
    id_: InstrumentedAttribute[UUID],
    number: InstrumentedAttribute[Any],
    note: InstrumentedAttribute[str],
) -> Found:
    matches = or_(number == words.strip(), number.istartswith(words.strip(), autoescape=True))
    return select(id_, number, note).where(matches).order_by(number)
