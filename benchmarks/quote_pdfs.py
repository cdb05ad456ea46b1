"""Quote PDFs against the same text drawn by bare reportlab calls, which are told every place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from io import BytesIO
from unittest import mock

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import Result, compare
from portal.pdf import Customer, Letterhead, QuoteSheet, Seller, SheetLine, VatSum, draw_quote
from portal.pdf.pen import Pen, Style

LIMIT = 2.0
ROUNDS = 30
SIZES = (5, 30, 300)
NAMES = ("Bazik elektrot E7018, 3,2 × 350 mm, vakum paket", "Gazaltı kaynak teli ER70S-6, 1,2 mm, 15 kg makara")
Drawn = tuple[str, float, float, float, str]


def sheet(lines: int) -> QuoteSheet:
    """A quote of so many lines, half of them with a discount, of two VAT rates."""
    amount = Decimal("1234.50")
    line = SheetLine(
        position=1,
        code="KYN-7018-32",
        name=NAMES[0],
        quantity=Decimal("12.5"),
        unit="kg",
        price=Decimal("98.76"),
        discount_percent=Decimal(0),
        vat_percent=Decimal(20),
        amount=amount,
    )
    rows = [
        replace(line, position=i + 1, name=NAMES[i % 2], discount_percent=Decimal(i % 2 * 10), amount=amount + i)
        for i in range(lines)
    ]
    net = sum((row.amount for row in rows), Decimal(0))
    return QuoteSheet(
        locale="tr",
        currency="TRY",
        number="T26-000001",
        revision=1,
        quoted_on=date(2026, 3, 1),
        valid_until=date(2026, 3, 31),
        letterhead=Letterhead(name="Anadolu Kaynak A.Ş.", address="Organize Sanayi\n34775 Ümraniye / İstanbul"),
        customer=Customer(name="Şişli Çelik Ltd. Şti.", address="Büyükdere Cad. 45\nŞişli / İstanbul"),
        seller=Seller(name="Ayşe Yılmaz", email="ayse@example.com"),
        lines=tuple(rows),
        gross=net,
        discount=Decimal(0),
        net=net,
        vats=(VatSum(percent=Decimal(20), base=net, vat=net / 5),),
        total=net * 6 / 5,
        terms="Teslim süresi 10 iş günüdür.",
    )


def recorded(quote: QuoteSheet) -> list[list[Drawn]]:
    """The texts that our drawing puts on each page: what the bare implementation then draws, knowing every place."""
    pages: list[list[Drawn]] = [[]]

    def left(_pen: Pen, style: Style, x: float, y: float, text: str) -> None:
        pages[-1].append((style.font, style.size, x, y, text))

    def turn(pen: Pen) -> None:
        pages.append([])
        pen._canvas.showPage()

    with mock.patch.multiple(Pen, left=left, turn=turn):
        draw_quote(quote)
    return pages[:-1]


def bare(pages: list[list[Drawn]]) -> bytes:
    """The same texts in the same fonts at the same places, with nothing computed."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1)
    for page in pages:
        for font, size, x, y, text in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def run() -> Iterator[Result]:
    """One comparison for each size of a quote."""
    for lines in SIZES:
        quote = sheet(lines)
        pages = recorded(quote)
        name = f"quote PDF, {lines} lines on {len(pages)} pages"
        yield compare(name, partial(draw_quote, quote), partial(bare, pages), target=LIMIT, runs=ROUNDS)
