"""The start: one address for everybody, leading to each role's own first page."""

from flask import Blueprint, Response, jsonify, redirect
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.health import answers
from portal.web.lifecycle import portal
from portal.web.navigation import home_url
from portal.web.permissions import public, requires

bp = Blueprint("home", __name__)


@bp.get("/")
@requires(Permission.USE_PORTAL)
def show() -> BaseResponse:
    """On to the first entry of the user's own rail."""
    return redirect(home_url())


@bp.get("/healthz")
@public
def health() -> Response:
    """Whether the portal and its database answer: 200 or 503, and nothing about either."""
    healthy = answers(portal().database)
    response = jsonify(status="ok" if healthy else "unavailable")
    response.status_code = 200 if healthy else 503
    return response
