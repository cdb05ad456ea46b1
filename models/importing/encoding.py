"""In which character set a file is written: declared, or found out from all of its bytes."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from models.errors import N_, Refused

_BLOCK = 1 << 18
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
TURKISH = "windows-1254"
"""What Turkish programs write that do not write Unicode."""


def detect_encoding(path: Path) -> str:
    """The byte order mark's encoding; else UTF-16 if every other byte is zero; else UTF-8 if all of it is valid UTF-8;
    else Windows-1254."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    if b"\x00" in head:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        for _ in _blocks(path, "utf-8"):
            pass
    except UnicodeDecodeError:
        return TURKISH
    return "utf-8"


def check_encoding(path: Path, encoding: str) -> int:
    """Make sure that the whole file can be read as `encoding`, and count its line ends. Raises Refused naming the line
    that cannot be read."""
    line = 1
    try:
        for text in _blocks(path, encoding):
            if "\x00" in text:
                line += text.count("\n", 0, text.index("\x00"))
                raise Refused(N_("Line %(line)s holds a zero character: this is not a text file."), line=line)
            line += text.count("\n")
        return line - 1
    except UnicodeDecodeError as error:
        bad = bytes(error.object[error.start : error.end])
        before = bytes(error.object[: error.start]).decode(encoding, "replace")
        raise Refused(
            N_("Line %(line)s holds the bytes %(bytes)s, which are no text in the encoding %(encoding)s."),
            line=line + before.count("\n"),
            bytes=bad.hex(" "),
            encoding=encoding,
        ) from error


def is_encoding(name: str) -> bool:
    """Whether `name` is a text encoding known here."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _blocks(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)
