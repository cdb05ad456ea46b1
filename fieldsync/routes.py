"""The doors of the offline client. README.md beside this file explains the protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, cast
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request

from fieldsync import blobs, devices, snapshot
from fieldsync.exchange import Body, Failure, answer, check_caller, read_body
from fieldsync.importing import import_work
from fieldsync.pull import pull
from fieldsync.push import push
from fieldsync.route import answer_route
from fieldsync.unlocking import unlock
from models.access import Permission, Principal
from models.session import Database, Session
from models.sync.rows import Interrupted

bp = Blueprint("fieldsync", __name__, url_prefix="/fieldsync/v1")

P = ParamSpec("P")
REQUIRED = frozenset({Permission.WORK_IN_FIELD})
IMPORTS = frozenset({Permission.IMPORT_DATA})


def open_to_all(view: Callable[P, Response]) -> Callable[P, Response]:
    """Say that a view asks for nothing: whoever holds a laptop may hear what that laptop shall do."""
    view.required_permissions = frozenset[Permission]()  # type: ignore[attr-defined]
    return view


def requires_field_work(view: Callable[P, Response]) -> Callable[P, Response]:
    """Say what a view asks for in the way the application reads it, without importing the application."""
    view.required_permissions = REQUIRED  # type: ignore[attr-defined]
    return view


def in_one_moment(view: Callable[P, Response]) -> Callable[P, Response]:
    """Say likewise that all of a view's answer must be one moment of the database."""
    view.one_moment = True  # type: ignore[attr-defined]
    return view


def requires_import(view: Callable[P, Response]) -> Callable[P, Response]:
    """The same for what head office does."""
    view.required_permissions = IMPORTS  # type: ignore[attr-defined]
    return view


@bp.before_request
def check() -> None:
    """These views take no form's token, so they look at who sends and what."""
    check_caller(request)


@bp.errorhandler(Failure)
def fail(failure: Failure) -> Response:
    """Trouble of the transport, in one word."""
    return answer(request, failure.body, failure.status)


@bp.errorhandler(Interrupted)
def interrupt(_trouble: Interrupted) -> Response:
    """Nothing was decided: the same again, a little later."""
    return answer(request, {"error": "busy"}, 503)


@bp.post("/register")
@requires_field_work
def post_register() -> Response:
    """Make this device and client known."""
    return _answer(lambda db, body: devices.register(db, body, request.user_agent.string))


@bp.post("/push")
@requires_field_work
def post_push() -> Response:
    """Take in operations."""
    return _answer(push)


@bp.post("/pull")
@requires_field_work
@in_one_moment
def post_pull() -> Response:
    """Hand out changes."""
    return _answer(pull)


@bp.post("/unlock")
@requires_field_work
def post_unlock() -> Response:
    """The server's half of this laptop's key."""
    return _answer(unlock)


@bp.post("/route")
@requires_field_work
def post_route() -> Response:
    """Propose the route of a day."""
    return _answer(lambda db, body: answer_route(db, body, current_app.config["TRAVEL"]))


@bp.post("/import")
@requires_import
def post_import() -> Response:
    """A file of unsent work."""
    return _answer(import_work)


@bp.post("/device")
@open_to_all
def post_device() -> Response:
    """What a laptop shall do, also when nobody is signed in there any more."""
    database = cast(Database, current_app.database)  # type: ignore[attr-defined]
    body = read_body(request)
    with database.transaction(Principal.visitor()) as db:
        return answer(request, devices.answer_contact(db, body))


@bp.get("/catalogue/<uuid:id>")
@requires_field_work
def get_catalogue(id: UUID) -> Response:
    """A snapshot of the catalogue."""
    return snapshot.download(cast(Session, g.db), id)


@bp.post("/blobs/<sha256>")
@requires_field_work
def post_blob(sha256: str) -> Response:
    """Begin to send a photo."""
    return _answer(lambda db, body: blobs.announce(db, sha256, body))


@bp.patch("/blobs/<sha256>")
@requires_field_work
def patch_blob(sha256: str) -> Response:
    """The next part of a photo."""
    return answer(request, blobs.append(cast(Session, g.db), sha256, request))


@bp.get("/blobs/<sha256>")
@requires_field_work
def get_blob(sha256: str) -> Response:
    """A photo; HEAD tells how much of one's own is here."""
    db = cast(Session, g.db)
    return blobs.answer_head(db, sha256) if request.method == "HEAD" else blobs.download(db, sha256)


def _answer(act: Callable[[Session, Body], Body]) -> Response:
    return answer(request, act(cast(Session, g.db), read_body(request)))
