"""One schedule's world: the laptops, what was promised to their reps, and the server as it was and as it is now."""

from __future__ import annotations

import copy
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.fieldsync.simulation import invariants
from tests.fieldsync.simulation.laptop import Body, Key, Profile, Saved, exchange, send_photos
from tests.fieldsync.simulation.office import Office
from tests.fieldsync.simulation.stage import Stage
from tests.fieldsync.simulation.wire import Fault, Line, Offline, Sent, Wire

CAST = (("Ayşe's laptop", "rep"), ("Murat's laptop", "rep2"))
"""The laptops and users that every schedule begins with, in sync. Others come along."""
ROUNDS = 8
CURRENT_SCHEMA, LOWEST_SCHEMA = 4, 3
"""What the server speaks in the simulation: apps of three versions back are about."""


@dataclass
class Promise:
    """An operation of which a rep read "saved", and what its writer saw."""

    body: Body
    who: str
    clean: bool
    seen: Body
    """By patched field, what the server's record on the laptop held."""


@dataclass
class Laptop:
    """One browser profile, the rounds of sync that its tabs are in the middle of, and its connection."""

    name: str
    who: str
    profile: Profile
    line: Line
    rounds: dict[int, Iterator[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    """The operations that it held when one last looked."""


class Ids:
    """Ids in a fixed order, so that a schedule plays the same way again."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return str(UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | self.count))

    def __deepcopy__(self, _memo: Any) -> Ids:
        return self


class World:
    """Everything that a schedule can touch. Each act ends with a look at the server and the checks of `invariants`."""

    def __init__(self, stage: Stage, wire: Wire) -> None:
        self.stage, self.wire, self.office = stage, wire, Office(stage)
        self.new_id = Ids()
        self.archive: list[Sent] = []
        self.late: list[Sent] = []
        self.promises: dict[str, Promise] = {}
        self.erased: set[str] = set()
        self.happened: Counter[str] = Counter()
        self.backed_up = self.restored = False
        self.unproved = False
        """A raw restore that no laptop has proved yet: for so long nobody can know of it."""
        self.act = "begin"
        self.request: tuple[Sent, int] | None = None
        self.sent_operations: list[Body] = []
        self.laptops: list[Laptop] = []
        self.before: Any = None
        self.after: Any = None

    def begin(self, prepared: Prepared) -> None:
        """Start a schedule from the photograph, with laptops that are in sync."""
        self.stage.begin()
        self.new_id.count = prepared.ids
        self.laptops = [
            Laptop(name, who, self._own(profile), self._line(who)) for name, who, profile in prepared.laptops
        ]
        self.before = self.after = prepared.state
        self.wire.observer = self.observe_request

    def add_laptop(self, name: str, who: str, schema: int = 4, page: int = 100) -> Laptop:
        """A laptop on which nobody has signed in yet."""
        profile = Profile(who, self.new_id(), schema, page, self.new_id)
        laptop = Laptop(name, who, profile, self._line(who))
        self.laptops.append(laptop)
        return laptop

    def copy_profile(self, original: Laptop) -> Laptop:
        """Somebody copies the browser's folder to another machine."""
        laptop = Laptop(
            f"copy of {original.name}",
            original.who,
            self._own(original.profile),
            self._line(original.who),
        )
        self.laptops.append(laptop)
        return laptop

    def _line(self, who: str) -> Line:
        return Line(self.wire, who, self.archive, self.late, self.happened)

    def _own(self, profile: Profile) -> Profile:
        copied = copy.deepcopy(profile)
        copied.new_id = self.new_id
        return copied

    def save(self, laptop: Laptop, body: Body, *, clean: bool = True) -> Saved:
        """The rep presses Save, and reads that it is saved."""
        key = str(body["kind"]), str(body["id"])
        view, row = laptop.profile.view(key) or {}, laptop.profile.rows.get(key, {})
        patch = body["patch"] if isinstance(body["patch"], dict) else {}
        base = {name: view.get(name) for name in patch if body["action"] == "patch"}
        saved = laptop.profile.save(
            {
                "base_version": row.get("version", 0),
                "base": base,
                "tz": "Europe/Istanbul",
                "epoch": laptop.profile.read_in,
            }
            | body
        )
        self.promises[saved.op_id] = Promise(saved.body, laptop.who, clean, {name: row.get(name) for name in patch})
        return saved

    def do(self, what: str, act: Callable[[], object]) -> None:
        """Somebody in the office acts, or the server is tampered with."""
        self.act, self.request, self.sent_operations = what, None, []
        self.happened[what] += 1
        act()
        self._look()

    def observe_request(self, sent: Sent, status: int) -> None:
        """Look at the server after each request that reached it. Status 0: it died over it."""
        self.act, self.request = sent.door, (sent, status)
        self.happened[f"{sent.door.partition('/')[0]} {status}"] += 1
        self.sent_operations = operations_of(sent) if sent.door == "push" else []
        self._look()

    def _look(self) -> None:
        """Look at everything; after a pull, which is to change nothing, only if something did."""
        spared = self.act == "pull" and self.stage.moved() == self.after["moved"]
        self.before, self.after = self.after, self.after if spared else self.stage.see()
        if self.before["epoch"] != self.after["epoch"]:
            self.unproved = False
        invariants.check_server(self)

    def advance(self, laptop: Laptop, tab: int, steps: int) -> bool:
        """Let a tab go on with its round of sync; False once the round is over."""
        if laptop.profile.erased:
            return False
        round_ = laptop.rounds.get(tab) or exchange(laptop.profile, laptop.line.post)
        laptop.rounds[tab] = round_
        try:
            for _ in range(steps):
                next(round_)
        except (StopIteration, Offline):
            del laptop.rounds[tab]
            return False
        finally:
            if laptop.profile.erased:
                self._note_erased(laptop)
        return True

    def _note_erased(self, laptop: Laptop) -> None:
        """Work on a laptop that was wiped on order is gone with it, unless it is elsewhere."""
        laptop.rounds.clear()
        self.erased |= set(laptop.profile.wiped)

    def send_photos(self, laptop: Laptop) -> None:
        """Let a laptop send its photos, as far as it comes."""
        with suppress(Offline):
            for _step in send_photos(laptop.profile, laptop.line.post, laptop.line.patch):
                pass

    def settle_photos(self, laptop: Laptop) -> None:
        """With a good connection, every photo gets there."""
        laptop.line.faults.clear()
        self.send_photos(laptop)
        left = [sha256 for sha256, (_, state) in laptop.profile.photos.items() if state != "verified"]
        assert not left, f"I15: {laptop.name} cannot send {left}"

    def kill(self, laptop: Laptop) -> None:
        """The laptop dies: what its tabs had in memory is gone."""
        laptop.rounds.clear()

    def sync(self, laptop: Laptop) -> None:
        """One whole round, whatever comes of it."""
        while self.advance(laptop, 0, 100):
            pass

    def settle(self, laptop: Laptop, *, look_again: bool = False) -> None:
        """Sync without faults until the laptop has come to rest, and check that; `look_again` pulls once more."""
        laptop.line.faults.clear()
        laptop.rounds.clear()
        for _ in range(ROUNDS):
            if self.at_rest(laptop):
                invariants.check_quiet(self, laptop)
                if look_again:
                    self.sync(laptop)
                    invariants.i4_quiet_pull_is_empty(self, laptop)
                return
            self.sync(laptop)
            profile = laptop.profile
            if profile.erased or profile.blocked or profile.upgrade:
                assert profile.erased or not profile.waiting(), f"I14: {laptop.name} still waits"
                return
        raise AssertionError(f"I7: {laptop.name} does not come to rest")

    def at_rest(self, laptop: Laptop) -> bool:
        """Whether the laptop has sent and settled everything, and has read every bucket to its head.

        Not while it was told what a restored server no longer knows: its next pull finds that out.
        """
        profile, heads = laptop.profile, self.after["buckets"]
        read = {name: bucket.cursor for name, bucket in profile.buckets.items()}
        return (
            profile.client in self.after["clients"]
            and profile.epoch == self.after["epoch"]
            and not any(saved.state in ("waiting", "answered") for saved in profile.operations)
            and read == {name: heads.get(name, [0])[0] for name in self.buckets(laptop.who)}
            and not profile.blocked
            and not profile.unfinished()
            and not self.ahead(laptop)
        )

    def buckets(self, who: str) -> set[str]:
        """The buckets that a rep may hold now."""
        user = str(self.stage.user_id(who))
        places = {f"territory:{place}" for place, holder in self.after["holders"].items() if holder == user}
        return {*places, f"rep:{user}", "catalogue"}

    def back_up(self) -> None:
        """Photograph the database."""
        self.stage.keep("backup")
        self.backed_up = True

    def restore(self, *, raw: bool) -> None:
        """Bring the database back to the backup. `portal restore` begins a new epoch, a raw restore keeps the old."""
        self.restored, self.unproved = True, raw
        try:
            self.do("restore", lambda: self._bring_back(raw=raw))
        finally:
            self.restored = False

    def can_prove(self, laptop: Laptop) -> bool:
        """Whether the laptop may still talk to the server, and is ahead of it."""
        device, profile = self.after["devices"].get(laptop.profile.device), laptop.profile
        return profile.schema >= LOWEST_SCHEMA and not profile.erased and device == "active" and self.ahead(laptop)

    def ahead(self, laptop: Laptop) -> bool:
        """Whether the laptop can prove that the server was restored."""
        profile, heads = laptop.profile, self.after["buckets"]
        client = profile.client and self.after["clients"].get(profile.client)
        return profile.epoch == self.after["epoch"] and (
            profile.last_seq > (client or 0)
            or any(bucket.cursor > heads.get(name, [0])[0] for name, bucket in profile.buckets.items())
        )

    def _bring_back(self, *, raw: bool) -> None:
        self.stage.bring_back("backup")
        if not raw:
            self.stage.new_epoch()

    def scope(self, who: str) -> dict[Key, Any]:
        """What a rep may see now."""
        user = self.stage.user_id(who)
        places = [UUID(place) for place, holder in self.after["holders"].items() if holder == str(user)]
        return self.stage.scope(user, places, self.stage.cast.region)

    def device_of(self, client: str) -> str | None:
        """The device to which a client belongs."""
        device: str | None = self.after["device_of"].get(client)
        return device

    def created_on(self, laptop: Laptop, key: Key) -> bool:
        """Whether the laptop has made a record that the server has not got yet."""
        return any(
            saved.key == key and saved.body["action"] == "create" and saved.state in ("waiting", "answered")
            for saved in laptop.profile.operations
        )


@dataclass
class Prepared:
    """Laptops in sync and the server as the photograph has it: made once, copied for each schedule."""

    laptops: list[tuple[str, str, Profile]]
    ids: int
    state: Any


def prepare(stage: Stage, wire: Wire) -> Prepared:
    """Register and fill the laptops of CAST, and photograph the server."""
    world = World(stage, wire)
    world.before = world.after = stage.see()
    wire.observer = world.observe_request
    for name, who in CAST:
        world.settle(world.add_laptop(name, who))
    stage.keep("start")
    laptops = [(laptop.name, laptop.who, laptop.profile) for laptop in world.laptops]
    return Prepared(laptops, world.new_id.count, stage.see())


def operations_of(sent: Sent) -> list[Body]:
    """The operations of a push, as they went over the line."""
    try:
        ops = json.loads(gzip.decompress(sent.data)).get("ops", [])
    except (ValueError, EOFError, OSError):
        return []
    return list(ops)


__all__ = ["Fault", "Laptop", "Prepared", "Promise", "World", "operations_of", "prepare"]
