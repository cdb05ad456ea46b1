"""Which language and theme a page is written in, and gettext for the templates.

A signed-in user's own choice comes first, then the browser's cookie, then what the browser asks for, then the
portal's default.
"""

from functools import lru_cache, partial
from typing import Any

from flask import Flask, current_app, request
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import formats
from portal.formats import LOCALES
from portal.translations import FOLDER, catalogue

THEMES = ("system", "light", "dark")
A_YEAR = 365 * 86_400


def register(app: Flask, *, locale: str, timezone: str) -> None:
    """Set Flask-Babel up and give the templates a gettext that looks its catalogue up once."""
    Babel(
        app,
        default_locale=locale,
        default_timezone=timezone,
        default_translation_directories=str(FOLDER),
        locale_selector=lambda: formats.current().language,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: reader().ugettext(text),
        ngettext=lambda one, many, n: reader().ungettext(one, many, n),
        pgettext=lambda context, text: reader().upgettext(context, text),
        npgettext=lambda context, one, many, n: reader().unpgettext(context, one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = said


def reader() -> Any:
    """The catalogue of the current reader's language."""
    return catalogue(formats.current().language)


@pass_eval_context
def said(context: EvalContext, text: str, **values: object) -> str:
    """`_("…")` of the templates. Jinja's own goes through the context twice, and a page has dozens of them."""
    markup = _marked(formats.current().language, text)
    if values or "%" in markup:
        return markup % values if context.autoescape else reader().ugettext(text) % values
    return markup if context.autoescape else str(markup)


@lru_cache(maxsize=8192)
def _marked(language: str, text: str) -> Markup:
    return Markup(catalogue(language).ugettext(text))  # noqa: S704 - our own text; Jinja takes it as markup, too


def gettext(text: str, **values: object) -> str:
    """The text in the reader's language: Flask-Babel's looks its context up each time, too slow for rows of a list."""
    translated: str = reader().ugettext(text)
    return translated % values if values else translated


def choose(preferred: str | None = None) -> None:
    """Write this answer in the language that suits: `preferred` is the user's own choice."""
    default: str = current_app.config["PORTAL"].locale
    language = preferred or request.cookies.get("locale") or request.accept_languages.best_match(LOCALES, default)
    formats.use(formats.of(language if language in LOCALES else default, current_app.config["PORTAL"].timezone))


def theme(preferred: str | None = None) -> str:
    """The theme of this page: `system`, `light` or `dark`."""
    chosen = preferred or request.cookies.get("theme") or "system"
    return chosen if chosen in THEMES else "system"


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice of somebody who is not signed in, and of this browser's next sign-in page."""
    keep = partial(response.set_cookie, max_age=A_YEAR, httponly=True, samesite="Lax")
    keep(name, value, secure=current_app.config["PORTAL"].secure_cookies)
