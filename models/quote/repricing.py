"""Quotes that were drafted with no network: today's prices stand, and the draft keeps those it was written with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from models.account import Account
from models.base import now
from models.errors import N_, Refused
from models.letterhead import get_letterhead
from models.quote import Quote
from models.quote.drafting import Entry, draft_quote, issue, write_lines
from models.repricing import Wish, reprice
from models.session import Session


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
    return [
        Entry(
            description=product.name,
            quantity=wish.quantity,
            unit=product.unit,
            price=found.price,
            vat_percent=vat,
            discount_percent=wish.discount_percent,
            code=product.code,
            product_id=product.id,
            drafted_price=wish.price,
        )
        for wish, product, found in reprice(db, wishes, day, currency)
    ]
