"""Market share: the matrix of the newest run, and one line of it with its trend and the observations behind it."""

from uuid import UUID

from flask import Blueprint, Response, request

from models.access import Permission
from models.errors import NotFound
from models.market.matrix import get_line, read_matrix
from models.market.run import newest_run, run_before
from portal.market.pages import read_line_page
from portal.web import db
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("market", __name__, url_prefix="/market")


@bp.get("")
@requires(Permission.SEE_MARKET)
def index() -> Response:
    """The newest run as a matrix: our share by region, or every brand's; a single region is shown by brand."""
    run = newest_run(db)
    if run is None:
        return render("market/index.html", run=None)
    matrix, earlier = read_matrix(db, run), run_before(db, run)
    return render(
        "market/index.html",
        run=run,
        matrix=matrix,
        earlier=earlier,
        before=read_matrix(db, earlier) if earlier else None,
        by_brand=len(matrix.regions) < 2 or request.args.get("by") == "brand",
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_MARKET)
def show(id: UUID) -> Response:
    """What was logged on one product group."""
    return _show(id, rolled_up=False)


@bp.get("/<uuid:id>/total")
@requires(Permission.SEE_MARKET)
def show_total(id: UUID) -> Response:
    """A product group with everything beneath it."""
    return _show(id, rolled_up=True)


def _show(id: UUID, *, rolled_up: bool) -> Response:
    run = newest_run(db)
    if run is None:
        raise NotFound
    page = read_line_page(run, get_line(db, id, rolled_up=rolled_up))
    return render("market/show.html", partial="market/_line.html", at=page, page=page.evidence)
