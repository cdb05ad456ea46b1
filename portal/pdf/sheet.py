"""What stands on a quote, as plain values. Money is in the sheet's currency; texts are in the customer's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who we are. Every text may have several lines; an empty one is left out."""

    name: str
    address: str = ""
    contact: str = ""
    """Telephone, e-mail and web address, a line each."""
    registration: str = ""
    """Tax office and number, trade register: the foot of each page."""
    bank: str = ""
    """Where to pay to, a line an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """To whom the quote is made."""

    name: str
    contact: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Whom the customer asks back, and the dealer who delivers where one is named."""

    name: str
    email: str = ""
    dealer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line. `amount` is what remains of quantity × price after the discount, rounded."""

    position: int
    code: str
    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount_percent: Decimal
    vat_percent: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSum:
    """The tax of all lines of one rate: `vat` on `base`."""

    percent: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSheet:
    """A quote with its totals: `gross` − `discount` = `net`; `net` + all VAT = `total`."""

    locale: str
    currency: str
    number: str
    revision: int
    quoted_on: date
    valid_until: date
    letterhead: Letterhead
    customer: Customer
    seller: Seller
    lines: tuple[SheetLine, ...]
    gross: Decimal
    discount: Decimal
    net: Decimal
    vats: tuple[VatSum, ...]
    total: Decimal
    terms: str = ""
