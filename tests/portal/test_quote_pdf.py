"""The quote as a PDF: what can be read out of it, what it looks like, and that the same input gives the same bytes."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from portal.pdf import Customer, Letterhead, QuoteSheet, Seller, SheetLine, VatSum, draw_quote
from portal.pdf.fonts import clean, register
from portal.pdf.pen import BODY

D = Decimal
LETTERS = "Şişli / İĞÜŞÖÇ ığüşöç"
LINE = SheetLine(
    position=1,
    code="E7018-325",
    name="Bazik elektrod E7018 3,25 mm",
    quantity=D("12.5"),
    unit="kg",
    price=D("184.75"),
    discount_percent=D(12),
    vat_percent=D(20),
    amount=D("2032.25"),
)
SHEET = QuoteSheet(
    locale="tr",
    currency="TRY",
    number="T26-000123",
    revision=1,
    quoted_on=date(2026, 3, 2),
    valid_until=date(2026, 4, 1),
    letterhead=Letterhead(
        name="Anka Kaynak Sanayi A.Ş.",
        address="Organize Sanayi Bölgesi\nGebze / Kocaeli",
        contact="+90 262 000 00 00",
        registration="Gebze V.D. 123 456 7890",
        bank="TR12 0001 0012 3456",
    ),
    customer=Customer(name=LETTERS, contact="Sayın Iğdır Öğüç", address="Büyükdere Cad. 45\nŞişli / İstanbul"),
    seller=Seller(name="Ayşe Yılmaz", email="ayse@example.com", dealer="Boğaz Çelik"),
    lines=(LINE,),
    gross=D("2309.38"),
    discount=D("277.13"),
    net=D("2032.25"),
    vats=(VatSum(percent=D(20), base=D("2032.25"), vat=D("406.45")),),
    total=D("2438.70"),
    terms="Teslim süresi 10 iş günüdür.",
)


def many(count: int, name: str = LINE.name) -> QuoteSheet:
    return replace(SHEET, lines=tuple(replace(LINE, position=i + 1, name=name) for i in range(count)))


def pages(sheet: QuoteSheet) -> list[str]:
    """The text of each page, with runs of spaces as one."""
    read = PdfReader(BytesIO(draw_quote(sheet).content)).pages
    return ["\n".join(" ".join(line.split()) for line in page.extract_text().splitlines()) for page in read]


def test_turkish_letters_come_out_unbroken() -> None:
    (text,) = pages(replace(SHEET, lines=(replace(LINE, name=LETTERS),)))
    assert text.count(LETTERS) == 2
    assert "ﬁ" not in text


def test_every_letter_of_the_three_languages_has_a_glyph() -> None:
    register()
    alphabet = "abcçdefgğhıijklmnoöpqrsştuüvwxyzABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZàèéìíîòóùúÀÈÉÌÒÙ₺€$£0123456789×–−·%"
    assert alphabet.replace(" ", "") in "".join(pages(many(1, alphabet))[0].split())


def test_every_font_is_embedded() -> None:
    document: Any = PdfReader(BytesIO(draw_quote(many(40)).content))
    fonts = [font.get_object() for page in document.pages for font in page["/Resources"]["/Font"].values()]
    assert {str(font["/BaseFont"]).split("+")[-1] for font in fonts} == {"Inter-Regular", "Inter-SemiBold"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)


def test_figures_are_as_wide_as_each_other() -> None:
    register()
    assert len({round(BODY.width(figure), 6) for figure in "0123456789"}) == 1


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    code = "import hashlib; from portal.pdf import draw_quote; from tests.portal.test_quote_pdf import SHEET;"
    code += "print(hashlib.sha256(draw_quote(SHEET).content).hexdigest())"
    other = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert draw_quote(SHEET) == draw_quote(replace(SHEET))
    assert other.stdout.strip() == sha256(draw_quote(SHEET).content).hexdigest()
    assert draw_quote(SHEET) != draw_quote(replace(SHEET, number="T26-000124"))


def test_figures_discount_tax_and_total_stand_in_the_customers_locale() -> None:
    (turkish,) = pages(SHEET)
    for text in ("12,5 kg", "184,75", "2.309,38", "−277,13", "406,45", "₺2.438,70", "2 Mar 2026", "1 Nis 2026"):
        assert text in turkish, text
    (english,) = pages(replace(SHEET, locale="en", currency="EUR"))
    for text in ("12.5 kg", "2,309.38", "−277.13", "VAT 20% on 2,032.25", "€2,438.70", "2 Mar 2026"):
        assert text in english, text
    (italian,) = pages(replace(SHEET, locale="it", currency="EUR"))
    assert "2438,70 €" in italian.replace("2.438", "2438")


def test_a_quote_without_discounts_has_no_column_for_them() -> None:
    plain = replace(SHEET, locale="en", discount=D(0), lines=(replace(LINE, discount_percent=D(0)),))
    assert "Discount" in pages(replace(SHEET, locale="en"))[0]
    assert "Discount" not in pages(plain)[0]


def test_prices_show_the_decimals_they_need() -> None:
    assert "0,0355" in pages(replace(SHEET, lines=(replace(LINE, price=D("0.0355")),)))[0]
    assert "1.200,00" in pages(replace(SHEET, lines=(replace(LINE, price=D("1200.0000")),)))[0]


def test_three_hundred_lines_fill_pages_that_are_counted() -> None:
    english = replace(many(300), locale="en")
    read = pages(english)
    assert draw_quote(english).pages == len(read) > 10
    for number, text in enumerate(read, 1):
        assert f"Page {number} of {len(read)}" in text
        assert number == 1 or "Quote T26-000123" in text
    numbers = [int(line.split()[0]) for text in read for line in text.splitlines() if line.endswith("E7018 3,25 mm")]
    assert numbers == list(range(1, 301))
    assert sum("Grand total" in text for text in read) == 1
    assert "Grand total" in read[-1]


@pytest.mark.parametrize("count", range(1, 40))
def test_the_total_never_stands_alone(count: int) -> None:
    read = pages(replace(many(count), locale="en"))
    assert "E7018-325" in next(text for text in read if "Grand total" in text)


def test_long_names_wrap_and_lose_nothing() -> None:
    words = [f"sözcük{number}" for number in range(900)]
    text = " ".join(pages(many(1, " ".join(words)))).replace("\n", " ")
    assert [word for word in words if word not in text.split()] == []
    assert len(pages(many(1, "x" * 20_000))) > 2


def test_a_long_name_stays_in_its_column() -> None:
    picture = pypdfium2.PdfDocument(draw_quote(many(3, "Wasserstoffkontrolliert" * 8)).content)[0]
    found = picture.get_textpage()
    names = [
        found.get_rect(i) for i in range(found.count_rects()) if "Wasser" in found.get_text_bounded(*found.get_rect(i))
    ]
    assert names
    assert max(right for _, _, right, _ in names) < 595 - 51 - 150


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=200), st.text(max_size=300), st.text(max_size=40))
def test_any_text_makes_a_document(name: str, address: str, code: str) -> None:
    sheet = replace(SHEET, customer=Customer(name=name, address=address), lines=(replace(LINE, name=name, code=code),))
    assert PdfReader(BytesIO(draw_quote(sheet).content)).pages


def test_decomposed_letters_are_composed_and_controls_dropped() -> None:
    assert clean("S\u0327is\u0327li\u0000 \t x\r\ny") == "Şişli x\ny"


def test_it_says_who_made_it_and_in_which_language() -> None:
    reader: Any = PdfReader(BytesIO(draw_quote(SHEET).content))
    assert reader.metadata.author == SHEET.letterhead.name
    assert "T26-000123" in str(reader.metadata.title)
    assert reader.trailer["/Root"]["/Lang"] == "tr"
