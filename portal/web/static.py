"""Static files under an address that names their version, so that browsers may keep them for ever.

`/static/<version>/css/portal.css`: the version is a digest of the whole tree, made when the application starts. In
development the version is the word `dev` and the browser asks each time.
"""

import gzip
import mimetypes
from functools import cache
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

from portal.web.permissions import public

FOLDER = Path(__file__).resolve().parent.parent.parent / "static"
TEXTS = frozenset({".css", ".js", ".svg", ".json", ".webmanifest"})
FOR_EVER = "public, max-age=31536000, immutable"


def register(app: Flask, *, production: bool) -> None:
    """Add the route and `static_url` for templates."""
    app.extensions["static_version"] = tree_version() if production else "dev"
    app.add_url_rule("/static/<version>/<path:name>", "static", serve)
    app.jinja_env.globals["static_url"] = static_url


def static_url(name: str) -> str:
    """The address of a file under `static/`."""
    return f"/static/{current_app.extensions['static_version']}/{name}"


def tree_version() -> str:
    """A digest of the names and contents of all static files."""
    digest = blake2b(digest_size=6)
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(FOLDER)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@public
def serve(version: str, name: str) -> Response:
    """A static file. One asked for under an old version is answered too, but not kept: a page may still be open."""
    current = version == current_app.extensions["static_version"] != "dev"
    if current and Path(name).suffix in TEXTS and request.accept_encodings["gzip"]:
        found = safe_join(str(FOLDER), name)
        if found is not None and Path(found).is_file():
            return _compressed(found, name)
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response


def _compressed(path: str, name: str) -> Response:
    response = Response(_gzipped(path), mimetype=mimetypes.guess_type(name)[0])
    response.headers.update({"Cache-Control": FOR_EVER, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    return response


@cache
def _gzipped(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9)
