"""What the field app needs of the web server. Its records come and go through `fieldsync`, not here."""

from flask import Blueprint, Response, current_app, g, jsonify
from flask_wtf.csrf import generate_csrf

from fieldsync.devices import describe_user
from models.access import Permission
from models.errors import NotFound
from portal import formats
from portal.field import shell
from portal.web import db
from portal.web.language import theme
from portal.web.permissions import public, requires
from portal.web.static import static_url

bp = Blueprint("field", __name__, url_prefix="/field")

ALWAYS_ASK = {"Cache-Control": "no-cache"}


@bp.get("/")
@public
def index() -> Response:
    """The page of the app, the same for everybody; it asks who is signed in by itself."""
    return Response(shell.page(), headers=ALWAYS_ASK, mimetype="text/html")


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The service worker, always under this address."""
    return Response(shell.worker(), headers=ALWAYS_ASK, mimetype="text/javascript")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What the browser needs to install the app."""
    company: str = current_app.config["PORTAL"].company
    icons = [
        {"src": static_url("img/field-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
        {"src": static_url("img/mark.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]
    described = {
        "id": "/field/",
        "name": company,
        "short_name": company[:12],
        "start_url": "/field/",
        "scope": "/field/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#25598a",
        "icons": icons,
    }
    return Response(current_app.json.dumps(described), headers=ALWAYS_ASK, mimetype="application/manifest+json")


@bp.get("/catalogue/<locale>.json")
@public
def catalogue(locale: str) -> Response:
    """The app's texts in one language."""
    if locale not in shell.TRANSLATED:
        raise NotFound
    response = jsonify(shell.texts(locale))
    response.headers.update(ALWAYS_ASK)
    return response


@bp.get("/session")
@requires(Permission.WORK_IN_FIELD)
def session() -> Response:
    """Who is signed in, how the screens should look to him, and a token for the sign-out form."""
    user = describe_user(db)
    user |= {"locale": user["locale"] or formats.current().language, "theme": theme(g.user.theme)}
    response = jsonify(user=user, csrf=generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    return response
