"""The market digest: what a dealer may know of the market in his region."""

from flask import Blueprint, Response

from models.access import Permission
from models.market.digest import read_digest
from portal.web import db
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("digest", __name__, url_prefix="/digest")


@bp.get("")
@requires(Permission.SEE_DIGEST)
def show() -> Response:
    """The digest of the newest run."""
    return render("digest/show.html", digest=read_digest(db))
