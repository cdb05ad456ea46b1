"""Documents as PDF: plain values in, bytes out, no database and no request. The same values give the same bytes."""

from portal.pdf.draw import Pdf, draw_quote
from portal.pdf.sheet import Customer, Letterhead, QuoteSheet, Seller, SheetLine, VatSum

__all__ = ["Customer", "Letterhead", "Pdf", "QuoteSheet", "Seller", "SheetLine", "VatSum", "draw_quote"]
