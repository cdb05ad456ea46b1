"""Draws a quote: a letterhead over one accent line, the table under light rules, and a total nobody overlooks."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from portal import formats
from portal.pdf import plan
from portal.pdf.fonts import clean, register
from portal.pdf.pen import ACCENT, BODY, COMPANY, GRAND, INK, LABEL, SMALL, STRONG, TITLE, Pen, Style
from portal.pdf.plan import BOTTOM, FACTS, HEIGHT, LEFT, NAMES, RIGHT, TOP, VALUES, WIDTH, Head, Page, Row, Text
from portal.pdf.sheet import QuoteSheet
from portal.translations import catalogue

GAP = 16.0
"""What stays free in front of a column of figures, in points."""
NARROWEST = 110.0
"""The least that names are left with; figures of absurd length then run into them rather than off the page."""
DATES_IN = "UTC"
"""A quote holds days and no moments, so that no time zone can change what is written."""


@dataclass(frozen=True)
class Column:
    """A column of figures: its head, and what it shows of each line, by the line's position in the sheet."""

    head: str
    figures: list[str]

    @cached_property
    def width(self) -> float:
        """What the widest text in it takes, with the space to its left."""
        return max([SMALL.width(self.head), *map(BODY.width, self.figures)]) + GAP


class Pdf(NamedTuple):
    """A finished document and how many pages it has."""

    content: bytes
    pages: int


def draw_quote(sheet: QuoteSheet) -> Pdf:
    """The quote as a PDF, in its own language."""
    register()
    return _Drawing(sheet).draw()


class _Drawing:
    def __init__(self, sheet: QuoteSheet) -> None:
        self.sheet = sheet
        self.gettext = catalogue(sheet.locale).gettext
        self.formats = formats.of(sheet.locale, DATES_IN)
        number = f"{sheet.number} / {sheet.revision}" if sheet.revision > 1 else sheet.number
        self.name = f"{self.gettext('Quote')} {number}"
        self.number = number
        self.columns = self._columns()
        self.edges = self._edges()
        self.totals = self._totals()

    def draw(self) -> Pdf:
        sheet, gettext = self.sheet, self.gettext
        author = clean(sheet.letterhead.name)
        self.pen = Pen((WIDTH, HEIGHT), title=self.name, author=author, language=sheet.locale)
        head = plan.plan_head(sheet, self._facts())
        pages = plan.plan_pages(
            sheet,
            first=head.height,
            names=max(NARROWEST, RIGHT - NAMES - sum(column.width for column in self.columns)),
            totals=14 + len(self.totals) * plan.TOTAL_LINE + plan.TOTAL_BAND + 26,
            notes=[(gettext("Terms"), sheet.terms), (gettext("Bank details"), sheet.letterhead.bank)],
        )
        for number, page in enumerate(pages, 1):
            top = self._first_head(head) if number == 1 else self._running_head()
            self._body(page, top)
            self._foot(number, len(pages))
            self.pen.turn()
        return Pdf(self.pen.close(), len(pages))

    # ---- what is said --------------------------------------------------------------------------------------------

    def _facts(self) -> list[tuple[str, Style, str]]:
        sheet, gettext, day = self.sheet, self.gettext, self.formats.date
        return [
            (gettext("Quote number"), STRONG, self.number),
            (gettext("Date"), BODY, day(sheet.quoted_on)),
            (gettext("Valid until"), STRONG, day(sheet.valid_until)),
            (gettext("Your contact"), BODY, sheet.seller.name),
            (gettext("E-mail"), BODY, sheet.seller.email),
            (gettext("Delivered by"), BODY, sheet.seller.dealer),
        ]

    def _columns(self) -> list[Column]:
        """Quantity to amount, from left to right; the discount only where there is one."""
        lines, gettext, writes = self.sheet.lines, self.gettext, self.formats
        columns = [
            Column(gettext("Quantity"), [writes.quantity(line.quantity, clean(line.unit)) for line in lines]),
            Column(gettext("Unit price"), [writes.price(line.price) for line in lines]),
            Column(gettext("Discount"), [writes.rate(line.discount_percent or None) for line in lines]),
            Column(gettext("VAT"), [writes.rate(line.vat_percent) for line in lines]),
            Column(f"{gettext('Amount')} ({self.currency_symbol})", [writes.money(line.amount) for line in lines]),
        ]
        return columns if any(line.discount_percent for line in lines) else columns[:2] + columns[3:]

    @property
    def currency_symbol(self) -> str:
        """The sign of the currency, or its code where it has none."""
        return self.formats.money(Decimal(0), self.sheet.currency).strip("0.,\N{NO-BREAK SPACE}")

    def _totals(self) -> list[tuple[str, str]]:
        """The lines above the total: (label, amount)."""
        sheet, gettext, money = self.sheet, self.gettext, self.formats.money
        lines = []
        if sheet.discount:
            lines += [(gettext("Before discount"), money(sheet.gross)), (gettext("Discount"), money(-sheet.discount))]
        lines.append((gettext("Net total"), money(sheet.net)))
        for vat in sheet.vats:
            rate = {"percent": self.formats.rate(vat.percent), "base": money(vat.base)}
            lines.append((gettext("VAT %(percent)s on %(base)s") % rate, money(vat.vat)))
        return lines

    # ---- how it stands on the page -------------------------------------------------------------------------------

    def _first_head(self, head: Head) -> float:
        pen = self.pen
        pen.left(COMPANY, LEFT, TOP - 11, clean(self.sheet.letterhead.name))
        y = TOP - 5
        for style, text in head.sender:
            pen.right(style, RIGHT, y, text)
            y -= style.leading
        line = TOP - head.letterhead_height
        pen.rule(LEFT, RIGHT, line, 1.5, ACCENT)
        pen.left(TITLE, LEFT, line - 46, self.gettext("Quote"))
        top = line - 84
        self._write(head.customer, LEFT, top)
        for label, value in head.facts:
            pen.left(LABEL, FACTS, top, label)
            top = self._write(value, VALUES, top)
        return TOP - head.height

    def _running_head(self) -> float:
        customer = SMALL.wrap(clean(self.sheet.customer.name).replace("\n", " "), 300)[0]
        self.pen.left(SMALL, LEFT, TOP - 6, self.name)
        self.pen.right(SMALL, RIGHT, TOP - 6, customer)
        return TOP - 30

    def _body(self, page: Page, y: float) -> None:
        if page.rows:
            y = self._table_head(y)
        for row in page.rows:
            y = self._row(row, y)
        if page.totals:
            y = self._sums(y)
        self._write(page.notes, LEFT, y - 26)

    def _table_head(self, y: float) -> float:
        pen = self.pen
        pen.left(SMALL, LEFT, y - 8, "#")
        pen.left(SMALL, NAMES, y - 8, self.gettext("Description"))
        for column, right in self.edges:
            pen.right(SMALL, right, y - 8, column.head)
        pen.rule(LEFT, RIGHT, y - 16, 0.75, INK)
        return y - plan.TABLE_HEAD + 4

    def _edges(self) -> list[tuple[Column, float]]:
        """Each column of figures with where it ends."""
        widths = [column.width for column in self.columns]
        return [(column, RIGHT - sum(widths[index + 1 :])) for index, column in enumerate(self.columns)]

    def _row(self, row: Row, y: float) -> float:
        pen, baseline = self.pen, y - 15
        if row.index is not None:
            pen.left(LABEL, LEFT, baseline, str(self.sheet.lines[row.index].position))
        below = self._write([(BODY, text) for text in row.name], NAMES, baseline)
        if row.code:
            pen.left(SMALL, NAMES, below + 1, row.code)
        if row.index is not None:
            for column, right in self.edges:
                pen.right(BODY, right, baseline, column.figures[row.index])
        pen.rule(LEFT, RIGHT, y - row.height)
        return y - row.height

    def _sums(self, y: float) -> float:
        pen, y = self.pen, y - 14
        for label, amount in self.totals:
            y -= plan.TOTAL_LINE
            pen.left(LABEL, FACTS - 40, y, label)
            pen.right(BODY, RIGHT, y, amount)
        y -= plan.TOTAL_BAND + 8
        pen.tint(FACTS - 48, y, RIGHT - FACTS + 48 + 8, plan.TOTAL_BAND)
        pen.left(GRAND, FACTS - 40, y + 10, self.gettext("Grand total"))
        pen.right(GRAND, RIGHT, y + 10, self.formats.money(self.sheet.total, self.sheet.currency))
        return y

    def _foot(self, number: int, pages: int) -> None:
        page = self.gettext("Page %(page)d of %(pages)d") % {"page": number, "pages": pages}
        self.pen.rule(LEFT, RIGHT, BOTTOM - 18)
        self.pen.right(SMALL, RIGHT, BOTTOM - 30, page)
        self._write(plan.written(SMALL, self.sheet.letterhead.registration, RIGHT - LEFT - 90)[:3], LEFT, BOTTOM - 30)

    def _write(self, texts: list[Text], x: float, y: float) -> float:
        """Lines one beneath the other; returns the baseline that follows."""
        for style, text in texts:
            self.pen.left(style, x, y, text)
            y -= style.leading
        return y
