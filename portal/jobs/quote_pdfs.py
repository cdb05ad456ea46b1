"""Makes the PDFs that somebody asked for."""

from models.errors import N_
from models.letterhead import Letterhead as Kept
from models.letterhead import get_letterhead
from models.queue import is_due
from models.quote import Quote
from models.quote.document import QuoteDocument
from models.session import Session
from portal.jobs.job import Work
from portal.mail.messages import quote_ready
from portal.pdf.sheet import Customer, Letterhead, QuoteSheet, Seller, SheetLine, VatSum


def waiting_documents(db: Session) -> bool:
    """Whether somebody waits for a PDF."""
    return is_due(db, QuoteDocument)


def make_quote_pdfs(work: Work) -> None:
    """Draw each quote that waits. A quote that cannot be drawn keeps its error and holds up no other."""
    from portal.pdf import draw_quote  # here: a web process lists the jobs, and shall not load reportlab for that

    def make(db: Session, document: QuoteDocument) -> str:
        sheet = sheet_of(document.quote, get_letterhead(db, work.config.company))
        drawn = draw_quote(sheet)
        document.keep(drawn.content, drawn.pages)
        if document.took_long and document.requester is not None:
            quote_ready(db, work.config, document)
        return N_("made")

    work.each(QuoteDocument, make)


def sheet_of(quote: Quote, kept: Kept) -> QuoteSheet:
    """The quote as plain values, under the letterhead."""
    sums = quote.totals
    fields = ("position", "code", "quantity", "unit", "price", "discount_percent", "vat_percent", "amount")
    lines = ({name: getattr(line, name) for name in fields} | {"name": line.description} for line in quote.lines)
    return QuoteSheet(
        locale=quote.locale,
        currency=quote.currency,
        number=quote.number or "",
        revision=quote.revision,
        quoted_on=quote.quoted_on,
        valid_until=quote.valid_until,
        letterhead=Letterhead(
            name=kept.name,
            address=kept.address,
            contact=kept.contact,
            registration=kept.registration,
            bank=kept.bank,
        ),
        customer=Customer(
            name=quote.customer_name,
            contact=quote.customer_contact or "",
            address=quote.customer_address or "",
        ),
        seller=_seller(quote),
        lines=tuple(SheetLine(**values) for values in lines),
        gross=sums.gross,
        discount=sums.discount,
        net=sums.net,
        vats=tuple(VatSum(percent=each.percent, base=each.base, vat=each.vat) for each in sums.vats),
        total=sums.total,
        terms=quote.terms or "",
    )


def _seller(quote: Quote) -> Seller:
    user, dealer = quote.user, quote.dealer
    return Seller(
        name=user.name if user else "", email=user.email if user else "", dealer=dealer.name if dealer else ""
    )
