"""The portal's mails: one function a message, each written into the outbox in the transaction that causes it.

The texts lie in `templates/emails/<message>/` (`subject.txt`, `body.txt`, `body.html`) and are rendered in the
recipient's language. A message's key names its occasion: called again for the same one, nothing is queued.
"""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.lead import Lead, LeadOffer
from models.outbox import queue_mail
from models.quote.document import QuoteDocument
from models.session import Session
from models.user import User
from models.user.people import locale_of
from portal import formats
from portal.config import Config
from portal.translations import FOLDER, catalogue

TEMPLATES = FOLDER.parents[1] / "templates"


def invitation(
    db: Session, config: Config, user: User, *, sender: str, link: str, occasion: str, locale: str | None = None
) -> None:
    """To somebody who may choose a password by the link."""
    context = {"name": user.name, "email": user.email, "sender": sender, "link": link}
    _queue(db, config, "invitation", occasion, user.email, locale or config.locale, context)


def quote_ready(db: Session, config: Config, document: QuoteDocument) -> None:
    """To whoever asked for a PDF that took so long that he will have gone on to something else."""
    user, quote = document.requester, document.quote
    if user is None:
        raise LookupError("nobody asked for this document")
    context = {
        "name": user.name,
        "number": quote.number,
        "customer": quote.customer_name,
        "pages": document.pages,
        "link": f"{config.address}/quotes/{quote.id}",
    }
    locale = locale_of(db, user) or config.locale
    _queue(db, config, "quote_ready", str(document.id), user.email, locale, context)


def lead_offered(db: Session, config: Config, offer: LeadOffer, locale: str | None = None) -> None:
    """To the dealer to whom a lead is offered: what is wanted and until when to answer, never who asks."""
    db.flush()  # the offer may have been made a moment ago, and has its id from here on
    dealer, lead = offer.dealer, offer.lead
    if not dealer.email:
        return
    context = {
        "dealer": dealer.name,
        "wanted": lead.wanted,
        "town": lead.town,
        "quantity": lead.quantity,
        "unit": lead.unit,
        "due": lead.answer_due_at,
        "link": f"{config.address}/leads/{lead.id}",
    }
    _queue(db, config, "lead_offered", str(offer.id), dealer.email, locale or config.locale, context)


def lead_expired(db: Session, config: Config, lead: Lead, offer: LeadOffer | None, locale: str | None = None) -> None:
    """To the dealer from whom a lead was pulled back because he did not answer in time."""
    dealer = lead.dealer
    if dealer is None or not dealer.email:
        return
    context = {
        "dealer": dealer.name,
        "wanted": lead.wanted,
        "town": lead.town,
        "due": lead.answer_due_at,
        "link": f"{config.address}/leads",
    }
    occasion = str(offer.id if offer else lead.id)
    _queue(db, config, "lead_expired", occasion, dealer.email, locale or config.locale, context)


def _queue(
    db: Session, config: Config, message: str, occasion: str, recipient: str, locale: str, context: dict[str, Any]
) -> None:
    """Render the three texts of a message in one language, and queue them once for the occasion."""
    with formats.reading(locale, config.timezone):
        texts = {
            part: _environment().get_template(f"emails/{message}/{part}").render(context, company=config.company)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    queue_mail(
        db,
        key=f"{message}:{occasion}",
        message=message,
        recipient=recipient,
        locale=locale,
        subject=texts["subject.txt"],
        body_text=texts["body.txt"].strip() + "\n",
        body_html=texts["body.html"],
    )


@cache
def _environment() -> Environment:
    """Templates outside of any request: jobs and the command line write mails, too."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _reader().ugettext(text),
        ngettext=lambda one, many, n: _reader().ungettext(one, many, n),
        pgettext=lambda context, text: _reader().upgettext(context, text),
        npgettext=lambda context, one, many, n: _reader().unpgettext(context, one, many, n),
        newstyle=True,
    )
    environment.globals["language"] = lambda: formats.current().language
    for name in ("number", "quantity", "money", "date", "datetime"):
        environment.filters[name] = _filter(name)
    return environment


def _reader() -> Any:
    return catalogue(formats.current().language)


def _filter(name: str) -> Any:
    return lambda *args: getattr(formats.current(), name)(*args)
