"""Quotes that were drafted with no network: today's prices stand, and the draft keeps those it was written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from models.account import Account
from models.base import now
from models.errors import N_, Refused
from models.letterhead import get_letterhead
from models.price import price_products
from models.product import Product
from models.product_tree import load_groups
from models.quote import Quote
from models.quote.drafting import Entry, draft_quote, issue, write_lines
from models.quote.totals import ZERO
from models.session import Session


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as it was written on the laptop, with the price that it showed for one unit."""

    product_id: UUID
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal = ZERO


def draft_repriced(
    db: Session,
    quote_id: UUID,
    account: Account,
    wishes: Sequence[Wish],
    day: date,
    *,
    currency: str,
    locale: str,
    user_id: UUID | None = None,
    contact: str | None = None,
) -> Quote:
    """A draft at the prices of the day. Refused where a product has none in the currency."""
    usual = get_letterhead(db, "")
    quote = draft_quote(
        db,
        account,
        quote_id=quote_id,
        quoted_on=day,
        valid_until=day + timedelta(days=usual.valid_days),
        currency=currency,
        locale=locale,
        user_id=user_id,
        contact=contact,
        terms=usual.terms.get(locale),
    )
    write_lines(quote, _entries(db, wishes, currency, usual.vat_percent, day))
    db.flush()
    return quote


def agree(quote: Quote) -> None:
    """The seller has seen what differs, and takes it."""
    quote.agreed_at = now()


def issue_at(db: Session, quote: Quote, total: Decimal, day: date) -> None:
    """Issue the draft that comes to this total, VAT included. Refused when it comes to something else by now."""
    if quote.total != total:
        raise Refused(
            N_("It comes to %(total)s %(currency)s by now. Look it over again."),
            total=f"{quote.total:.2f}",
            currency=quote.currency,
        )
    agree(quote)
    issue(db, quote, day)


def _entries(db: Session, wishes: Sequence[Wish], currency: str, vat: Decimal, day: date) -> list[Entry]:
    wanted = {wish.product_id for wish in wishes}
    products = {each.id: each for each in db.scalars(select(Product).where(Product.id.in_(wanted)))}
    groups = {each.id: each.product_group_id for each in products.values()}
    prices = price_products(db, load_groups(db), groups, None, day) if groups else {}
    entries = []
    for position, wish in enumerate(wishes, 1):
        product, price = products.get(wish.product_id), prices.get(wish.product_id)
        if product is None:
            raise Refused(N_("Line %(position)s names a product that is not sold any more."), position=position)
        if price is None or price.currency != currency:
            raise Refused(
                N_("No price list has a price for %(product)s in %(currency)s today."),
                product=product.code,
                currency=currency,
            )
        entries.append(
            Entry(
                description=product.name,
                quantity=wish.quantity,
                unit=product.unit,
                price=price.price,
                vat_percent=vat,
                discount_percent=wish.discount_percent,
                code=product.code,
                product_id=product.id,
                drafted_price=wish.price,
            )
        )
    return entries
