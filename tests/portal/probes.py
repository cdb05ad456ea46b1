"""Views that only tests have: one for each thing that can happen to a request."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request

from models.access import Permission
from models.errors import N_, NotFound, Refused
from models.user import User
from models.user.people import get_user, prefer
from portal.web import db
from portal.web.permissions import public, requires
from portal.web.render import render

bp = Blueprint("probes", __name__, url_prefix="/probes")


@bp.route("/prefer/<int:status>", methods=["GET", "POST"])
@requires(Permission.USE_PORTAL)
def change(status: int) -> tuple[str, int]:
    """Writes, then answers with a status."""
    prefer(db, theme="dark")
    return "done", status


@bp.post("/prefer-and-fail")
@requires(Permission.USE_PORTAL)
def change_and_fail() -> str:
    """Writes, then breaks."""
    prefer(db, theme="dark")
    raise RuntimeError("secret detail")


@bp.post("/rename/<uuid:id>")
@requires(Permission.USE_PORTAL)
def rename(id: UUID) -> str:
    """Changes a row that the policy lets one see but not change: the database refuses at the commit."""
    get_user(db, id).name = "Renamed"
    flash("Renamed, says the view.")
    return "done"


@bp.post("/add/<uuid:id>")
@requires(Permission.USE_PORTAL)
def add(id: UUID) -> str:
    """Adds a row that the policy forbids."""
    db.add(User(id=id, email="x@example.com", name="X", role="hq"))
    return "done"


@bp.get("/refused")
@public
def refuse() -> str:
    """A rule refuses where no form is."""
    raise Refused(N_("There is no dealer with the code %(code)s."), code="<b>")


@bp.get("/gone")
@public
def gone() -> str:
    """A model finds nothing."""
    raise NotFound


@bp.get("/status/<int:status>")
@public
def fail(status: int) -> str:
    """Any of HTTP's errors."""
    abort(status)


@bp.post("/upload")
@public
def upload() -> str:
    """Reads a file."""
    return str(len(request.files))


@bp.get("/part")
@public
def part() -> Response:
    """A page and its part."""
    return render("web/error.html", partial="layouts/_notices.html", words=None, status=401)
