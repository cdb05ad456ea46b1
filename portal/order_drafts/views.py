"""Drafts of orders, newest first; one of them, and the dealer's answer to it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, g
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission, Scope
from models.errors import N_
from models.order_draft import PROPOSED, STATUSES, OrderDraft
from models.order_draft.drafting import decline as decline_draft
from models.order_draft.drafting import take as take_draft
from models.order_draft.queries import get_order_draft, list_order_drafts
from portal.order_drafts.forms import DeclineForm, TakeForm
from portal.web import db, export
from portal.web.export import Column
from portal.web.filters import chip
from portal.web.forms import Form
from portal.web.language import gettext as _
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("order_drafts", __name__, url_prefix="/order-drafts")

TONES = {"proposed": "soon", "ordered": "good", "declined": "late"}
DEALERS = {"proposed": N_("to answer"), "ordered": N_("ordered"), "declined": N_("declined")}
"""The states that a dealer sees, as he calls them."""


@bp.get("")
@requires(Permission.SEE_ORDERS)
def index() -> Response:
    """Drafts of orders, newest first."""
    states = words()
    status = Filter("status", N_("Status"), tuple(states.items()))
    state = Listing(sorts=("created_at",), default_sort="-created_at", filters=(status,)).read()
    chosen = state.chosen.get("status")
    if export.wanted():
        return export.send(_("order drafts"), columns(), list_order_drafts(db, status=chosen, limit=None))
    return render(
        "order_drafts/index.html",
        partial="order_drafts/_table.html",
        page=state.page(list_order_drafts(db, status=chosen, limit=state.limit, offset=state.offset)),
        whose=whose(),
        chips={status: chip(_(label), TONES.get(status, "")) for status, label in states.items()},
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_ORDERS)
def show(id: UUID) -> Response:
    """One draft with its lines."""
    return page(get_order_draft(db, id))


@bp.post("/<uuid:id>/order")
@requires(Permission.ANSWER_ORDER_DRAFTS)
def take(id: UUID) -> BaseResponse:
    """The dealer ordered what the rep proposed."""
    draft, form = get_order_draft(db, id), TakeForm(prefix="take")
    if not form.sent() or not form.run(lambda: take_draft(db, draft, form.number.data)):
        return page(draft, take=form)
    flash(_("Thank you. %(name)s sees it with the next exchange.", name=draft.rep_name), "good")
    return see_other("order_drafts.show", id=id)


@bp.post("/<uuid:id>/decline")
@requires(Permission.ANSWER_ORDER_DRAFTS)
def decline(id: UUID) -> BaseResponse:
    """The dealer does not order it."""
    draft, form = get_order_draft(db, id), DeclineForm(prefix="decline")
    if not form.sent() or not form.run(lambda: decline_draft(db, draft, form.reason.data)):
        return page(draft, decline=form)
    flash(_("The draft is declined. %(name)s reads your reason.", name=draft.rep_name), "good")
    return see_other("order_drafts.show", id=id)


def page(draft: OrderDraft, **sent: Form) -> Response:
    """A draft with the forms of an answer, fresh but the one that was sent."""
    fresh = {"take": TakeForm(formdata=None, prefix="take"), "decline": DeclineForm(formdata=None, prefix="decline")}
    return render(
        "order_drafts/show.html",
        **fresh | sent,
        draft=draft,
        answering=draft.status == "proposed" and g.principal.may(Permission.ANSWER_ORDER_DRAFTS),
        statuses=words(),
        tones=TONES,
        steps=timeline(draft),
        whose=whose(),
        status=max((form.status for form in sent.values()), default=200),
    )


def timeline(draft: OrderDraft) -> list[dict[str, Any]]:
    """What happened to a draft, newest first, as `ui.timeline` takes it."""
    steps: list[dict[str, Any]] = [{"text": _("Drafted"), "who": draft.rep_name, "at": draft.created_at}]
    if draft.status in PROPOSED:
        steps.append({"text": _("Proposed"), "who": draft.rep_name, "at": draft.proposed_at, "tone": "info"})
    if draft.answered_at is not None:
        ordered = draft.status == "ordered"
        text = _("Ordered") if ordered else _("Declined")
        change = draft.order_number if ordered else draft.reason
        tone = "good" if ordered else "late"
        steps.append({"text": text, "who": draft.dealer.name, "at": draft.answered_at, "tone": tone, "change": change})
    return steps[::-1]


def whose() -> bool:
    """Whether the reader must be told of which dealer a draft is."""
    return g.principal.scope is not Scope.DEALER


def words() -> dict[str, str]:
    """The states that the reader meets, in his words."""
    return STATUSES if whose() else DEALERS


def columns() -> list[Column]:
    """What a file of drafts holds."""
    dealer = [Column(_("Dealer"), lambda row: row.dealer.name)] if whose() else []
    return [
        Column(_("Drafted at"), lambda row: row.created_at),
        *dealer,
        Column(_("Customer"), lambda row: row.customer_name),
        Column(_("Rep"), lambda row: row.rep_name),
        Column(_("Status"), lambda row: _(words()[row.status])),
        Column(_("Amount"), lambda row: row.amount),
        Column(_("Currency"), lambda row: row.currency),
        Column(_("Order"), lambda row: row.order_number),
        Column(_("Reason"), lambda row: row.reason),
    ]
