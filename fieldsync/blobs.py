"""The bytes of photos: announced, sent in parts that go on where the last one ended, checked, handed out."""

from __future__ import annotations

import re

from flask import Request, Response

from fieldsync.exchange import LIMIT_BYTES, Body, Failure
from models.errors import NotFound, Refused
from models.session import Session
from models.sync import blob as blobs
from models.sync.blob import Blob

PART = "application/offset+octet-stream"


def announce(db: Session, sha256: str, body: Body) -> Body:
    """Begin to send a photo, or learn how much of it is here."""
    size, mime = body.get("size"), body.get("mime")
    if type(size) is not int or not isinstance(mime, str):
        raise Failure(400, "bad_request", field="size" if type(size) is not int else "mime")
    try:
        found = blobs.announce(db, _hash(sha256), size, mime)
    except Refused as refusal:
        raise Failure(422, "refused", text=refusal.message, params=refusal.params) from refusal
    if found.size != size or found.mime != mime:
        raise Failure(409, "announced_otherwise", **_state(found))
    return _state(found)


def append(db: Session, sha256: str, request: Request) -> Body:
    """Take in a part. Bytes that were broken off are simply sent again from `received` on."""
    if request.mimetype != PART:
        raise Failure(400, "bad_request", field="Content-Type")
    if (request.content_length or 0) > LIMIT_BYTES:
        raise Failure(413, "too_large", bytes=LIMIT_BYTES)
    content = request.get_data(cache=False)
    if request.content_length is not None and len(content) != request.content_length:
        raise Failure(400, "broken_off")
    found = _own(db, sha256)
    try:
        blobs.append(db, found, _offset(request), content)
    except blobs.WrongOffset:
        raise Failure(409, "offset", **_state(found)) from None
    except blobs.WrongHash:
        return {**_state(found), "error": "bad_hash"}
    return _state(found)


def answer_head(db: Session, sha256: str) -> Response:
    """How much of the caller's own photo is here, as headers."""
    found = _own(db, sha256, lock=False)
    response = Response(status=200, mimetype=PART)
    response.headers.update(
        {
            "Upload-Offset": str(found.received),
            "Upload-Length": str(found.size),
            "Upload-State": found.state,
            "Cache-Control": "no-store",
        }
    )
    return response


def download(db: Session, sha256: str) -> Response:
    """The bytes, to be kept for ever: another content would have another address."""
    try:
        found = blobs.get_blob(db, _hash(sha256))
    except NotFound:
        raise Failure(409, "unknown_blob") from None
    response = Response(blobs.content_of(db, found), mimetype=found.mime)
    response.headers.update({"Cache-Control": "private, max-age=31536000, immutable", "Content-Disposition": "inline"})
    return response


def _own(db: Session, sha256: str, *, lock: bool = True) -> Blob:
    try:
        return blobs.get_own_blob(db, _hash(sha256), lock=lock)
    except NotFound:
        raise Failure(409, "unknown_blob") from None


def _state(found: Blob) -> Body:
    return {"received": found.received, "size": found.size, "state": found.state}


def _hash(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise Failure(400, "bad_request", field="sha256")
    return text


def _offset(request: Request) -> int:
    text = request.headers.get("Upload-Offset", "")
    if not re.fullmatch("[0-9]{1,9}", text):
        raise Failure(400, "bad_request", field="Upload-Offset")
    return int(text)
