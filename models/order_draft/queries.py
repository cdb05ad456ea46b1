"""Lists of drafts of orders, and one draft with its lines."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models.account import Account
from models.errors import NotFound
from models.order_draft import OrderDraft
from models.session import Session


def list_order_drafts(
    db: Session, *, status: str | None = None, limit: int | None = 50, offset: int = 0
) -> Sequence[OrderDraft]:
    """A page of drafts, newest first. What was discarded is listed only when asked for."""
    wanted = OrderDraft.status == status if status else OrderDraft.status != "discarded"
    query = select(OrderDraft).where(wanted).options(joinedload(OrderDraft.dealer))
    query = query.order_by(OrderDraft.created_at.desc(), OrderDraft.id.desc())
    return db.scalars(query.limit(limit).offset(offset)).all()


def drafts_for(db: Session, account: Account, limit: int = 10) -> Sequence[OrderDraft]:
    """The newest drafts for an account."""
    query = select(OrderDraft).where(OrderDraft.account_id == account.id, OrderDraft.status != "discarded")
    query = query.options(joinedload(OrderDraft.dealer)).order_by(OrderDraft.created_at.desc(), OrderDraft.id.desc())
    return db.scalars(query.limit(limit)).all()


def get_order_draft(db: Session, draft_id: UUID) -> OrderDraft:
    """The draft with its lines, its dealer, and the order that came of it if the ERP has sent it. Raises NotFound."""
    loading = (selectinload(OrderDraft.lines), joinedload(OrderDraft.dealer), joinedload(OrderDraft.order))
    found = db.scalar(select(OrderDraft).where(OrderDraft.id == draft_id).options(*loading))
    if found is None:
        raise NotFound
    return found
