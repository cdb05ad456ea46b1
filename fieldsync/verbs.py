"""Records that a verb of the models makes: more follows from them than what is written, and a rule may refuse them.

A verb runs when everything else of its batch is written, so that it finds what it refers to.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from fieldsync.operations import ELSEWHERE, Change, Result, Unfit
from models.errors import NotFound, Refused
from models.lead.intake import Inquiry, receive_lead
from models.lead.queries import get_lead
from models.session import Session
from models.sync.inbox import Verdict
from models.sync.rows import list_alive


def carry_out(db: Session, change: Change, writer: UUID | None) -> Result:
    """Do what the operation asks for. Raises Unfit, with the reason in words, where a rule refuses it."""
    try:
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


def _is_there(db: Session, change: Change) -> bool:
    """Whether it was made before; one that has moved away meanwhile is not made again."""
    try:
        get_lead(db, change.operation.row_id)
    except NotFound:
        if list_alive(db, change.kind.name, [change.operation.row_id]):
            raise Unfit(Verdict.OUT_OF_SCOPE, ELSEWHERE) from None
        return False
    return True


VERBS: dict[str, Callable[[Session, Change, UUID | None], Result]] = {"lead": note_lead}
