"""Styles, and a pen that writes and rules lines on the pages of one document."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from portal.pdf.fonts import BOLD, REGULAR, register

INK, MUTED, ACCENT, RULE, TINT = map(HexColor, ("#17202b", "#566171", "#25598a", "#d9dee5", "#eef3f8"))


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; sizes in points."""

    font: str
    size: float
    leading: float
    colour: Color

    def width(self, text: str) -> float:
        """How wide a text is, in points."""
        return float(stringWidth(text, self.font, self.size))

    def wrap(self, text: str, width: float) -> list[str]:
        """The text in lines of at most `width`, broken between words, and inside a word that is too long itself."""
        return [line for paragraph in text.split("\n") for line in self._wrap(paragraph, width)]

    def _wrap(self, text: str, width: float) -> Iterable[str]:
        if self.width(text) <= width:
            return [text]
        lines = [""]
        for word in text.split(" "):
            joined = f"{lines[-1]} {word}" if lines[-1] else word
            if self.width(joined) <= width:
                lines[-1] = joined
            else:
                *whole, rest = self._chop(word, width)
                lines += [*whole, rest]
        return lines if lines[0] else lines[1:]

    def _chop(self, word: str, width: float) -> list[str]:
        pieces = [""]
        for letter in word:
            if pieces[-1] and self.width(pieces[-1] + letter) > width:
                pieces.append("")
            pieces[-1] += letter
        return pieces


BODY = Style(REGULAR, 9, 12.5, INK)
STRONG = Style(BOLD, 9, 12.5, INK)
SMALL = Style(REGULAR, 7.5, 10.5, MUTED)
LABEL = Style(REGULAR, 8, 12.5, MUTED)
NAME = Style(BOLD, 11, 14.5, INK)
COMPANY = Style(BOLD, 14, 17, INK)
TITLE = Style(BOLD, 22, 27, INK)
GRAND = Style(BOLD, 13, 16, ACCENT)


class Pen:
    """Writes on the pages of a document; y is measured upwards from the page's foot, in points.

    The texts of a page are collected in one text object, over whatever lines and grounds it has.
    """

    def __init__(self, size: tuple[float, float], *, title: str, author: str, language: str) -> None:
        register()
        self._file = BytesIO()
        ours: Any = {"initialFontName": REGULAR}  # else each page names a font that is not embedded
        self._canvas = Canvas(self._file, pagesize=size, invariant=1, pageCompression=1, **ours)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator(author)
        self._canvas.setCatalogEntry("Lang", language)
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._begin()

    def _begin(self) -> None:
        self._text = self._canvas.beginText()
        self._style: Style | None = None

    def left(self, style: Style, x: float, y: float, text: str) -> None:
        """Write a text that starts at x."""
        if style is not self._style:
            self._text.setFont(style.font, style.size)
            self._text.setFillColor(style.colour)
            self._style = style
        self._text.setTextOrigin(x, y)
        self._text.textOut(text)

    def right(self, style: Style, x: float, y: float, text: str) -> None:
        """Write a text that ends at x."""
        self.left(style, x - style.width(text), y, text)

    def rule(self, x: float, until: float, y: float, width: float = 0.5, colour: Color = RULE) -> None:
        """A horizontal line."""
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(width)
        self._canvas.line(x, y, until, y)

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        """A lightly coloured ground."""
        self._canvas.setFillColor(TINT)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def turn(self) -> None:
        """Finish this page and go on with the next."""
        self._canvas.drawText(self._text)
        self._canvas.showPage()
        self._begin()

    def close(self) -> bytes:
        """The finished document."""
        self._canvas.save()
        return self._file.getvalue()
