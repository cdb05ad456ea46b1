"""Quotes, newest first; one of them as it will be printed; its PDF."""

import datetime as dt
from uuid import UUID

from flask import Blueprint, Response, flash, g, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission, Scope
from models.base import now
from models.errors import N_
from models.letterhead import get_letterhead
from models.quote import STATUSES
from models.quote.document import ask_for_document, latest_document
from models.quote.queries import QuoteFilter, get_quote, list_quotes
from portal import formats
from portal.web import db
from portal.web.lifecycle import portal
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("quotes", __name__, url_prefix="/quotes")

TONES = {"issued": "info", "accepted": "good", "declined": "late", "expired": "soon"}
LISTING = Listing(
    sorts=("quoted_on", "valid_until", "total"),
    default_sort="-quoted_on",
    filters=(Filter("status", N_("Status"), tuple(STATUSES.items())),),
)
SOON = dt.timedelta(days=7)
"""Before its last day a quote is marked for so long."""
POLL_SECONDS = 2
"""How often a page that waits for a PDF looks again."""


@bp.get("")
@requires(Permission.SEE_QUOTES)
def index() -> Response:
    """Quotes, newest first."""
    state = LISTING.read()
    wanted = QuoteFilter(
        q=state.q,
        status=state.chosen.get("status"),
        sort=state.sort_key,
        descending=state.descending,
        limit=state.limit,
        offset=state.offset,
    )
    page = state.page(list_quotes(db, wanted))
    return render(
        "quotes/index.html",
        partial="quotes/_table.html",
        page=page,
        whose=whose(),
        chips=chips(),
        soon=today() + SOON,
        may_write=g.principal.may(Permission.WRITE_QUOTES),
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_QUOTES)
def show(id: UUID) -> Response:
    """One quote, as it reads on paper."""
    quote = get_quote(db, id)
    return render(
        "quotes/show.html",
        quote=quote,
        letterhead=get_letterhead(db, portal().settings.company),
        document=latest_document(db, id),
        poll=POLL_SECONDS,
        chip=chips()[quote.status],
        whose=whose(),
        may_write=g.principal.may(Permission.WRITE_QUOTES),
    )


@bp.get("/<uuid:id>/document")
@requires(Permission.SEE_QUOTES)
def document(id: UUID) -> Response:
    """How far the PDF is. While it is being made the page looks again by itself, with or without JavaScript."""
    quote, found = get_quote(db, id), latest_document(db, id)
    page = render(
        "quotes/document.html", partial="quotes/_document.html", quote=quote, document=found, poll=POLL_SECONDS
    )
    if found is not None and found.state == "waiting":
        page.headers["Refresh"] = str(POLL_SECONDS)
    return page


@bp.post("/<uuid:id>/document")
@requires(Permission.SEE_QUOTES)
def ask(id: UUID) -> BaseResponse:
    """Ask for the PDF; a job makes it."""
    ask_for_document(db, get_quote(db, id))
    return see_other("quotes.document", id=id)


@bp.get("/<uuid:id>/document.pdf")
@requires(Permission.SEE_QUOTES)
def download(id: UUID) -> BaseResponse:
    """The PDF itself; as long as there is none, the page that says how far it is."""
    quote, found = get_quote(db, id), latest_document(db, id, content=True)
    if found is None or found.content is None:
        flash(_("The PDF of this quote has not been made yet."), "info")
        return see_other("quotes.document", id=id)
    response = Response(found.content, mimetype="application/pdf")
    inline = "inline" if request.args.get("view") else "attachment"
    response.headers.set("Content-Disposition", inline, filename=f"{quote.number}.pdf")
    response.set_etag(found.sha256 or "")
    return response.make_conditional(request)


def today() -> dt.date:
    """The day where the reader is."""
    here: dt.datetime = now().astimezone(formats.current().timezone)
    return here.date()


def chips() -> dict[str, tuple[str, str]]:
    """Label and tone of each status."""
    return {status: (_(label), TONES.get(status, "")) for status, label in STATUSES.items()}


def whose() -> bool:
    """Whether the reader sees quotes of several people, so that it must be said whose each is."""
    return g.principal.scope is not Scope.DEALER
