"""The home page of each kind of user: figures with their age, what waits, and what is new."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, url_for

from models.access import Permission, Scope
from models.dealer import own_credit
from models.errors import N_
from models.lead.queries import count_leads, leads_to_answer, leads_without_dealer
from models.order import STATUSES, STEPS
from models.order.figures import order_figures, orders_placed, shipments_on_the_way
from models.order.queries import OrderFilter, list_orders
from models.quote.queries import quotes_expiring
from models.visit.figures import newest_visits, visit_figures
from portal import formats
from portal.desk import stats
from portal.web import db
from portal.web.language import gettext as _
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("desk", __name__, url_prefix="/desk")

SHOWN = 6
EXPIRE_SOON = timedelta(days=14)
A_WEEK = timedelta(days=7)


WITHOUT_DEALER = {
    "received": (N_("not offered"), "soon"),
    "declined": (N_("declined"), "late"),
    "expired": (N_("pulled back"), "late"),
}


@bp.get("")
@requires(Permission.USE_PORTAL)
def show() -> Response:
    """The reader's own home page."""
    scope = g.principal.scope
    made = OF_SCOPE[scope]()
    return render(f"desk/{scope}.html", link=link, day=today(), **made)


def dealer() -> dict[str, Any]:
    """A dealer's: credit, open orders, leads and quotes to answer, recent orders; each as far as he may see it."""
    may = g.principal.may
    now = datetime.now(formats.current().timezone)
    credit = own_credit(db) if may(Permission.SEE_CREDIT) else None
    figures = order_figures(db, now) if may(Permission.SEE_ORDERS) else None
    return {
        "stats": stats.of_dealer(credit, figures),
        "shipments": shipments_on_the_way(db, SHOWN) if may(Permission.SEE_ORDERS) else [],
        **waiting(),
        **recent_orders(),
    }


def rep() -> dict[str, Any]:
    """A rep's: the way to the field work, what is due, and what is new at his dealers."""
    figures = stats.of_rep(visit_figures(db, today()), count_leads(db))
    return {"stats": figures, **waiting(), **recent_orders()}


def manager() -> dict[str, Any]:
    """A manager's: the week of the region, what is late, and what is new."""
    now = datetime.now(formats.current().timezone)
    week = orders_placed(db, now - A_WEEK, now)
    return {
        "stats": stats.of_manager(visit_figures(db, today()), week, count_leads(db)),
        "newest": newest_visits(db, SHOWN),
        **waiting(),
        **recent_orders(),
    }


def head_office() -> dict[str, Any]:
    """Head office's: the same of the whole company, and the leads that no dealer has."""
    return manager() | {"unrouted": leads_without_dealer(db, SHOWN), "lead_statuses": WITHOUT_DEALER}


OF_SCOPE = {Scope.DEALER: dealer, Scope.REP: rep, Scope.MANAGER: manager, Scope.HQ: head_office}


def waiting() -> dict[str, Any]:
    """What must be answered: leads by their deadline, and quotes that end soon."""
    may = g.principal.may
    return {
        "leads": leads_to_answer(db, SHOWN) if may(Permission.SEE_LEADS) else [],
        "quotes": quotes_expiring(db, today(), today() + EXPIRE_SOON, SHOWN) if may(Permission.SEE_QUOTES) else [],
    }


def recent_orders() -> dict[str, Any]:
    """The newest orders, each with how far it has come."""
    if not g.principal.may(Permission.SEE_ORDERS):
        return {"orders": []}
    return {
        "orders": list_orders(db, OrderFilter(limit=SHOWN)),
        "way": STEPS,
        "statuses": {status: _(label) for status, label in STATUSES.items()},
    }


def link(endpoint: str, **values: Any) -> str | None:
    """The address of a page of another feature, None while there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
