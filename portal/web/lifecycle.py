"""A request from click to commit.

session → CSRF → permission → view → commit if the method is unsafe and the status below 400, else roll back → response.
The commit happens before anything is sent, because the database may refuse at that moment, and its refusal must reach
the reader. Reading a page never writes: the database itself refuses that. What reading leaves behind, such as the time
a session was last used, is noted in a short transaction of its own.

The blueprints of `portal` and `fieldsync` find in `flask.g`: `principal` (None when nobody is signed in), `user`, and
`db` once there is a session; `portal.web.db` stands for the last and opens a visitor's session when a view first asks.
"""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.local import LocalProxy

from models.access import Principal
from models.session import Database, Session
from models.trouble import DatabaseError
from models.user.session import touch_session
from portal.config import Config
from portal.web import language
from portal.web.compiler import Templates
from portal.web.permissions import allows, required_by

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Portal(Flask):
    """The application: Flask, its settings, its database, and the rule when a transaction ends."""

    jinja_environment = Templates
    settings: Config
    database: Database

    def dispatch_request(self) -> Response:
        """Run the view, then commit or not, where Flask's error handlers still answer for what goes wrong."""
        response: Response = self.make_response(super().dispatch_request())
        if "db" in g and request.method not in SAFE and response.status_code < 400:
            cast(Session, g.db).commit()
        return response

    def handle_user_exception(self, e: Exception) -> Any:
        """Give up what the view did before an error's page is made, so that a broken transaction cannot break it.

        With it goes what the view meant to say of it: "Saved" beside "nothing was saved", where the commit failed.
        """
        if "db" in g:
            cast(Session, g.db).rollback()
        if request.method not in SAFE:
            session.pop("_flashes", None)
        return super().handle_user_exception(e)


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """Whoever holds a valid session token, as Flask-Login knows him."""

    token: str
    principal: Principal
    name: str
    locale: str | None
    theme: str | None
    on_behalf_of: str | None

    def get_id(self) -> str:
        """The token itself, so that a session which ended in the database is over in the browser, too."""
        return self.token


def portal() -> Portal:
    """The running application."""
    return cast(Portal, current_app._get_current_object())  # type: ignore[attr-defined]


def current_session() -> Session:
    """The database session of this request: the signed-in user's, else a visitor's."""
    if "db" not in g:
        _keep(portal().database.open(Principal.visitor()))
    return cast(Session, g.db)


def as_visitor() -> Session:
    """A visitor's session for the rest of this request, also where somebody is signed in, whose own is rolled back."""
    if "db" in g:
        cast(ExitStack, g.pop("db_stack")).close()
        g.pop("db")
    return current_session()


db: Session = cast(Session, LocalProxy(current_session))
"""The database session of this request, under the rights of whoever sent it."""


def register(app: Portal) -> None:
    """Wrap every view of the application. Call it before anything else adds a `before_request`."""
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # reps change networks all day; the database ends sessions, not an address
    manager.user_loader(resume)
    app.before_request(begin)
    CSRFProtect(app)
    app.before_request(admit)
    app.teardown_request(end)


def resume(token: str) -> SignedIn | None:
    """The user who holds the token, whose database session is then this request's."""
    view = current_app.view_functions.get(request.endpoint or "")
    one_moment = getattr(view, "one_moment", False)
    found = portal().database.resume(token, reads_only=request.method in SAFE, one_moment=one_moment)
    if found is None:
        return None
    _keep(found)
    info = found.info
    return SignedIn(token, found.principal, info["user_name"], info["locale"], info["theme"], info["on_behalf_of"])


def begin() -> None:
    """Find out who asks, and in which language to answer."""
    if request.endpoint == "static":
        return
    g.user = current_user._get_current_object() if current_user.is_authenticated else None
    g.principal = g.user.principal if g.user else None
    language.choose(g.user.locale if g.user else None)


def admit() -> Any:
    """Let pass who may use the view; send who is not signed in to sign-in."""
    view = current_app.view_functions.get(request.endpoint or "")
    required = required_by(view) if view else None
    if view is None or (required is not None and allows(required, g.get("principal"))):
        return None
    raise NotSignedIn if g.principal is None else NotAllowed


def end(_error: BaseException | None) -> None:
    """Roll back whatever was not committed and give the connection back."""
    used = cast(Session | None, g.pop("db", None))
    if used is None:
        return
    stale = used.info.get("stale", False)
    cast(ExitStack, g.pop("db_stack")).close()
    if stale:
        with suppress(DatabaseError):  # the answer stands; that one was here is noted with the next
            touch_session(portal().database, used)


class NotSignedIn(Exception):
    """Nobody is signed in, and the view asks for somebody."""


class NotAllowed(Exception):
    """The user is known and may not do this."""


def _keep(opening: Any) -> None:
    g.db_stack = ExitStack()
    g.db = g.db_stack.enter_context(opening)
