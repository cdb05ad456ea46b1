"""The reference client: what a browser profile keeps, and how it exchanges it, written from the protocol's description.

It shares no code with the server or with the client that we ship. `Profile` is what lies on the disk; each of its
methods that changes something is one local transaction. `exchange` is one round of sync, which stops at each `yield`:
between any two steps the laptop may die, another tab may act, or the rest of the world may go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

Body = dict[str, Any]
Key = tuple[str, str]

SETTLING = ("applied", "merged", "conflict")
BATCH = 4
"""Small, so that a few operations already make several requests."""
PART = 32
"""Bytes of a photo in one request: each takes two."""
DIGEST_MODULUS = 2**53


class Post(Protocol):
    """Sends a body to a door: (status, answer). Raises when no answer of the server's came."""

    def __call__(self, door: str, body: Body, /) -> tuple[int, Any]: ...


class Patch(Protocol):
    """Sends a part of a photo: (status, answer)."""

    def __call__(self, door: str, offset: int, part: bytes, /) -> tuple[int, Any]: ...


class Stopped(Exception):
    """This round is over: what is left waits for the next."""


@dataclass
class Saved:
    """One operation that the rep was told is saved, in the order of saving."""

    body: Body
    seq: int
    state: str = "waiting"
    """`waiting`, `answered` (a pull is due), `settled` (the ledger), or `stuck` (kept in sight)."""
    verdict: str | None = None
    message: Any = None
    decided: bool = False
    """A person has ended it, so it waits for nobody any more."""

    @property
    def op_id(self) -> str:
        """Its identity for ever."""
        return str(self.body["op_id"])

    @property
    def key(self) -> Key:
        """The record that it changes."""
        return str(self.body["kind"]), str(self.body["id"])


@dataclass
class Bucket:
    """How far a bucket was read. What an earlier generation brought and this one did not is swept at its end."""

    cursor: int = 0
    generation: int = 1
    members: dict[Key, tuple[int, int]] = field(default_factory=dict)
    """(kind, id) → (seq, generation)."""

    def start_over(self) -> None:
        """Read it again from its beginning."""
        self.cursor, self.generation = 0, self.generation + 1


@dataclass
class Profile:
    """What one browser profile keeps of one user. A copy of it is a copied profile."""

    user: str
    device: str
    schema: int
    page: int
    new_id: Callable[[], str]
    client: str | None = None
    epoch: str | None = None
    read_in: str | None = None
    """The life of the server in which the records were last read to the end: to that life their versions belong."""
    last_seq: int = 0
    """The last place that the server acknowledged."""
    next_seq: int = 1
    operations: list[Saved] = field(default_factory=list)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    rows: dict[Key, Body] = field(default_factory=dict)
    photos: dict[str, tuple[bytes, str | None]] = field(default_factory=dict)
    """Hash → bytes, and what became of them. They stay as long as the ledger: a restored server needs them again."""
    erased: bool = False
    wiped: tuple[str, ...] = ()
    """What went with an erased profile."""
    upgrade: bool = False
    blocked: str | None = None

    def save(self, body: Body) -> Saved:
        """Keep an operation. Once this returns, the rep has read "saved"."""
        saved = Saved({"op_id": self.new_id(), **body}, self.next_seq)
        self.operations.append(saved)
        self.next_seq += 1
        return saved

    def waiting(self) -> list[Saved]:
        """What is to be sent, in its order."""
        return [saved for saved in self.operations if saved.state == "waiting"]

    def unsettled(self) -> set[Key]:
        """Records on which work is not settled."""
        return {saved.key for saved in self.operations if saved.state != "settled"}

    def view(self, key: Key) -> Body | None:
        """A record as the page shows it: the server's, with the work on it replayed that the server may not know."""
        shown: Body | None = dict(self.rows[key]) if key in self.rows else None
        for saved in self.operations:
            if saved.key == key and saved.state in ("waiting", "answered") and isinstance(saved.body["patch"], dict):
                if saved.body["action"] == "create" and shown is None:
                    shown = {"id": key[1], "version": 0}
                if shown is not None:
                    shown.update(saved.body["patch"])
        return shown

    def adopt(self, before: str | None, client: str, *, everything: bool, epoch: str | None = None) -> None:
        """Go on as another client: what the server may not know gets new places, in the old order. Another life of the
        server means that everything is unknown to it, and that every bucket is read anew."""
        if self.client != before:
            return  # another tab has done it meanwhile
        self.client, self.last_seq = client, 0
        if everything:
            for saved in self.operations:
                saved.state, saved.verdict, saved.decided = "waiting", None, False
            self.photos = {sha256: (content, None) for sha256, (content, _) in self.photos.items()}
        for place, saved in enumerate(self.waiting(), start=1):
            saved.seq = place
        self.next_seq = len(self.waiting()) + 1
        if epoch is not None and epoch != self.epoch:
            self.epoch = epoch
            for bucket in self.buckets.values():
                bucket.start_over()

    def note_verdicts(self, client: str, answer: Body) -> None:
        """Keep what became of a batch, unless the profile goes on as another client by now."""
        if self.client != client:
            return
        by_id = {saved.op_id: saved for saved in self.operations}
        for result in answer["results"]:
            saved = by_id[result["op_id"]]
            if saved.state == "waiting":
                saved.verdict, saved.message = result["verdict"], result["message"]
                saved.state = "answered" if saved.verdict in SETTLING else "stuck"
        self.last_seq = max(self.last_seq, answer["last_seq"])

    def take_in(self, asked: Body, sent: list[Saved], answer: Body) -> list[str]:
        """Take in a page, if nothing moved since it was asked for; returns the buckets that do not add up."""
        if self.client != asked["client"] or self._cursors() != asked["cursors"]:
            return []
        for name in answer["dropped"]:
            gone = self.buckets.pop(name)
            self._forget(list(gone.members))
        for name in answer["reset"]:
            self.buckets[name].start_over()
        for name in answer["added"]:
            self.buckets[name] = Bucket()
        for name, kind, row_id, seq, record in answer["changes"]:
            self._take_one(self.buckets[name], (kind, row_id), seq, record)
        for name, cursor in answer["cursors"].items():
            self.buckets[name].cursor = cursor
        return [] if answer["more"] else self._complete(sent, answer["heads"])

    def _take_one(self, bucket: Bucket, key: Key, seq: int, record: Body | None) -> None:
        if record is None:
            if bucket.members.pop(key, None):
                self._forget([key])
        else:
            bucket.members[key] = seq, bucket.generation
            self.rows[key] = record

    def _complete(self, sent: list[Saved], heads: Body) -> list[str]:
        wrong = []
        for name, bucket in self.buckets.items():
            left = [key for key, (_, generation) in bucket.members.items() if generation < bucket.generation]
            for key in left:
                del bucket.members[key]
            self._forget(left)
            held = len(bucket.members), sum(seq for seq, _ in bucket.members.values()) % DIGEST_MODULUS
            if held != (heads[name]["count"], heads[name]["digest"]):
                wrong.append(name)
        if not wrong:
            self.read_in = self.epoch
            ended = {
                record["op_id"]
                for (kind, _), record in self.rows.items()
                if kind == "decision" and record["outcome"] in ("accepted", "discarded")
            }
            for saved in self.operations:
                if saved in sent and saved.state == "answered":
                    saved.state = "settled"
                if saved.state == "stuck" and saved.op_id in ended:
                    saved.state, saved.decided = "settled", True
            self._forget(list(self.rows))
        return wrong

    def _forget(self, keys: list[Key]) -> None:
        """A record dies with its last bucket, unless work on it is not settled."""
        kept = self.unsettled()
        for key in keys:
            if key not in kept and not any(key in bucket.members for bucket in self.buckets.values()):
                self.rows.pop(key, None)

    def unfinished(self) -> bool:
        """Whether a bucket was begun anew and not read to its end yet."""
        return any(seen < bucket.generation for bucket in self.buckets.values() for _, seen in bucket.members.values())

    def _cursors(self) -> dict[str, int]:
        return {name: bucket.cursor for name, bucket in self.buckets.items()}

    def start_over(self, names: list[str]) -> None:
        """Read buckets again that did not add up."""
        for name in names:
            self.buckets[name].start_over()

    def erase(self) -> None:
        """What a wiped laptop does."""
        self.erased, self.wiped = True, tuple(saved.op_id for saved in self.operations)
        self.operations, self.buckets, self.rows, self.photos = [], {}, {}, {}


def exchange(profile: Profile, post: Post) -> Iterator[str]:
    """One round: push until nothing waits, then pull until there is no more. Yields between its steps."""
    try:
        if profile.client is None:
            yield from _register(profile, post, everything=True)
        yield from _push(profile, post)
        yield from _pull(profile, post)
    except Stopped:
        return


def send_photos(profile: Profile, post: Post, patch: Patch) -> Iterator[str]:
    """The photos' own queue: announce each, and go on where the server says, until it has looked at the whole."""
    for sha256, (content, state) in list(profile.photos.items()):
        if state is not None:
            continue
        door = f"blobs/{sha256}"
        status, answer = post(door, {"size": len(content), "mime": "image/png"})
        yield "announced"
        while status == 200 and answer["state"] == "receiving":
            at = answer["received"]
            status, answer = patch(door, at, content[at : at + PART])
            yield "part sent"
            if status == 409 and answer["error"] == "offset":
                status = 200
        if status != 200:
            return
        profile.photos[sha256] = content, answer["state"]


def _register(profile: Profile, post: Post, *, everything: bool, epoch: str | None = None) -> Iterator[str]:
    before, client = profile.client, profile.new_id()
    body = {
        "device": profile.device,
        "client": client,
        "schema": profile.schema,
        "app": "reference",
        "follows": before,
        "last_seq": profile.last_seq,
        "epoch": profile.epoch,
    }
    status, answer = post("register", body)
    yield "registered"
    if status != 200:
        raise Stopped(answer)
    if answer["epoch"] != profile.epoch and profile.epoch is not None:
        everything = True
    profile.adopt(before, client, everything=everything, epoch=answer["epoch"])
    yield "adopted"


def _push(profile: Profile, post: Post) -> Iterator[str]:
    size = BATCH
    while batch := profile.waiting()[:size]:
        client = str(profile.client)
        ops = [{**saved.body, "seq": saved.seq} for saved in batch]
        body = {"client": client, "schema": profile.schema, "app": "reference", "epoch": profile.epoch, "ops": ops}
        status, answer = post("push", body)
        yield "pushed"
        if status == 413 and size > 1:
            size //= 2
            continue
        if status == 409:
            yield from _mend(profile, post, client, answer["error"])
            continue
        if status != 200:
            raise Stopped(answer)
        profile.note_verdicts(client, answer)
        _obey(profile, answer)
        yield "noted"
        if answer["epoch"] != profile.epoch and profile.client == client:
            yield from _register(profile, post, everything=True)


def _mend(profile: Profile, post: Post, client: str, error: str) -> Iterator[str]:
    """A sequence that cannot go on is begun anew."""
    if profile.client == client:
        yield from _register(profile, post, everything=error != "forked")


def _pull(profile: Profile, post: Post) -> Iterator[str]:
    mended: set[str] = set()
    more = True
    while more:
        asked: Body = {
            "client": profile.client,
            "schema": profile.schema,
            "epoch": profile.epoch,
            "last_seq": profile.last_seq,
            "cursors": profile._cursors(),
            "limit": profile.page,
            "state": {"waiting": len(profile.waiting()), "oldest": None, "storage": {}},
        }
        sent = [saved for saved in profile.operations if saved.state == "answered"]
        status, answer = post("pull", asked)
        yield "pulled"
        if status == 409:
            yield from _mend(profile, post, str(asked["client"]), answer["error"])
            raise Stopped
        if status != 200:
            raise Stopped(answer)
        _obey(profile, answer)
        profile.upgrade = bool(answer.get("upgrade"))
        if profile.upgrade:
            raise Stopped
        if answer["epoch"] != profile.epoch:
            if profile.client == asked["client"]:
                yield from _register(profile, post, everything=True)
            yield from _push(profile, post)
            continue
        wrong = profile.take_in(asked, sent, answer)
        yield "taken in"
        if mended & set(wrong):
            raise AssertionError(f"{wrong} do not add up after they were read from their beginning")
        mended |= set(wrong)
        profile.start_over(wrong)
        more = answer["more"] or bool(wrong)


def _obey(profile: Profile, answer: Body) -> None:
    """A blocked laptop goes on sending, and is told nothing; one to be wiped forgets everything once it has sent it."""
    profile.blocked = None if answer["device"] == "active" else answer["device"]
    if profile.blocked == "wipe" and not profile.waiting():
        profile.erase()
        raise Stopped
    if profile.blocked and "changes" in answer:
        raise Stopped
