"""A request and its answer as they travel: JSON, gzip both ways, a limit, and what every answer carries."""

from __future__ import annotations

import json
import math
import zlib
from typing import Any
from urllib.parse import urlsplit

from flask import Request, Response
from isal import igzip

from models.base import now

LIMIT_BYTES = 512 * 1024
LIMIT_OPERATIONS = 500
WORTH_COMPRESSING = 1024
UNASKED_BY_NO_FORM = frozenset({"application/json", "application/offset+octet-stream"})

Body = dict[str, Any]


class Written(bytes):
    """A part of an answer that is JSON already."""

    __slots__ = ()


class Failure(Exception):
    """Trouble of the transport, never of the content: a status and one word that a client can act on."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **more}


def check_caller(request: Request) -> None:
    """A page of another site can send neither our Origin nor, unasked, JSON: this stands in for a form's token.

    What only reads changes nothing, and a browser sends no Origin with it.
    """
    if request.method in ("GET", "HEAD"):
        return
    if request.mimetype not in UNASKED_BY_NO_FORM:
        raise Failure(415, "not_json")
    if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
        raise Failure(403, "bad_origin")


def read_body(request: Request) -> Body:
    """The JSON object that was sent. Raises Failure when it is too large, cut off or no object."""
    if (request.content_length or 0) > LIMIT_BYTES:
        raise Failure(413, "too_large", bytes=LIMIT_BYTES, operations=LIMIT_OPERATIONS)
    data = request.get_data(cache=False)
    if request.headers.get("Content-Encoding") == "gzip":
        data = _unpack(data)
    try:
        body = json.loads(data, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise Failure(400, "bad_json") from None
    if not isinstance(body, dict):
        raise Failure(400, "bad_json")
    return body


def answer(request: Request, body: Body, status: int = 200) -> Response:
    """The body as JSON with the server's time, compressed if the caller can read that and it is worth it."""
    data = write({"server_time": now().isoformat(timespec="milliseconds"), **body})
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if len(data) > WORTH_COMPRESSING and "gzip" in request.headers.get("Accept-Encoding", ""):
        data = igzip.compress(data, compresslevel=2)  # a sixth of the time of zlib's level 4, an eighth more bytes
        headers["Content-Encoding"] = "gzip"
    return Response(data, status, headers, mimetype="application/json")


def write(body: Body) -> bytes:
    """The body as JSON."""
    return b"{%b}" % b",".join(b"%b:%b" % (_write(name), _write(value)) for name, value in body.items())


def _write(value: Any) -> bytes:
    return value if isinstance(value, Written) else json.dumps(value, separators=(",", ":")).encode()


def _unpack(data: bytes) -> bytes:
    """Decompress, but never more than the limit: a few bytes can stand for a gigabyte."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(data, LIMIT_BYTES + 1)
    except zlib.error:
        raise Failure(400, "bad_gzip") from None
    if len(unpacked) > LIMIT_BYTES:
        raise Failure(413, "too_large", bytes=LIMIT_BYTES, operations=LIMIT_OPERATIONS)
    if not unpacker.eof:
        raise Failure(400, "bad_gzip")
    return unpacked


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
