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

from portal import formats
from portal.web import language, navigation
from portal.web.navigation import Shown


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything that rail and top bar show."""

    language: str
    theme: str
    company: str
    user: str
    role: str
    on_behalf_of: str
    rail: tuple[Shown, ...]
    search: str | None
    version: str


def surroundings() -> Surroundings:
    """What this page's rail and top bar show."""
    role = navigation.role_name(g.principal.role)
    return Surroundings(
        language=formats.current().language,
        theme=language.theme(g.user.theme),
        company=current_app.config["PORTAL"].company,
        user=g.user.name,
        role=role,
        on_behalf_of=g.user.on_behalf_of or role,
        rail=tuple(navigation.navigation()),
        search=navigation.search_url(),
        version=current_app.extensions["static_version"],
    )


def rail() -> Markup:
    """The left rail of this page; below 1200 px the drawer behind the menu button."""
    return _rendered("rail", g.surroundings)


def top() -> Markup:
    """The bar above this page."""
    return _rendered("top", g.surroundings)


def prepare() -> str:
    """Find out once a page what surrounds it. Called by the layout, prints nothing."""
    g.surroundings = surroundings()
    return ""


def head_tags() -> Markup:
    """Style sheets, scripts and settings of htmx; the same for everybody."""
    return _head(current_app.extensions["static_version"])


tabs = navigation.tabs


def here() -> str:
    """Where a choice of language or theme leads back to."""
    if request.method != "GET":
        return "/"
    return request.full_path if request.query_string else request.path


@lru_cache(maxsize=512)
def _rendered(part: str, around: Surroundings) -> Markup:
    return cast(Markup, getattr(_macros(), part)(around))


@lru_cache(maxsize=4)
def _head(_version: str) -> Markup:
    return cast(Markup, _macros().head_tags())


def _macros() -> Any:
    return current_app.jinja_env.get_template("macros/shell.html").module
