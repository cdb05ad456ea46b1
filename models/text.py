"""Folding for search and keys for sorting, the same in Python and in the database.

The embedded PostgreSQL has no ICU, so both are generated columns of ours. `FOLD_SQL` and `SORT_SQL` are the same
two functions in SQL; a property test holds the pairs together.
"""

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]")
# Control characters but tab and line ends, halves of surrogate pairs, and the two that are no characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile("[ \t\n\r\f\v]+")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_DOTLESS = {ord("ı"): "i"}

# 29 Turkish letters plus q, w, x in their places: exactly the 32 code points from "A" to "`".
_ALPHABET = "abcçdefgğhıijklmnoöpqrsştuüvwxyz"
_UPPER = "ABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZ"
_KEYS = "".join(chr(code) for code in range(ord("A"), ord("A") + len(_ALPHABET)))
_SORT = str.maketrans(_ALPHABET + _UPPER, _KEYS + _KEYS)


def fold(text: str) -> str:
    """The search key: no accents, no case, İ/I/ı/i all alike, single spaces.

    >>> fold("  İSTANBUL   Kaynakçılık ")
    'istanbul kaynakcilik'
    """
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _SPACES.sub(" ", bare.translate(_DOTLESS).translate(_ASCII_LOWER)).strip(" ")


def printable(text: str) -> str:
    """The text without what no person types and no workbook, XML document or PostgreSQL text can hold.

    >>> printable("Kaynak\\x00\\x0b teli\\n")
    'Kaynak teli\\n'
    """
    return _UNPRINTABLE.sub("", text)


def sort_key(text: str) -> str:
    """The key that sorts by the Turkish alphabet when compared byte by byte.

    >>> sorted(["İzmir", "Isparta", "Çorum", "Cizre", "Ordu", "Ödemiş"], key=sort_key)
    ['Cizre', 'Çorum', 'Isparta', 'İzmir', 'Ordu', 'Ödemiş']
    """
    return text.translate(_SORT)


def prefix_range(text: str) -> tuple[str, str]:
    """The half-open range of folded keys that start with `text`: a leakproof comparison that an index serves."""
    key = fold(text)
    return key, key + "\U0010ffff"


FOLD_SQL = """
create or replace function portal_fold(value text) returns text language sql immutable strict parallel safe as $$
  select btrim(regexp_replace(lower(replace(
    regexp_replace(normalize(value, NFKD), '[\u0300-\u036f]', '', 'g'), 'ı', 'i') collate "C"),
    '[ \\t\\n\\r\\f\\v]+', ' ', 'g'), ' ')
$$
"""

SORT_SQL = f"""
create or replace function portal_sort(value text) returns text language sql immutable strict parallel safe as $$
  select translate(value, '{_ALPHABET + _UPPER}', '{_KEYS + _KEYS}')
$$
"""
