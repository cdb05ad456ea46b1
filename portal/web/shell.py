"""The rail and the top bar around every page.

They are the same from page to page for as long as the reader, the place in the rail and the counters are, and cost more
than a page of rows to render. So each is rendered once per `Surroundings` and kept; whatever differs from request to
request, the CSRF token above all, stands in the one form of the layout that their buttons belong to.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from flask import current_app, g, request
from markupsafe import Markup

from models.access import Permission, Role
from portal import formats
from portal.web import language, navigation


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything on which rail, top bar and tabs depend; the entries themselves are worked out only for a new one."""

    language: str
    theme: str
    company: str
    user: str
    role: Role
    rights: frozenset[Permission]
    on_behalf_of: str | None
    place: str | None
    """The blueprint to which the page belongs."""
    counts: tuple[tuple[str, int], ...]
    root: str
    version: str


def surroundings() -> Surroundings:
    """What surrounds this page."""
    return Surroundings(
        language=formats.current().language,
        theme=language.theme(g.user.theme),
        company=current_app.config["PORTAL"].company,
        user=g.user.name,
        role=g.principal.role,
        rights=g.principal.rights,
        on_behalf_of=g.user.on_behalf_of,
        place=request.blueprint,
        counts=tuple(navigation.waiting_counts().items()),
        root=request.script_root,
        version=current_app.extensions["static_version"],
    )


def rail() -> Markup:
    """The left rail of this page; below 1200 px the drawer behind the menu button."""
    return _rendered("rail", g.surroundings)


def top() -> Markup:
    """The bar above this page."""
    return _rendered("top", g.surroundings)


def tabs() -> list[navigation.Tab]:
    """The tabs above this page."""
    return _tabs(g.surroundings)


def prepare() -> str:
    """Find out once a page what surrounds it. Called by the layout, prints nothing."""
    g.surroundings = surroundings()
    return ""


def head_tags() -> Markup:
    """Style sheets, scripts and settings of htmx; the same for everybody."""
    return _head(current_app.extensions["static_version"])


def here() -> str:
    """Where a choice of language or theme leads back to."""
    if request.method != "GET":
        return "/"
    return request.full_path if request.query_string else request.path


@lru_cache(maxsize=512)
def _rendered(part: str, around: Surroundings) -> Markup:
    role = navigation.role_name(around.role)
    shown = {
        "rail": navigation.navigation(dict(around.counts)),
        "search": navigation.search_url(),
        "role": role,
        "on_behalf_of": around.on_behalf_of or role,
    }
    return cast(Markup, getattr(_macros(), part)(around, **shown))


@lru_cache(maxsize=512)
def _tabs(around: Surroundings) -> list[navigation.Tab]:
    return navigation.tabs(dict(around.counts))


@lru_cache(maxsize=4)
def _head(_version: str) -> Markup:
    return cast(Markup, _macros().head_tags())


def _macros() -> Any:
    return current_app.jinja_env.get_template("macros/shell.html").module
