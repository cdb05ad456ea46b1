"""Answering with a page, or with the part of it that htmx asked for."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import flask
from flask import Response, make_response, render_template, request
from htmx_flask.requests import HtmxHeaders
from werkzeug.wrappers import Response as BaseResponse


def render(
    template: str, *, partial: str | Mapping[str, str] | None = None, status: int = 200, **context: Any
) -> Response:
    """The page `template`, or its `partial` when htmx asks for a part of this page.

    `partial` is the template of that part, or several by the id of the element they replace. A boosted request and a
    restored history entry always get the whole page, because the browser keeps what it gets as the page.
    """
    part = _part(partial) if partial and asks_for_part() else None
    body = render_template(part or template, **context)
    if part and flask.session.get("_flashes"):
        body += render_template("layouts/_notices.html", swapped=True)
    response = make_response(body, status)
    if partial:
        response.vary.add("HX-Request")
    return response


def asks_for_part() -> bool:
    """Whether htmx swaps the answer into the page that is there."""
    htmx = cast(HtmxHeaders, request.htmx)  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def see_other(endpoint: str, **values: Any) -> BaseResponse:
    """After a change: go and look at `endpoint` (303, so that reloading repeats nothing)."""
    return flask.redirect(flask.url_for(endpoint, **values), 303)


def see_next(default: str) -> BaseResponse:
    """After a change: go where the `next` parameter says, if it is a page of ours, else to the endpoint `default`."""
    wanted = request.values.get("next", "")
    return flask.redirect(wanted if is_local(wanted) else flask.url_for(default), 303)


def is_local(path: str) -> bool:
    """Whether a path leads to this portal: one leading slash and nothing a browser reads as another host."""
    if not path.startswith("/") or path[1:2] in ("/", "\\") or any(ord(c) < 33 or ord(c) == 127 for c in path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc and "\\" not in path


def _part(partial: str | Mapping[str, str]) -> str | None:
    if isinstance(partial, str):
        return partial
    return partial.get(cast(HtmxHeaders, request.htmx).target or "")  # type: ignore[attr-defined]
