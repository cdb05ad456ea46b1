"""Records that a verb of the models makes: more follows from them than what is written, and a rule may refuse them.

A verb runs when everything else of its batch is written, so that it finds what it refers to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from fieldsync.operations import ELSEWHERE, NOT_FOUND, NOT_YOURS, Change, Result, Unfit
from models.account import get_account
from models.base import now
from models.errors import Refused
from models.lead.clock import DEALERS_ZONE
from models.lead.intake import Inquiry, receive_lead
from models.quote.drafting import discard
from models.quote.queries import get_quote
from models.quote.repricing import draft_repriced, issue_at
from models.session import Session
from models.sync.inbox import Verdict
from models.sync.rows import list_alive, read_rows, savepoint


def carry_out(db: Session, change: Change, writer: UUID | None) -> Result:
    """Do what the operation asks for. Raises Unfit, with the reason in words, where a rule refuses it."""
    try:
        with savepoint(db):  # what a rule refuses half-way leaves nothing behind
            return VERBS[change.kind.name](db, change, writer)
    except Refused as refusal:
        raise Unfit(Verdict.NEEDS_FIX, refusal.message, **refusal.params) from refusal


def note_lead(db: Session, change: Change, writer: UUID | None) -> Result:
    """Take in a lead that a rep noted; which dealer gets it is found out here, not on the laptop."""
    if _is_there(db, change):
        return Result(Verdict.MERGED)
    inquiry = Inquiry(source="visit", user_id=writer, **change.patch)
    receive_lead(db, inquiry, lead_id=change.operation.row_id)
    return Result(Verdict.APPLIED)


def write_quote(db: Session, change: Change, writer: UUID | None) -> Result:
    """Draft a quote at today's prices, or issue or discard a draft as its seller has seen it."""
    if change.create:
        return _draft(db, change, writer)
    wanted = change.patch.get("status")
    if not _is_there(db, change):
        if wanted == "discarded":
            return Result(Verdict.MERGED)
        raise Unfit(Verdict.NEEDS_FIX, NOT_FOUND)
    quote = get_quote(db, change.operation.row_id)
    if wanted == "issued" and quote.status == "drafted":
        issue_at(db, quote, change.patch.get("total") or Decimal(0), _today())
    elif wanted == "discarded":
        discard(db, quote)
    elif quote.status != wanted:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS, "status")
    return Result(Verdict.APPLIED)


def _draft(db: Session, change: Change, writer: UUID | None) -> Result:
    if _is_there(db, change):
        return Result(Verdict.MERGED)
    patch = change.patch
    draft_repriced(
        db,
        change.operation.row_id,
        get_account(db, patch["account_id"]),
        patch["lines"],
        _today(),
        currency=patch["currency"],
        locale=patch["locale"],
        user_id=writer,
        contact=patch.get("customer_contact"),
    )
    return Result(Verdict.APPLIED)


def _today() -> date:
    return now().astimezone(DEALERS_ZONE).date()


def _is_there(db: Session, change: Change) -> bool:
    """Whether it was made before; one that has moved away meanwhile is not made again."""
    if not read_rows(db, change.kind.cls, [], [change.operation.row_id]):
        if list_alive(db, change.kind.name, [change.operation.row_id]):
            raise Unfit(Verdict.OUT_OF_SCOPE, ELSEWHERE)
        return False
    return True


VERBS: dict[str, Callable[[Session, Change, UUID | None], Result]] = {"lead": note_lead, "quote": write_quote}
