"""What every template may call beside its own context."""

import datetime as dt
from functools import cache
from typing import Any

from flask import Flask, current_app, g
from markupsafe import Markup

from portal import formats
from portal.web import filters, language, navigation, shell
from portal.web.language import gettext

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
"""A sign in the browser's own description → its name; the first that fits counts."""

ICON = Markup('<svg class="icon" aria-hidden="true"><use href="/static/{}/vendor/icons.svg#{}"/></svg>')


def register(app: Flask) -> None:
    """Make filters and functions known to the templates."""
    filters.register(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(flat=flat, browser_name=browser_name, granted=granted)
    app.jinja_env.globals.update(
        chip_markup=filters.chip,
        LOCALES=formats.LOCALES,
        icon=icon,
        page_language=lambda: formats.current().language,
        page_theme=lambda: language.theme(g.user.theme if g.get("user") else None),
        role_name=navigation.role_name,
        share_left=share_left,
        shell=shell,
        ui=Macros("macros/page.html"),
        lists=Macros("macros/list.html"),
        forms=Macros("macros/form.html"),
    )


class Macros:
    """A file of macros that every template has at hand: importing it in each template costs a tenth of a page."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        environment = current_app.jinja_env
        macro = getattr(environment.get_template(self._file).module, name)
        if not environment.auto_reload:
            setattr(self, name, macro)
        return macro


def icon(name: str) -> Markup:
    """The drawing `name` of the sprite (see `static/icons.txt`), hidden from screen readers: say it in words beside."""
    return _icon(name, current_app.extensions["static_version"])


@cache
def _icon(name: str, version: str) -> Markup:
    return ICON.format(version, name)


def flat(errors: list[object]) -> list[str]:
    """The texts of a field's errors, also of one whose parts have errors of their own."""
    return [text for e in errors for text in (flat(list(e)) if isinstance(e, list | tuple) else [str(e)])]


def browser_name(agent: str) -> str:
    """A browser's header in two words, such as "Firefox, Windows"."""
    browser = next((name for sign, name in BROWSERS if sign in agent), None)
    system = next((name for sign, name in SYSTEMS if sign in agent), None)
    return ", ".join(filter(None, (browser, system))) or gettext("Unknown browser")


def granted(labels: dict[str, str], rights: list[str]) -> list[str]:
    """The labels of the rights that somebody holds, translated, in the labels' order."""
    return [gettext(label) for right, label in labels.items() if right in rights]


def share_left(until: dt.datetime, hours: float) -> float:
    """Which part of `hours` is left until a deadline: 1 all of it, 0 or less when it has passed."""
    return min((until - filters.now()).total_seconds() / 3600 / hours, 1.0)
