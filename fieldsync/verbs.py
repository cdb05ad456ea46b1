"""Records that a verb of the models makes: more follows from them than what is written, and a rule may refuse them.

A verb runs when everything else of its batch is written, so that it finds what it refers to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from fieldsync.fields import REQUIRED
from fieldsync.operations import ELSEWHERE, NOT_FOUND, NOT_YOURS, Change, Result, Unfit, message
from models.account import Account, get_account
from models.base import now
from models.check_in import check_in, give_consent, withdraw_consent
from models.dealer import Dealer
from models.errors import N_, Refused
from models.lead.clock import DEALERS_ZONE
from models.lead.intake import Inquiry, receive_lead
from models.order_draft import OrderDraft
from models.order_draft import drafting as order_drafts
from models.order_draft.queries import get_order_draft
from models.quote.drafting import discard
from models.quote.queries import get_quote
from models.quote.repricing import draft_repriced, issue_at
from models.session import Session
from models.survey import SurveyResponse, SurveyVersion
from models.survey.questions import check_answers
from models.sync.inbox import Verdict
from models.sync.rows import Values, insert_rows, list_alive, read_rows, savepoint
from models.visit import Visit


def carry_out(db: Session, change: Change, writer: UUID | None, late: Values | None = None) -> Result:
    """Do what the operation asks for. Raises Unfit, with the reason in words, where a rule refuses it.

    `late` is where the account lies by now, if the writer held it when this happened and does no longer.
    """
    try:
        with savepoint(db):  # what a rule refuses half-way leaves nothing behind
            return VERBS[change.kind.name](db, change, writer, late)
    except Refused as refusal:
        raise Unfit(Verdict.NEEDS_FIX, refusal.message, **refusal.params) from refusal


def note_lead(db: Session, change: Change, writer: UUID | None, _late: Values | None) -> Result:
    """Take in a lead that a rep noted; which dealer gets it is found out here, not on the laptop."""
    if _is_there(db, change):
        return Result(Verdict.MERGED)
    inquiry = Inquiry(source="visit", user_id=writer, **change.patch)
    receive_lead(db, inquiry, lead_id=change.operation.row_id)
    return Result(Verdict.APPLIED)


def write_quote(db: Session, change: Change, writer: UUID | None, _late: Values | None) -> Result:
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


PRICED_ANEW = N_("The dealer's prices have changed: it comes to %(amount)s %(currency)s by now. Look it over again.")


def write_order_draft(db: Session, change: Change, writer: UUID | None, _late: Values | None) -> Result:
    """Draft an order at the dealer's prices of today, write a draft anew, or let the dealer have it or not."""
    if writer is None:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    there = _is_there(db, change)
    if change.create:
        return Result(Verdict.MERGED) if there else _draft_order(db, change, writer)
    if not there:
        raise Unfit(Verdict.NEEDS_FIX, NOT_FOUND)
    draft, patch = get_order_draft(db, change.operation.row_id), change.patch
    if draft.user_id != writer:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    if "lines" in patch:
        order_drafts.rewrite(db, draft, _wanted(db, patch), _today())
    return _move_order_draft(db, draft, patch.get("status"), patch.get("amount") or Decimal(0))


def _draft_order(db: Session, change: Change, writer: UUID) -> Result:
    patch = change.patch
    account = get_account(db, patch["account_id"]) if patch["account_id"] else None
    wanted = _wanted(db, patch)
    order_drafts.draft_order(db, change.operation.row_id, wanted, _today(), user_id=writer, account=account)
    return Result(Verdict.APPLIED)


def _wanted(db: Session, patch: Values) -> order_drafts.Wanted:
    for name in ("dealer_id", "currency"):
        if patch.get(name) is None:
            raise Unfit(Verdict.NEEDS_FIX, REQUIRED, name)
    dealer = db.get_one(Dealer, patch["dealer_id"])
    return order_drafts.Wanted(dealer, patch["lines"], patch["currency"], patch.get("note"))


def _move_order_draft(db: Session, draft: OrderDraft, status: str | None, amount: Decimal) -> Result:
    """Bring the draft to where the rep wants it. It stays priced anew where it comes to more or less than he saw."""
    if status == "proposed" and draft.status == "drafted":
        if not order_drafts.propose(db, draft, amount, _today()):
            params = {"amount": f"{draft.amount:.2f}", "currency": draft.currency}
            return Result(Verdict.NEEDS_FIX, message=message(PRICED_ANEW, **params))
    elif status == "discarded" and draft.status == "drafted":
        order_drafts.discard(db, draft)
    elif status == "drafted" and draft.status == "discarded":
        order_drafts.restore(db, draft)
    elif status not in (None, draft.status):
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS, "status")
    return Result(Verdict.APPLIED)


def answer_survey(db: Session, change: Change, writer: UUID | None, late: Values | None) -> Result:
    """Keep the answers to a version of a survey; they are checked against its questions, whatever came after it."""
    there, patch = _is_there(db, change), change.patch
    if not change.create:
        return _correct(db, change, writer, there=there)
    if there:
        return Result(Verdict.MERGED, version=1)
    account = late or read_rows(db, Account, ["territory_id", "region_id"], [patch["account_id"]])[patch["account_id"]]
    version = db.get_one(SurveyVersion, patch["survey_version_id"])
    place = {"territory_id": account["territory_id"], "region_id": account["region_id"], "user_id": writer}
    row = {"id": change.operation.row_id, **patch, **place, "answers": check_answers(version.asks, patch["answers"])}
    insert_rows(db, SurveyResponse, [row])
    return Result(Verdict.APPLIED, version=1)


def _correct(db: Session, change: Change, writer: UUID | None, *, there: bool) -> Result:
    if not there:
        raise Unfit(Verdict.NEEDS_FIX, NOT_FOUND)
    response = db.get_one(SurveyResponse, change.operation.row_id)
    if response.user_id != writer:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    response.rewrite(change.patch.get("answers", response.answers))
    db.flush()
    return Result(Verdict.APPLIED, version=response.version)


def agree_to_position(db: Session, change: Change, writer: UUID | None, _late: Values | None) -> Result:
    """Note that the rep agrees to his position being taken at check-in, or does no longer."""
    if writer is None:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    if change.create:
        give_consent(db, change.operation.row_id, writer, change.patch["given_at"])
    elif change.patch.get("withdrawn_at"):
        withdraw_consent(db, writer, change.patch["withdrawn_at"])
    return Result(Verdict.APPLIED)


def arrive(db: Session, change: Change, writer: UUID | None, _late: Values | None) -> Result:
    """Note when, and with consent roughly where, a rep arrived at a visit."""
    if _is_there(db, change):
        return Result(Verdict.MERGED)
    patch = dict(change.patch)
    visit = db.get_one(Visit, patch.pop("visit_id"))
    check_in(db, change.operation.row_id, visit, writer, patch.pop("checked_in_at"), **patch)
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


Verb = Callable[[Session, Change, UUID | None, Values | None], Result]
VERBS: dict[str, Verb] = {
    "lead": note_lead,
    "quote": write_quote,
    "order_draft": write_order_draft,
    "survey_response": answer_survey,
    "position_consent": agree_to_position,
    "check_in": arrive,
}
