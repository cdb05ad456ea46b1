"""Decimal comma or decimal point: decided once for a file, from all values of its number columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from models.errors import N_
from models.importing.problems import Wrong


class DecimalSign(StrEnum):
    """What stands before the decimals."""

    POINT = "."
    COMMA = ","

    @property
    def grouping(self) -> str:
        """What may then stand between thousands."""
        return "," if self is DecimalSign.POINT else "."


_SPACES = re.compile(r"(?<=\d)[ '\u00a0\u2009\u202f](?=\d{3}(?!\d))", re.ASCII)
_CANONICAL = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_BOTH = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?!\1)([.,])\d*", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+", re.ASCII)
_SINGLE = re.compile(r"(\d*)([.,])(\d*)", re.ASCII)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_NUMBER = {
    DecimalSign.POINT: re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?", re.ASCII),
    DecimalSign.COMMA: re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+)?(?:,\d*)?", re.ASCII),
}


@dataclass
class NumberEvidence:
    """How many values prove which sign, with the first line and value of each."""

    counts: dict[DecimalSign, int] = field(default_factory=lambda: dict.fromkeys(DecimalSign, 0))
    first: dict[DecimalSign, tuple[int, str]] = field(default_factory=dict)
    ambiguous: tuple[int, str] | None = None

    def note(self, line: int, text: str) -> None:
        """Take one value into account. `1.234` and `1,234` prove nothing: either may be one thousand."""
        proof = _proof(text)
        if isinstance(proof, DecimalSign):
            self.counts[proof] += 1
            self.first.setdefault(proof, (line, text))
        elif proof and self.ambiguous is None:
            self.ambiguous = (line, text)

    def decide(self) -> DecimalSign | None:
        """The sign of most values. A file without any decimals reads the same either way; None if nobody can tell."""
        point, comma = self.counts[DecimalSign.POINT], self.counts[DecimalSign.COMMA]
        if point == comma:
            return None if point or self.ambiguous else DecimalSign.POINT
        return DecimalSign.POINT if point > comma else DecimalSign.COMMA


def _proof(text: str) -> DecimalSign | bool:
    """The sign that `text` proves; True if it could be read both ways, False if it tells nothing."""
    bare = _bare(text)
    if bare.isascii() and bare.isdigit():
        return False
    if _AMBIGUOUS.fullmatch(bare):
        return True
    if match := _SINGLE.fullmatch(bare):
        return DecimalSign(match[2]) if match[1] or match[3] else False
    if match := _BOTH.fullmatch(bare):
        return DecimalSign(match[2])
    if match := _GROUPS.fullmatch(bare):
        return DecimalSign(DecimalSign(match[1]).grouping)
    return False


def _bare(text: str) -> str:
    """Without sign (in front, or behind as some ERP systems write it) and without spaces between thousands."""
    bare = text.strip()
    bare = bare[1:] if bare[:1] in ("+", "-") else bare.removesuffix("-")
    return _SPACES.sub("", bare.strip())


def number_reader(sign: DecimalSign, *, scale: int, digits: int = 16) -> Callable[[str], str]:
    """A function from a number as the file writes it to its canonical text, rounded half up to `scale` decimals.

    It raises Wrong for what is no number, and for more than `digits` digits in all.
    """
    pattern = _NUMBER[sign]
    largest = 10 ** (digits - scale)

    @lru_cache(maxsize=4096)
    def read(text: str) -> str:
        canonical = text if sign is DecimalSign.POINT and _CANONICAL.fullmatch(text) else _canonical(text)
        value = Decimal(canonical)
        if abs(value) >= largest:
            raise Wrong(N_("the number is too large"))
        if -int(value.as_tuple().exponent) > scale:
            return str(value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP))
        return canonical

    def _canonical(text: str) -> str:
        bare = _bare(text)
        if not pattern.fullmatch(bare) or not any(map(str.isdigit, bare)):
            raise Wrong(_why(bare, sign), sign=sign)
        minus = "-" if text.strip().startswith("-") or text.strip().endswith("-") else ""
        whole, _, decimals = bare.replace(sign.grouping, "").partition(sign)
        return f"{minus}{whole or '0'}.{decimals}" if decimals else f"{minus}{whole}"

    return read


def _why(bare: str, sign: DecimalSign) -> str:
    if _NUMBER[DecimalSign(sign.grouping)].fullmatch(bare):
        return N_("is no number in a file whose decimal sign is “%(sign)s”")
    return N_("is no number")
