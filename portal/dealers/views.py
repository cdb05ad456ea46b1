"""The dealers one may see, and one of them."""

from uuid import UUID

from flask import Blueprint, Response
from flask_babel import get_locale

from models.access import Permission
from models.dealer import get_dealer, list_dealers
from portal.web import db
from portal.web.lists import Listing
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("dealers", __name__, url_prefix="/dealers")

LISTING = Listing(sorts=("name",), default_sort="name")


@bp.get("")
@requires(Permission.SEE_DEALERS)
def index() -> Response:
    """Dealers by name."""
    state = LISTING.read()
    rows = list_dealers(
        db,
        q=state.q,
        locale=str(get_locale()),
        descending=state.descending,
        limit=state.limit,
        offset=state.offset,
    )
    return render("dealers/index.html", partial="dealers/_table.html", page=state.page(rows))


@bp.get("/<uuid:id>")
@requires(Permission.SEE_DEALERS)
def show(id: UUID) -> Response:
    """One dealer: where it is, what it knows, what it owes."""
    return render("dealers/show.html", dealer=get_dealer(db, id))
