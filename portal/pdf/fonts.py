"""Inter for documents: embedded as TrueType, with figures that all have the same width."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

FOLDER = Path(__file__).resolve().parents[2] / "static/vendor/fonts"
REGULAR, BOLD = "Inter", "Inter-SemiBold"
_FILES = {REGULAR: "Inter-Regular.ttf", BOLD: "Inter-SemiBold.ttf"}
_SINGLE, _EXTENSION = 1, 7
"""Kinds of lookup in a font's substitution table: one glyph for another, and a reference to a lookup further away."""


@cache
def register() -> None:
    """Make both weights known to reportlab, once per process."""
    for name, file in _FILES.items():
        # No shaping: a ligature would tear a word apart for whoever copies or searches the text.
        font = TTFont(name, str(FOLDER / file), shapable=False)
        _use_tabular_figures(font.face)
        pdfmetrics.registerFont(font)


def clean(text: str) -> str:
    """The text as it can be drawn: letters composed, no control characters, single spaces, lines kept apart."""
    lines = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join(" ".join("".join(c if c.isprintable() else " " for c in line).split()) for line in lines)


def _use_tabular_figures(face: TTFontFace) -> None:
    """Draw 0 to 9 with the glyphs that the font keeps for tables; what is extracted stays the plain figure."""
    tabular = substitutions(bytes(face.get_table("GSUB")), b"tnum")  # type: ignore[no-untyped-call]
    for code in range(ord("0"), ord("9") + 1):
        glyph = tabular[face.charToGlyph[code]]
        face.charToGlyph[code] = glyph
        face.charWidths[code] = face.hmetrics[glyph][0] * 1000 / face.unitsPerEm


def substitutions(table: bytes, feature: bytes) -> dict[int, int]:
    """The glyphs that a feature of a GSUB table puts in the place of others, one for one (OpenType 1.9, GSUB)."""
    features, lookups = _numbers(table, 6, 2)
    found: dict[int, int] = {}
    for record in range(features + 2, features + 2 + 6 * _number(table, features), 6):
        if table[record : record + 4] == feature:
            start = features + _number(table, record + 4)
            for index in _counted(table, start + 2):
                found |= _lookup(table, lookups + _number(table, lookups + 2 + 2 * index))
    return found


def _lookup(table: bytes, start: int) -> dict[int, int]:
    kind = _number(table, start)
    found: dict[int, int] = {}
    for offset in _counted(table, start + 4):
        if kind == _SINGLE:
            found |= _single(table, start + offset)
        elif kind == _EXTENSION and _number(table, start + offset + 2) == _SINGLE:
            found |= _single(table, start + offset + struct.unpack_from(">L", table, start + offset + 4)[0])
    return found


def _single(table: bytes, start: int) -> dict[int, int]:
    covered = _coverage(table, start + _number(table, start + 2))
    if _number(table, start) == 1:
        delta = _number(table, start + 4)
        return {glyph: (glyph + delta) % 65_536 for glyph in covered}
    return dict(zip(covered, _counted(table, start + 4), strict=True))


def _coverage(table: bytes, start: int) -> list[int]:
    count = _number(table, start + 2)
    if _number(table, start) == 1:
        return _numbers(table, start + 4, count)
    ranges = [_numbers(table, start + 4 + 6 * i, 2) for i in range(count)]
    return [glyph for first, last in ranges for glyph in range(first, last + 1)]


def _number(table: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", table, at)[0])


def _numbers(table: bytes, at: int, count: int) -> list[int]:
    return list(struct.unpack_from(f">{count}H", table, at))


def _counted(table: bytes, at: int) -> list[int]:
    """An array with its length in front."""
    return _numbers(table, at + 2, _number(table, at))
