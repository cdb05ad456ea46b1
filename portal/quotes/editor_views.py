"""The editor of a draft: it works by named buttons alone, and with htmx adds up while one types."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.account import get_account, list_accounts
from models.errors import N_, Refused
from models.letterhead import get_letterhead
from models.quote import Quote
from models.quote.drafting import discard, draft_quote, issue, write_lines
from models.quote.offering import find_offered, possible_dealers, suggest_products
from models.quote.queries import get_quote
from models.quote.repricing import agree
from models.quote.totals import totals
from models.text import printable
from portal import formats
from portal.quotes.forms import QuoteForm, Sent, readable
from portal.quotes.views import bp, today
from portal.web import db
from portal.web.lifecycle import portal
from portal.web.lists import Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

CUSTOMERS = Listing(sorts=("name",), default_sort="name", size=25)
SUGGESTED = 5


@bp.get("/new")
@requires(Permission.WRITE_QUOTES)
def new() -> BaseResponse:
    """For which customer the quote shall be."""
    state = CUSTOMERS.read()
    locale = formats.current().language
    rows = list_accounts(db, q=state.q, locale=locale, limit=state.limit, offset=state.offset)
    return render("quotes/new.html", partial="quotes/_customers.html", page=state.page(rows))


@bp.post("")
@requires(Permission.WRITE_QUOTES)
def create() -> BaseResponse:
    """Begin a draft for a customer."""
    account = get_account(db, _id(request.form.get("account")))
    letterhead = get_letterhead(db, portal().settings.company)
    language = formats.current().language
    quote = draft_quote(
        db,
        account,
        quoted_on=today(),
        valid_until=today() + dt.timedelta(days=letterhead.valid_days),
        currency=letterhead.currency,
        locale=language,
        contact=account.contacts[0].name if account.contacts else None,
        terms=letterhead.terms.get(language),
    )
    return see_other("quotes.edit", id=quote.id)


@bp.get("/<uuid:id>/edit")
@requires(Permission.WRITE_QUOTES)
def edit(id: UUID) -> BaseResponse:
    """The draft, open for writing."""
    quote = _draft(id)
    form = QuoteForm(quote, possible_dealers(db, quote), formdata=None)
    if not quote.lines:
        form.lines.append_entry({"vat": get_letterhead(db, portal().settings.company).vat_percent})
    look_up(form)
    return editor(quote, form, adding=not quote.lines)


@bp.post("/<uuid:id>")
@requires(Permission.WRITE_QUOTES)
def save(id: UUID) -> BaseResponse:
    """Do what the pressed button says; only saving and issuing write anything."""
    quote, sent = _draft(id), readable(request.form)
    action, _dash, which = ("calculate" if is_live() else sent.get("action", "save")).partition("-")
    change = LINE_ACTIONS.get(action)
    if change:
        change(sent, which)
    form = QuoteForm(quote, possible_dealers(db, quote), formdata=sent)
    look_up(form)
    if change:
        return editor(quote, form, adding=action == "add")
    if not form.is_complete() or not form.run(lambda: _write(quote, form, issuing=action == "issue")):
        return editor(quote, form, status=422)
    flash(_("Quote %(number)s is issued.", number=quote.number) if quote.number else _("Draft saved."), "good")
    return see_other("quotes.show", id=id)


@bp.post("/<uuid:id>/issue")
@requires(Permission.WRITE_QUOTES)
def issue_now(id: UUID) -> BaseResponse:
    """Issue the draft as it was saved."""
    quote = get_quote(db, id)
    issue(db, quote, today())
    flash(_("Quote %(number)s is issued.", number=quote.number), "good")
    return see_other("quotes.show", id=id)


@bp.post("/<uuid:id>/agreement")
@requires(Permission.WRITE_QUOTES)
def take_prices(id: UUID) -> BaseResponse:
    """Take the prices that differ from those the draft was written with."""
    agree(_draft(id))
    flash(_("Today's prices stand."), "good")
    return see_other("quotes.show", id=id)


@bp.post("/<uuid:id>/discard")
@requires(Permission.WRITE_QUOTES)
def remove(id: UUID) -> BaseResponse:
    """Remove the draft."""
    discard(db, get_quote(db, id))
    flash(_("The draft was removed."), "good")
    return see_other("quotes.index")


@bp.get("/products")
@requires(Permission.WRITE_QUOTES)
def products() -> BaseResponse:
    """Codes that fit what is being typed into a line, as the options of its field."""
    typed = next((value for name, value in request.args.items() if name.endswith("-code")), request.args.get("q", ""))
    return render("quotes/_products.html", products=suggest_products(db, printable(typed)[:100]))


def editor(quote: Quote, form: QuoteForm, *, status: int = 200, adding: bool = False) -> BaseResponse:
    """The editor's page; for htmx the sums alone, or the form when lines came or went."""
    if adding:
        form.begin_with_last()
    return render(
        "quotes/edit.html",
        partial={"quote-sums": "quotes/_sums.html", "quote-editor": "quotes/_editor.html"},
        status=status,
        quote=quote,
        form=form,
        sums=totals(form.entries()),
        live=is_live(),
    )


def is_live() -> bool:
    """Whether htmx only asks what the lines come to, because something in them has changed."""
    return request.headers.get("HX-Target") == "quote-sums"


def look_up(form: QuoteForm) -> None:
    """Find the products of the lines' codes, and fill from them what nobody wrote."""
    codes = {line.code.data for line in form.written() if line.code.data}
    found = find_offered(db, codes, form.currency.data, today())
    for line in form.written():
        code = line.code.data or ""
        line.take(found.get(code), suggest_products(db, code, SUGGESTED) if code and code not in found else ())


def add_line(sent: Sent, _which: str) -> None:
    """A new line at the end, with the usual tax."""
    vat = get_letterhead(db, portal().settings.company).vat_percent
    sent[f"lines-{max(_indices(sent), default=-1) + 1}-vat"] = formats.current().editable(vat)


def remove_line(sent: Sent, which: str) -> None:
    """Take a line out."""
    for name in [name for name in sent if name.startswith(f"lines-{which}-")]:
        del sent[name]


def pick_code(sent: Sent, which: str) -> None:
    """Take one of the suggested codes for a line."""
    index, _dash, code = which.partition("-")
    if f"lines-{index}-code" in sent:
        sent[f"lines-{index}-code"] = code


def _indices(sent: Sent) -> list[int]:
    return [int(name.split("-")[1]) for name in sent if name.startswith("lines-")]


LINE_ACTIONS: dict[str, Callable[[Sent, str], None]] = {
    "add": add_line,
    "remove": remove_line,
    "pick": pick_code,
    "calculate": lambda _sent, _which: None,
}
"""The buttons that change lines without saving: whatever was written comes back, also what is wrong."""


def _write(quote: Quote, form: QuoteForm, *, issuing: bool) -> None:
    form.put_into(quote)
    write_lines(quote, form.entries())
    if issuing:
        issue(db, quote, today())


def _draft(id_: UUID) -> Quote:
    quote = get_quote(db, id_)
    if not quote.is_draft:
        raise Refused(N_("This quote was issued and cannot be changed any more."))
    return quote


def _id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        abort(400)
