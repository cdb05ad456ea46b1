"""Handing out changes: page by page from one snapshot, so that a client that is cut off goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldsync import snapshot
from fieldsync.devices import (
    describe_policy,
    describe_user,
    find_caller,
    is_ahead,
    note_health,
    quarantined,
    read_number,
)
from fieldsync.exchange import Body, Failure, Written
from fieldsync.pages import write_entries
from fieldsync.records import LOWEST_SCHEMA
from models.base import now
from models.session import Session
from models.sync.audit import prove_restore
from models.sync.feed import CATALOGUE
from models.sync.pull import Entry, Head, buckets_of, find_heads, list_changes

PAGE = 1000
LARGEST_PAGE = 5000


def pull(db: Session, body: Body) -> Body:
    """One page of changes. All of it, records and heads alike, is one moment of the database."""
    if not db.one_moment:
        raise RuntimeError("a page of changes must be read in one moment")
    client, device, common = find_caller(db, body)
    common |= {"last_seq": client.last_seq, "user": describe_user(db)}
    if quarantined(device):
        note_health(device, body)
        return {**common, **_nothing()}
    common["at_rest"] = describe_policy(db, device)
    note_health(device, body)
    if read_number(body, "schema") < LOWEST_SCHEMA:
        return {**common, **_nothing(), "upgrade": True}
    device.last_pulled_at = now()
    cursors, limit = _read_cursors(body), _read_limit(body)
    heads = find_heads(db, buckets_of(db.principal))
    known_life = body.get("epoch") == common["epoch"]
    if known_life and (is_ahead(body, client.last_seq) or any(_past(cursors, head) for head in heads)):
        common["epoch"], known_life = prove_restore(db, common["epoch"]), False
    offered = snapshot.offer(db, body, cursors, heads)
    known = {head.name for head in heads}
    heads = [head for head in heads if offered is None or head.name != CATALOGUE]
    wrong = _do_not_add_up(body, cursors, heads) if known_life else set()
    if wrong:
        device.mismatched_at = now()
    reset = [
        head.name
        for head in heads
        if head.name in cursors and not (known_life and head.name not in wrong and _valid(cursors[head.name], head))
    ]
    after = {head.name: 0 if head.name in reset else cursors.get(head.name, 0) for head in heads}
    behind = {head.id: after[head.name] for head in heads if head.id is not None and after[head.name] < head.head}
    entries = list_changes(db, behind, limit + 1)
    page, more = entries[:limit], len(entries) > limit
    names = {head.id: head.name for head in heads}
    return {
        **common,
        "added": [head.name for head in heads if head.name not in cursors],
        "dropped": sorted(set(cursors) - known),
        "reset": reset,
        "changes": Written(b"[%b]" % b",".join(text for text, _ in write_entries(db, page, names))),
        "cursors": _next(heads, after, page, more),
        "heads": {head.name: {"head": head.head, "count": head.row_count, "digest": head.digest} for head in heads},
        "more": more,
        **({} if offered is None else {"snapshot": snapshot.describe(offered)}),
    }


def _nothing() -> Body:
    return {"added": [], "dropped": [], "reset": [], "changes": [], "cursors": {}, "heads": {}, "more": False}


def _past(cursors: dict[str, int], head: Head) -> bool:
    """Whether the client has read further than the bucket goes: then the server was restored behind our back."""
    return cursors.get(head.name, 0) > head.head


def _valid(cursor: int, head: Head) -> bool:
    """Not under the floor: then removals are forgotten."""
    return cursor == 0 or cursor >= head.floor


def _do_not_add_up(body: Body, cursors: Mapping[str, int], heads: Sequence[Head]) -> set[str]:
    """Buckets read to their end of which the client holds something else than the server: {bucket: [count, digest]}."""
    sums = body.get("sums")
    if not isinstance(sums, dict):
        return set()
    return {
        head.name
        for head in heads
        if head.name in sums
        and cursors.get(head.name) == head.head
        and sums[head.name] != [head.row_count, head.digest]
    }


def _next(heads: Sequence[Head], after: dict[str, int], page: Sequence[Entry], more: bool) -> dict[str, int]:
    """Buckets are handed out in turn: those before the last on the page are complete, those behind it wait."""
    if not more:
        return {head.name: head.head for head in heads}
    last_bucket, _, _, last_seq, _ = page[-1]
    cursors = dict(after)
    for head in heads:
        if head.id == last_bucket:
            cursors[head.name] = last_seq
            break
        cursors[head.name] = head.head
    return cursors


def _read_cursors(body: Body) -> dict[str, int]:
    cursors = body.get("cursors")
    if not isinstance(cursors, dict) or len(cursors) > 1000:
        raise Failure(400, "bad_request", field="cursors")
    if not all(type(seq) is int and 0 <= seq < 2**53 for seq in cursors.values()):
        raise Failure(400, "bad_request", field="cursors")
    return cursors


def _read_limit(body: Body) -> int:
    limit = body.get("limit", PAGE)
    if type(limit) is not int or limit < 1:
        raise Failure(400, "bad_request", field="limit")
    return min(limit, LARGEST_PAGE)
