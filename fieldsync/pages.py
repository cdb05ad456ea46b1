"""Entries of the feed as they travel, each with its record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from fieldsync.records import KINDS
from models.session import Session
from models.sync.pull import Entry
from models.sync.written import write


def write_entries(db: Session, page: Sequence[Entry], names: dict[int | None, str]) -> Iterator[tuple[bytes, bool]]:
    """The text of `[bucket, kind, id, seq, record]` for each entry, and whether there is a record; none means that it
    left the bucket. A statement for each kind, however many there are."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for _, kind, row_id, _, op in page:
        if op == "p":
            wanted[kind].append(row_id)
    records = {kind: write(db, KINDS[kind].writing, ids) for kind, ids in wanted.items()}
    for bucket, kind, row_id, seq, op in page:
        record = records[kind].get(row_id) if op == "p" else None
        yield f'["{names[bucket]}","{kind}","{row_id}",{seq},{record or "null"}]'.encode(), record is not None
