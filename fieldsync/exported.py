"""Reading a file of unsent work, as the field app writes it: JSON whose `data` is compressed and encrypted.

`{format, version: 1, kdf: {name: "PBKDF2", hash: "SHA-256", iterations, salt}, cipher: {name: "AES-GCM", iv}, data}`,
all bytes in base64. The key comes from the passphrase (NFKC, without spaces at its ends). Opened and unpacked, `data`
is `{user: {id, name}, exported_at, operations: [{body, title, group, group_kind, saved_at}], drafts, photos: [{sha256,
mime, visit, data}]}`; an older app writes no photos.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zlib
from base64 import b64decode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fieldsync.fields import parse_id
from models.errors import N_, Refused

FORMAT = "channel-portal field work"
MOST_ITERATIONS = 2_000_000
LARGEST_FILE = 64 * 1024 * 1024
MOST_BYTES = 48 * 1024 * 1024
"""Unpacked: a hundred photos, or many months of work without any. The file itself is a third larger."""
NO_FILE = N_("This is not a file with unsent work, or it is damaged.")
NO_KEY = N_("The passphrase does not fit, or the file is damaged. Nothing was changed.")


@dataclass(frozen=True)
class Exported:
    """Whose work it is, and the operations in the order in which they were made."""

    user_id: UUID
    name: str
    bodies: list[dict[str, Any]]
    drafts: int
    photos: list[Any]
    """As they came: each is looked at when it is taken in."""


def read_exported(text: str, passphrase: str) -> Exported:
    """What a file holds. Refused when it is none of ours, or the passphrase does not open it."""
    salt, iterations, iv, data = _read(text)
    words = unicodedata.normalize("NFKC", passphrase).strip().encode()
    key = hashlib.pbkdf2_hmac("sha256", words, salt, iterations, dklen=32)
    try:
        packed = AESGCM(key).decrypt(iv, data, None)
    except (InvalidTag, ValueError):
        raise Refused(NO_KEY) from None
    return _content(_unpack(packed))


def _read(text: str) -> tuple[bytes, int, bytes, bytes]:
    try:
        file = json.loads(text)
        kdf, cipher = file["kdf"], file["cipher"]
        known = (file["format"], file["version"], kdf["name"], kdf["hash"], cipher["name"])
        iterations = kdf["iterations"]
        if known != (FORMAT, 1, "PBKDF2", "SHA-256", "AES-GCM") or type(iterations) is not int:
            raise Refused(NO_FILE)
        if not 0 < iterations <= MOST_ITERATIONS:
            raise Refused(NO_FILE)
        salt, iv, data = (b64decode(each, validate=True) for each in (kdf["salt"], cipher["iv"], file["data"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(NO_FILE) from None
    return salt, iterations, iv, data


def _unpack(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(packed, MOST_BYTES)
    except zlib.error:
        raise Refused(NO_FILE) from None
    if not unpacker.eof:
        raise Refused(NO_FILE)
    return unpacked


def _content(unpacked: bytes) -> Exported:
    try:
        content = json.loads(unpacked)
        user, drafts = content["user"], content.get("drafts") or []
        bodies = [each["body"] for each in content["operations"]]
        return Exported(
            UUID(str(parse_id(user["id"]))), str(user["name"]), bodies, len(drafts), list(content.get("photos") or [])
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(NO_FILE) from None
