"""One page for what the words find, by kind."""

from itertools import groupby

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from models.access import Permission
from models.search import Hit, find
from models.text import printable
from portal.web import db
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("search", __name__, url_prefix="/search")

TARGETS = {
    "stock": "stock.show",
    "dealers": "dealers.show",
    "accounts": "accounts.show",
    "contacts": "accounts.show",
    "orders": "orders.show",
    "leads": "leads.show",
    "quotes": "quotes.show",
}


@bp.get("")
@requires(Permission.USE_PORTAL)
def index() -> Response:
    """What was found, each hit a link."""
    words = printable(request.args.get("q", "")).strip()[:100]
    groups = [(kind, [_linked(hit) for hit in hits]) for kind, hits in groupby(find(db, words), lambda hit: hit.kind)]
    return render("search/index.html", words=words, groups=groups, labels=_labels())


def _linked(hit: Hit) -> tuple[Hit, str]:
    return hit, url_for(TARGETS[hit.kind], id=hit.id)


def _labels() -> dict[str, str]:
    return {
        "stock": _("Products"),
        "dealers": _("Dealers"),
        "accounts": _("Accounts"),
        "contacts": _("Contacts"),
        "orders": _("Orders"),
        "leads": _("Leads"),
        "quotes": _("Quotes"),
    }
