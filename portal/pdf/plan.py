"""What goes on which page of a quote, found out before anything is drawn: "page 1 of 3" needs no second pass."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4

from portal.pdf.fonts import clean
from portal.pdf.pen import BODY, COMPANY, NAME, SMALL, STRONG, Style
from portal.pdf.sheet import QuoteSheet

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 51.0, WIDTH - 51.0, HEIGHT - 48.0, 66.0
FACTS, VALUES = 306.0, 378.0
"""Where the labels and the values beside the customer's name begin."""
NAMES = LEFT + 22
TABLE_HEAD, ROW_PADDING, TOTAL_LINE, TOTAL_BAND = 20.0, 11.0, 16.0, 30.0
LONGEST = 36
"""Lines of a name beyond which its row is continued as another one: no row is taller than a page."""

Text = tuple[Style, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; the continuation of a very long name has no `index` and so no figures."""

    name: list[str]
    code: str = ""
    index: int | None = None

    @property
    def height(self) -> float:
        """How much of the page it takes."""
        return ROW_PADDING + len(self.name) * BODY.leading + (SMALL.leading if self.code else 0)


@dataclass(slots=True)
class Page:
    """One page: rows of the table, the totals if they stand here, and what is written beneath."""

    room: float
    rows: list[Row] = field(default_factory=list)
    totals: bool = False
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Head:
    """The first page above the table."""

    sender: list[Text]
    customer: list[Text]
    facts: list[tuple[str, list[Text]]]

    @property
    def letterhead_height(self) -> float:
        """From the top to the accent line."""
        return max(height(self.sender), COMPANY.leading) + 10

    @property
    def height(self) -> float:
        """From the top to the table."""
        parties = max(height(self.customer), sum(height(value) for _, value in self.facts))
        return self.letterhead_height + 84 + parties + 22


def height(texts: list[Text]) -> float:
    """How tall texts are, one beneath the other."""
    return sum(style.leading for style, _ in texts)


def written(style: Style, text: str, width: float) -> list[Text]:
    """A text of any number of lines as it is written into a column; nothing for an empty one."""
    cleaned = clean(text)
    return [(style, line) for line in style.wrap(cleaned, width)] if cleaned.strip() else []


def plan_head(sheet: QuoteSheet, facts: list[tuple[str, Style, str]]) -> Head:
    """The letterhead, the customer and the facts, which come as (label, style, value)."""
    letterhead, customer = sheet.letterhead, sheet.customer
    width = FACTS - LEFT - 24
    return Head(
        sender=written(SMALL, letterhead.address, 190) + written(SMALL, letterhead.contact, 190),
        customer=written(NAME, customer.name, width)
        + written(BODY, customer.contact, width)
        + written(BODY, customer.address, width),
        facts=[(label, value) for label, style, text in facts if (value := written(style, text, RIGHT - VALUES))],
    )


def plan_pages(
    sheet: QuoteSheet, *, first: float, names: float, totals: float, notes: list[tuple[str, str]]
) -> list[Page]:
    """Rows, totals and notes on pages.

    `first` is the height of the first page's head, `names` the width of the column with the products' names, `totals`
    the height of the totals, `notes` are (heading, text). The totals never stand alone: the last row goes with them.
    """
    pages = [Page(room=TOP - first - BOTTOM - TABLE_HEAD)]
    for row in _rows(sheet, names):
        if row.height > pages[-1].room:
            pages.append(_next_page())
        _place(pages[-1], row)
    _end_with_totals(pages, totals)
    for heading, text in notes:
        _add_note(pages, heading, text)
    return pages


def _rows(sheet: QuoteSheet, width: float) -> Iterator[Row]:
    for index, line in enumerate(sheet.lines):
        name = BODY.wrap(clean(line.name).replace("\n", " "), width)
        yield Row(name[:LONGEST], clean(line.code).replace("\n", " "), index)
        for start in range(LONGEST, len(name), LONGEST):
            yield Row(name[start : start + LONGEST])


def _next_page() -> Page:
    return Page(room=TOP - 30 - BOTTOM - TABLE_HEAD)


def _place(page: Page, row: Row) -> None:
    page.rows.append(row)
    page.room -= row.height


def _end_with_totals(pages: list[Page], height: float) -> None:
    if height > pages[-1].room:
        last = pages[-1].rows.pop() if len(pages[-1].rows) > 1 else None
        pages.append(_next_page())
        if last:
            _place(pages[-1], last)
    pages[-1].totals = True
    pages[-1].room -= height


def _add_note(pages: list[Page], heading: str, text: str) -> None:
    """A heading with its text; the heading stays with the first two lines, the rest may go on over pages."""
    lines = written(BODY, text, RIGHT - LEFT)
    if not lines:
        return
    start: list[Text] = [(BODY, ""), (STRONG, heading)]
    if height(start + lines[:2]) > pages[-1].room:
        pages.append(_next_page())
    for each in start + lines:
        if each[0].leading > pages[-1].room:
            pages.append(_next_page())
        pages[-1].notes.append(each)
        pages[-1].room -= each[0].leading
