"""How a quote comes about: drafted for an account, lines written, issued with a number, expired after its last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, update

from models.account import Account
from models.base import new_id
from models.errors import N_, Refused
from models.quote import Quote, QuoteLine
from models.quote.document import ask_for_document
from models.quote.totals import HUNDRED, ZERO, line_amount
from models.repricing import MOST_LINES
from models.session import Session

ISSUED = N_("This quote was issued and cannot be changed any more.")
LONGEST = timedelta(days=731)
"""For how long a quote may be valid: two years, whether or not one of them is a leap year."""
LARGEST = Decimal("99999999999999.99")
"""The largest amount that a column of money holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line as somebody writes it. Without a product it is a text with a price."""

    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    vat_percent: Decimal
    discount_percent: Decimal = ZERO
    code: str = ""
    product_id: UUID | None = None
    drafted_price: Decimal | None = None
    """What the laptop showed where it was written with no network."""


def draft_quote(
    db: Session,
    account: Account,
    *,
    quoted_on: date,
    valid_until: date,
    currency: str,
    locale: str,
    dealer_id: UUID | None = None,
    user_id: UUID | None = None,
    contact: str | None = None,
    terms: str | None = None,
    quote_id: UUID | None = None,
) -> Quote:
    """A quote without lines for the account, by the session's user unless another is named; with an id of its own."""
    seller = user_id or db.principal.user_id
    if seller is None:
        raise LookupError("a quote needs somebody who makes it")
    quote = Quote(
        id=quote_id or new_id(),
        revision=1,
        account_id=account.id,
        territory_id=account.territory_id,
        region_id=account.region_id,
        dealer_id=dealer_id,
        user_id=seller,
        status="drafted",
        quoted_on=quoted_on,
        valid_until=valid_until,
        locale=locale,
        currency=currency,
        customer_name=account.name,
        customer_address=_address(account),
        customer_contact=contact,
        terms=terms,
        net=ZERO,
        vat=ZERO,
        total=ZERO,
        lines=[],
    )
    db.add(quote)
    db.flush()
    return quote


def check_validity(until: date, quoted_on: date) -> None:
    """Raise Refused for a last day that nobody means: one before the quote's own day, or years after it."""
    if until < quoted_on:
        raise Refused(N_("The last day cannot lie before the day of the quote."))
    if until - quoted_on > LONGEST:
        raise Refused(N_("A quote is valid for two years at most."))


def add_line(quote: Quote, entry: Entry) -> QuoteLine:
    """Add a line at the end."""
    write_lines(quote, [*map(_entry, quote.lines), entry])
    return quote.lines[-1]


def write_lines(quote: Quote, entries: Sequence[Entry]) -> None:
    """Make these the lines of the draft, in this order, and add them up."""
    _refuse_issued(quote)
    if len(entries) > MOST_LINES:
        raise Refused(N_("A quote holds at most %(count)s lines."), count=MOST_LINES)
    for position, entry in enumerate(entries, 1):
        _check(position, entry)
        if position > len(quote.lines):
            quote.lines.append(QuoteLine(id=new_id(), position=position))
        _write(quote.lines[position - 1], entry)
    del quote.lines[len(entries) :]
    _add_up(quote)


def issue(db: Session, quote: Quote, on: date) -> None:
    """Give the draft its number and its date, fix it, and ask for its PDF."""
    _refuse_issued(quote)
    if not quote.lines:
        raise Refused(N_("A quote needs at least one line."))
    if quote.differences and quote.agreed_at is None:
        raise Refused(N_("Prices have changed since this was drafted. Look over the differences first."))
    if quote.valid_until < on:
        raise Refused(
            N_("The quote would have ended before it was issued. Choose a later day until which it is valid.")
        )
    _add_up(quote)
    db.flush()  # lines first: once the quote is issued, the database no longer lets them change
    _hold_draft(db, quote)
    quote.number = db.scalar(select(func.next_quote_number(on)))
    quote.status, quote.quoted_on = "issued", on
    db.flush()
    ask_for_document(db, quote)


def discard(db: Session, quote: Quote) -> None:
    """Remove a draft."""
    _refuse_issued(quote)
    db.delete(quote)
    db.flush()


def expire_quotes(db: Session, today: date) -> int:
    """Mark the issued quotes whose last day is over; returns how many."""
    over = update(Quote).where(Quote.status == "issued", Quote.valid_until < today)
    return db.connection().execute(over.values(status="expired")).rowcount


def _refuse_issued(quote: Quote) -> None:
    if not quote.is_draft:
        raise Refused(ISSUED)


def _hold_draft(db: Session, quote: Quote) -> None:
    """Keep others from issuing the draft too, who read it before it changed: a second click, another window."""
    draft = select(Quote.id).where(Quote.id == quote.id, Quote.status == "drafted").with_for_update()
    if db.scalar(draft) is None:
        raise Refused(ISSUED)


def _check(position: int, entry: Entry) -> None:
    if not entry.description.strip():
        raise Refused(N_("Line %(position)s needs a description."), position=position)
    if entry.quantity <= 0:
        raise Refused(N_("Line %(position)s needs a quantity above zero."), position=position)
    if entry.price < 0:
        raise Refused(N_("Line %(position)s has a price below zero."), position=position)
    if not (0 <= entry.discount_percent <= HUNDRED and 0 <= entry.vat_percent <= HUNDRED):
        raise Refused(N_("Line %(position)s has a percentage that is not between 0 and 100."), position=position)
    if entry.quantity * entry.price > LARGEST:
        raise Refused(N_("Line %(position)s comes to more than an amount can hold."), position=position)


def _write(line: QuoteLine, entry: Entry) -> None:
    line.product_id, line.code, line.description = entry.product_id, entry.code, entry.description.strip()
    line.quantity, line.unit, line.price = entry.quantity, entry.unit, entry.price
    line.drafted_price = entry.drafted_price
    line.discount_percent, line.vat_percent = entry.discount_percent, entry.vat_percent
    line.amount = line_amount(line)


def _add_up(quote: Quote) -> None:
    sums = quote.totals
    if sums.total > LARGEST:
        raise Refused(N_("The lines come to more than an amount can hold."))
    quote.net, quote.vat, quote.total = sums.net, sums.vat, sums.total


def _entry(line: QuoteLine) -> Entry:
    return Entry(
        product_id=line.product_id,
        code=line.code,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        price=line.price,
        drafted_price=line.drafted_price,
        discount_percent=line.discount_percent,
        vat_percent=line.vat_percent,
    )


def _address(account: Account) -> str | None:
    """Street, then town and province, as far as they are known."""
    place = " / ".join(filter(None, (account.town, account.province.name if account.province else None)))
    return "\n".join(filter(None, (account.address, place))) or None
