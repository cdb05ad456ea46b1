"""The catalogue as one file: made by a job, offered to a client that has none yet, read at an address of its own."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from flask import Response

from fieldsync.exchange import Body, Failure
from fieldsync.pages import write_entries
from models.errors import NotFound
from models.session import Session
from models.sync.feed import CATALOGUE, DIGEST_MODULUS
from models.sync.pull import Head, list_changes
from models.sync.snapshot import CatalogueSnapshot, catalogue_head, get_snapshot, keep, newest_snapshot

PAGE = 2000


def make_snapshot(db: Session) -> int:
    """Make a snapshot unless the newest one is as new as the catalogue; returns how many records it holds.

    What changes meanwhile moves past the head and comes with the next pull, so sums are those of what was written.
    """
    head, newest = catalogue_head(db), newest_snapshot(db)
    if head.id is None or (newest is not None and newest.seq == head.head):
        return 0
    lines = dict(_lines(db, head))
    written = b"\n".join(lines.values())
    keep(db, head.head, len(lines), sum(lines) % DIGEST_MODULUS, gzip.compress(written, compresslevel=6, mtime=0))
    return len(lines)


def offer(db: Session, body: Body, cursors: Mapping[str, int], heads: Sequence[Head]) -> CatalogueSnapshot | None:
    """What a client that asks for snapshots and holds nothing of the catalogue shall read first; None if nothing."""
    head = next((head for head in heads if head.name == CATALOGUE), None)
    if body.get("snapshots") is not True or head is None or cursors.get(CATALOGUE, 0):
        return None
    newest = newest_snapshot(db)
    return newest if newest is not None and head.floor <= newest.seq <= head.head else None


def describe(found: CatalogueSnapshot) -> Body:
    """Where it is read, and what the client holds afterwards."""
    address = f"/fieldsync/v1/catalogue/{found.id}"
    held = {"cursor": found.seq, "count": found.row_count, "digest": found.digest}
    return {"bucket": CATALOGUE, "url": address, "bytes": found.size, **held}


def download(db: Session, snapshot_id: UUID) -> Response:
    """The file, to be kept for ever."""
    try:
        found = get_snapshot(db, snapshot_id)
    except NotFound:
        raise Failure(409, "unknown_snapshot") from None
    response = Response(found.content, mimetype="application/x-ndjson")
    response.headers.update({"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"})
    return response


def _lines(db: Session, head: Head) -> Iterator[tuple[int, bytes]]:
    """Every record of the catalogue up to its head, like an entry of a pull's `changes`, by its place."""
    after = 0
    while entries := list_changes(db, {head.id or 0: after}, PAGE):
        after = entries[-1][3]
        live = [entry for entry in entries if entry[4] == "p" and entry[3] <= head.head]
        for entry, (line, there) in zip(live, write_entries(db, live, {head.id: head.name}), strict=True):
            if there:
                yield entry[3], line
