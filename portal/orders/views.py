"""Orders, newest first, and one of them line by line."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, g

from models.access import Permission, Scope
from models.errors import N_
from models.order import LINE_STATES, STATUSES, STEPS
from models.order.queries import OrderFilter, each_order, get_order, list_orders, page_totals
from portal.web import db, export
from portal.web.export import Column
from portal.web.filters import chip
from portal.web.language import gettext as _
from portal.web.lists import Filter, Listing, ListState
from portal.web.period import end_of, start_of
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("orders", __name__, url_prefix="/orders")

TONES = {"confirmed": "info", "shipped": "info", "delivered": "good", "cancelled": "late"}
LINE_TONES = {"partly_confirmed": "soon", "confirmed": "info", "partly_shipped": "soon", "shipped": "good"}
LISTING = Listing(
    sorts=("placed_at", "number", "amount"),
    default_sort="-placed_at",
    filters=(
        Filter("status", N_("Status"), tuple(STATUSES.items())),
        Filter("since", N_("From"), kind="date"),
        Filter("until", N_("Until"), kind="date"),
    ),
)


@bp.get("")
@requires(Permission.SEE_ORDERS)
def index() -> Response:
    """Orders, newest first."""
    state = LISTING.read()
    wanted = order_filter(state)
    if export.wanted():
        return export.send(_("orders"), columns(), each_order(db, wanted))
    rows = list_orders(db, replace(wanted, limit=state.limit, offset=state.offset))
    page = state.page(rows)
    return render(
        "orders/index.html",
        partial="orders/_table.html",
        page=page,
        totals=page_totals(page.rows),
        whose=g.principal.scope is not Scope.DEALER,
        chips={status: chip(_(label), TONES.get(status, "")) for status, label in STATUSES.items()},
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_ORDERS)
def show(id: UUID) -> Response:
    """One order: its lines, what happened to it, and its shipments."""
    order = get_order(db, id)
    reached = {step.status for step in order.timeline} | {order.status}
    ahead = () if order.status == "cancelled" else [step for step in STEPS if step not in reached]
    return render(
        "orders/show.html",
        order=order,
        ahead=ahead,
        shipped=sum(line.state == "shipped" for line in order.lines),
        statuses=STATUSES,
        tones=TONES,
        line_states=LINE_STATES,
        line_tones=LINE_TONES,
        whose=g.principal.scope is not Scope.DEALER,
    )


def order_filter(state: ListState) -> OrderFilter:
    """The orders that the address asks for, all of them."""
    return OrderFilter(
        q=state.q,
        status=state.chosen.get("status"),
        since=start_of(state.chosen.get("since")),
        before=end_of(state.chosen.get("until")),
        sort=state.sort_key,
        descending=state.descending,
        limit=None,
    )


def columns() -> list[Column]:
    """What a file of orders holds."""
    whose = [Column(_("Dealer"), lambda row: row.dealer_name)] if g.principal.scope is not Scope.DEALER else []
    return [
        Column(_("Order"), lambda row: row.number),
        *whose,
        Column(_("Status"), lambda row: _(STATUSES[row.status])),
        Column(_("Placed on"), lambda row: row.placed_at),
        Column(_("Wanted by"), lambda row: row.requested_on),
        Column(_("Lines"), lambda row: row.line_count),
        Column(_("Amount"), lambda row: row.amount),
        Column(_("Currency"), lambda row: row.currency),
        Column(_("Source"), lambda row: row.source),
    ]
