"""Pages for what went wrong: what happened, what was kept, what to do. Never what the machine thought."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from models.errors import N_, NotFound, Refused
from models.trouble import DatabaseError, Trouble, trouble_of
from portal.web import language
from portal.web.lifecycle import SAFE, NotAllowed, NotSignedIn, admit
from portal.web.render import asks_for_part

KEPT_BYTES = 64 * 1024
"""The longest form that is handed back when its session ended; longer ones carry files, which cannot be."""


@dataclass(frozen=True)
class Words:
    """What an error page says."""

    title: str
    happened: str
    do: str


WORDS = {
    400: Words(
        N_("That request could not be read"),
        N_("Something in the address or the form was not as expected. Nothing was changed."),
        N_("Go back, look over what you entered, and send it again."),
    ),
    403: Words(
        N_("This is not open to you"),
        N_("Your account may not do this. Nothing was changed."),
        N_("If you need it for your work, ask whoever manages your account."),
    ),
    404: Words(
        N_("Nothing here"),
        N_("This page does not exist, or what it showed is no longer yours to see."),
        N_("Check the address, or start again from the home page."),
    ),
    405: Words(
        N_("That cannot be done here"),
        N_("This address exists, but not for what was asked of it. Nothing was changed."),
        N_("Go back and use the page's own buttons."),
    ),
    409: Words(
        N_("Somebody was faster"),
        N_("What you were working on has changed meanwhile. Your change was not saved, theirs was kept."),
        N_("Go back, reload the page, and enter your change again."),
    ),
    413: Words(
        N_("That file is too large"),
        N_("The server takes no files of this size. Nothing was saved."),
        N_("Send a smaller file, or split it."),
    ),
    429: Words(
        N_("Too many tries"),
        N_("To protect accounts, tries are limited. Nothing was changed."),
        N_("Wait a few minutes, then try again."),
    ),
    500: Words(
        N_("Something broke on our side"),
        N_("The error was noted. Nothing was saved from this request; everything saved before is safe."),
        N_("Try again in a moment. If it happens again, tell head office what you were doing."),
    ),
    503: Words(
        N_("Busy at the moment"),
        N_("The database could not take the request just now. Nothing was saved."),
        N_("Wait a few seconds and send it again."),
    ),
}

REFUSED = Words(
    N_("That is not possible"),
    N_("What you asked for was refused."),
    N_("Nothing was changed. Go back and look at it again."),
)

STATUS_OF = {Trouble.UNSEEN: 404, Trouble.CHANGED: 409, Trouble.TAKEN: 409, Trouble.BUSY: 503}


def register(app: Flask) -> None:
    """Answer every error with a page, or with JSON where the caller speaks JSON."""
    app.register_error_handler(NotSignedIn, ask_to_sign_in)
    app.register_error_handler(NotAllowed, lambda _error: answer(403))
    app.register_error_handler(NotFound, lambda _error: answer(404))
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, too_old)
    app.register_error_handler(DatabaseError, database_error)
    app.register_error_handler(HTTPException, http_error)


def answer(status: int, words: Words | None = None, **context: Any) -> Response:
    """The error page of a status, in the words for it unless others fit better."""
    if "user" not in g:  # the error came before anybody was known, perhaps because the database is away
        g.user, g.principal = None, None
        language.choose()
    g.failed = True
    words = words or WORDS.get(status) or WORDS[400 if status < 500 else 500]
    body: str | Response = (
        jsonify(error=status, message=context.get("text") or gettext(words.happened))
        if speaks_json()
        else render_template("web/error.html", words=words, status=status, **context)
    )
    response = make_response(body, status)
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def speaks_json() -> bool:
    """Whether the caller is a program: what it sent or wants is JSON."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def refused(error: Refused) -> Response:
    """A rule said no and no form was there to show it."""
    return answer(409, words=REFUSED, text=gettext(error.message, **error.params))


def too_old(_error: CSRFError) -> BaseResponse:
    """The page was open for too long, or in another sign-in: hand the entries back with a fresh token.

    Where the sign-in is over as well, or its cookie lost, one signs in first.
    """
    try:
        admit()
    except NotSignedIn as over:
        return ask_to_sign_in(over)
    except NotAllowed:
        return answer(403)
    return answer(400, kept=kept_form(), too_old=True)


def ask_to_sign_in(_error: NotSignedIn) -> BaseResponse:
    """Send whoever is not signed in to sign-in, with the way back and with what a form held."""
    if speaks_json():
        return answer(401)
    if asks_for_part():
        if request.method not in SAFE:
            return Response(status=401)  # the page says so beside what was typed, and stays
        here = request.headers.get("HX-Current-URL", "/")
        path = "/" + here.split("//", 1)[-1].partition("/")[2]
        return Response(status=401, headers={"HX-Redirect": url_for("sign_in.show", next=path)})
    if request.method in SAFE:
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    return answer(401, kept=kept_form())


def database_error(error: Exception) -> Response:
    """What the database refused, as a status; a mistake of ours is raised again and becomes a 500."""
    trouble = trouble_of(error)
    if trouble is None:
        raise error
    return answer(STATUS_OF[trouble])


def http_error(error: HTTPException) -> BaseResponse:
    """Flask's own errors, redirects excepted."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return answer(error.code)


def kept_form() -> list[tuple[str, str]] | None:
    """The entries of the form that could not be taken, to be sent again; None when they are not the user's own.

    Only what this site's own page sent is handed back: else a foreign page could have its form sent with one click.
    """
    own = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    origin = request.headers.get("Origin")
    same = origin is None or origin == request.host_url.rstrip("/")
    if not own or not same or request.files or (request.content_length or 0) > KEPT_BYTES:
        return None
    pairs = [(name, value) for name, value in request.form.items(multi=True)]
    return [(name, value) for name, value in pairs if name != "csrf_token" and "password" not in name]
