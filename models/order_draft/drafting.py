"""How a draft of an order goes: written by a rep, priced for a dealer, proposed to him, answered by him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from models.account import Account
from models.base import new_id, now
from models.dealer import Dealer
from models.errors import N_, Refused
from models.order_draft import OrderDraft, OrderDraftLine
from models.quote.totals import to_cents
from models.repricing import Repriced, Wish, reprice
from models.session import Session
from models.user import User

LARGEST = Decimal("99999999999999.99")
"""The largest amount that a column of money holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rep wrote: for which dealer, which goods, at prices in which currency, and a word to the dealer."""

    dealer: Dealer
    wishes: Sequence[Wish]
    currency: str
    note: str | None = None


def draft_order(
    db: Session, draft_id: UUID, wanted: Wanted, day: date, *, user_id: UUID, account: Account | None = None
) -> OrderDraft:
    """A draft at the prices that the dealer pays on the day. Refused where a product has none."""
    draft = OrderDraft(
        id=draft_id,
        account_id=account.id if account else None,
        customer_name=account.name if account else None,
        user_id=user_id,
        rep_name=db.get_one(User, user_id).name,
        status="drafted",
        lines=[],
    )
    _write(db, draft, wanted, day)
    db.add(draft)
    db.flush()
    return draft


def rewrite(db: Session, draft: OrderDraft, wanted: Wanted, day: date) -> None:
    """Write a draft anew that the dealer has not got yet."""
    _hold(db, draft, "drafted")
    _write(db, draft, wanted, day)
    db.flush()
    db.expire(draft, ["dealer"])  # it may be another one now


def propose(db: Session, draft: OrderDraft, amount: Decimal, day: date) -> bool:
    """Let the dealer have the draft if it still comes to what the rep saw; else the new prices stay, and False."""
    _hold(db, draft, "drafted")
    if not draft.dealer.active:
        raise Refused(N_("%(name)s does not buy from us any more. Choose another dealer."), name=draft.dealer.name)
    _write(db, draft, _as_drafted(draft), day)
    db.flush()  # lines first: once the dealer has it, the database no longer lets them change
    if draft.amount != amount:
        return False
    draft.status, draft.proposed_at = "proposed", now()
    db.flush()
    return True


def discard(db: Session, draft: OrderDraft) -> None:
    """Give up a draft that the dealer has not got; it can be taken back."""
    _hold(db, draft, "drafted")
    draft.status = "discarded"
    db.flush()


def restore(db: Session, draft: OrderDraft) -> None:
    """Take back that a draft was given up."""
    _hold(db, draft, "discarded")
    draft.status = "drafted"
    db.flush()


def take(db: Session, draft: OrderDraft, number: str | None) -> None:
    """The dealer ordered this; `number` is that of his order, if he has one at hand."""
    _answer(db, draft, "ordered")
    draft.order_number = (number or "").strip() or None
    db.flush()


def decline(db: Session, draft: OrderDraft, reason: str) -> None:
    """The dealer will not order this, and says why."""
    if not reason.strip():
        raise Refused(N_("Say why, so that the rep can do better."))
    _answer(db, draft, "declined")
    draft.reason = reason.strip()
    db.flush()


def _answer(db: Session, draft: OrderDraft, status: str) -> None:
    _hold(db, draft, "proposed")
    draft.status, draft.answered_at = status, now()


REFUSALS = {
    "drafted": N_("The dealer has this draft, or it was discarded: it cannot be changed any more."),
    "proposed": N_("This draft was answered already."),
    "discarded": N_("This draft was not discarded."),
}


def _hold(db: Session, draft: OrderDraft, status: str) -> None:
    """Keep others from changing the draft at the same time. Refused if it does not stand as it must."""
    query = select(OrderDraft.status).where(OrderDraft.id == draft.id).with_for_update()
    if db.scalar(query) != status or draft.status != status:
        raise Refused(REFUSALS[status])


def _as_drafted(draft: OrderDraft) -> Wanted:
    wishes = [Wish(each.product_id, each.quantity, each.drafted_price or each.price) for each in draft.lines]
    return Wanted(draft.dealer, wishes, draft.drafted_currency, draft.note)


def _write(db: Session, draft: OrderDraft, wanted: Wanted, day: date) -> None:
    dealer = wanted.dealer
    priced = reprice(db, wanted.wishes, day, wanted.currency, dealer.id)
    draft.dealer_id = dealer.id
    draft.territory_id, draft.region_id = dealer.territory_id, dealer.region_id
    draft.note, draft.priced_on, draft.drafted_currency = wanted.note, day, wanted.currency
    draft.currency = priced[0].found.currency
    for position, each in enumerate(priced, 1):
        if position > len(draft.lines):
            draft.lines.append(OrderDraftLine(id=new_id(), position=position))
        _write_line(draft.lines[position - 1], each)
    del draft.lines[len(priced) :]
    draft.amount = sum((line.amount for line in draft.lines), Decimal("0.00"))
    if draft.amount > LARGEST:
        raise Refused(N_("The lines come to more than an amount can hold."))


def _write_line(line: OrderDraftLine, repriced: Repriced) -> None:
    wish, product, found = repriced
    line.product_id, line.code, line.description = product.id, product.code, product.name
    line.quantity, line.unit, line.price = wish.quantity, product.unit, found.price
    line.drafted_price = wish.price
    line.amount = to_cents(wish.quantity * found.price)
