"""The rules from which Hypothesis draws schedules: what reps, the office, the line and the machines may do."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar, Self
from unittest.mock import patch
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from models.sync.device import DeviceStatus
from tests.fieldsync.simulation import invariants
from tests.fieldsync.simulation.laptop import Body, Profile
from tests.fieldsync.simulation.stage import Stage
from tests.fieldsync.simulation.wire import Fault, PowerCut, Wire
from tests.fieldsync.simulation.world import CURRENT_SCHEMA, LOWEST_SCHEMA, Laptop, Prepared, World, prepare
from tests.postgres import Postgres

WHICH = st.sampled_from((0, 0, 0, 0, 2, 1, 2, 3, 4, 5))
"""Picks one of however many there are, mostly the first: where everybody meets, things happen."""
FIELDS = st.sampled_from(("town", "town", "town", "phone", "name"))
FAULTS = st.lists(st.tuples(st.sampled_from(list(Fault)), st.integers(0, 400)), min_size=1, max_size=4)
MOST_LAPTOPS = 5
CLOCKS = st.sampled_from(("2016-02-29T23:59:59Z", "2026-05-05T10:00:00Z", "2036-12-31T00:00:00+14:00"))
POISONS: tuple[Body, ...] = (
    {"kind": "teleport"},
    {"action": "explode"},
    {"patch": [1]},
    {"patch": {"mood": "sunny"}},
    {"patch": {"happened_at": "yesterday"}},
    {"patch": {"happened_at": None}},
    {"patch": {"summary": "x" * 20_001}},
    {"patch": {"summary": "a\x00b"}},
    {"patch": {"account_id": "00000000-0000-4000-8000-000000000001"}},
    {"patch": {"participants": ["00000000-0000-4000-8000-000000000001"]}},
    {"patch": {"user_id": "00000000-0000-4000-8000-000000000001"}},
    {"kind": "product", "patch": {"name": "Mine"}},
)


class Theatre:
    """What all schedules of one process share: the stage, the line, and the state in which each begins."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.wire = stage, Wire(stage)
        self.prepared: Prepared = prepare(stage, self.wire)

    @classmethod
    @contextmanager
    def opened(cls, postgres: Postgres, database: str) -> Iterator[Self]:
        """On a migrated, empty database, with a server that has seen three versions of the records go by."""
        schema = {"fieldsync.devices.SCHEMA": CURRENT_SCHEMA, "fieldsync.devices.LOWEST_SCHEMA": LOWEST_SCHEMA}
        with ExitStack() as stack:
            for name, version in {**schema, "fieldsync.pull.LOWEST_SCHEMA": LOWEST_SCHEMA}.items():
                stack.enter_context(patch(name, version))
            yield cls(stack.enter_context(Stage(postgres, database)))

    def begin(self) -> World:
        """Laptops in sync with a server."""
        world = World(self.stage, self.wire)
        world.begin(self.prepared)
        return world


class Schedules(RuleBasedStateMachine):
    """One schedule. A subclass names its theatre."""

    theatre: ClassVar[Theatre]
    seen: ClassVar[Counter[str]] = Counter()
    """What all schedules of this process came to: a proof that drew nothing would prove nothing."""

    @initialize(page=st.sampled_from((100, 100, 100, 3)))
    def begin(self, page: int) -> None:
        """The laptops of two reps, in sync. Small pages mean many of them."""
        self.world = self.theatre.begin()
        for laptop in self.world.laptops:
            laptop.profile.page = page
        self.words = 0

    # What reps do. Nothing of it needs a network.

    @rule(who=WHICH, account=WHICH, with_contact=st.booleans(), clock=CLOCKS)
    def save_visit(self, who: int, account: int, with_contact: bool, clock: str) -> None:
        """A rep writes a visit."""
        laptop = self._laptop(who)
        if place := _pick(self._of(laptop, "account"), account):
            contacts = [key for kind, key in laptop.profile.rows if kind == "contact" and with_contact and key]
            patch: Body = {"account_id": place, "status": "completed", "happened_at": "2026-05-05T10:00:00Z"}
            patch |= {"summary": self._word(), "participants": contacts[:1]}
            self._save(laptop, "visit", "create", patch, clock=clock)

    @rule(who=WHICH, visit=WHICH, clock=CLOCKS)
    def edit_visit(self, who: int, visit: int, clock: str) -> None:
        """A rep corrects a visit of his own."""
        laptop = self._laptop(who)
        user = str(self.world.stage.user_id(laptop.who))
        own = [
            key
            for key in self._of(laptop, "visit")
            if (laptop.profile.view(("visit", key)) or {}).get("user_id", user) == user
        ]
        if chosen := _pick(own, visit):
            self._save(laptop, "visit", "patch", {"summary": self._word()}, id=chosen, clock=clock)

    @rule(who=WHICH, visit=WHICH)
    def answer_comment(self, who: int, visit: int) -> None:
        """A rep writes under a visit."""
        laptop = self._laptop(who)
        if chosen := _pick(self._of(laptop, "visit"), visit):
            self._save(laptop, "comment", "create", {"visit_id": chosen, "text": self._word()})

    @rule(who=WHICH, instruction=WHICH, clock=CLOCKS)
    def answer_instruction(self, who: int, instruction: int, clock: str) -> None:
        """A rep answers what the manager asked, and closes it."""
        laptop = self._laptop(who)
        if chosen := _pick(self._of(laptop, "instruction"), instruction):
            patch: Body = {"answer": self._word(), "closed_at": clock}
            self._save(laptop, "instruction", "patch", patch, id=chosen, clock=clock)

    @rule(who=WHICH, account=WHICH, field=FIELDS, clock=CLOCKS)
    def edit_account(self, who: int, account: int, field: str, clock: str) -> None:
        """A rep corrects an account."""
        laptop = self._laptop(who)
        if chosen := _pick(self._of(laptop, "account"), account):
            self._save(laptop, "account", "patch", {field: self._word()}, id=chosen, clock=clock)

    @rule(who=WHICH, contact=WHICH)
    def edit_contact(self, who: int, contact: int) -> None:
        """A rep corrects a contact."""
        laptop = self._laptop(who)
        if chosen := _pick(self._of(laptop, "contact"), contact):
            self._save(laptop, "contact", "patch", {"phone": self._word()}, id=chosen)

    @rule(who=WHICH)
    def create_account(self, who: int) -> None:
        """A rep meets a prospect: an account, its contact, and the visit, saved together."""
        laptop = self._laptop(who)
        territories = [name[10:] for name in laptop.profile.buckets if name.startswith("territory:")]
        if territory := _pick(sorted(territories), 0):
            account = self._save(laptop, "account", "create", {"name": self._word(), "territory_id": territory})
            contact = self._save(laptop, "contact", "create", {"account_id": account, "name": self._word()})
            patch = {"account_id": account, "status": "planned", "planned_on": "2026-06-01", "participants": [contact]}
            self._save(laptop, "visit", "create", {**patch, "summary": self._word()})

    @rule(who=WHICH, conflict=WHICH, status=st.sampled_from(("kept_mine", "kept_theirs")))
    def settle_conflict(self, who: int, conflict: int, status: str) -> None:
        """A rep decides which side of a conflict stands."""
        laptop = self._laptop(who)
        if chosen := _pick(self._of(laptop, "conflict"), conflict):
            self.world.save(laptop, {"kind": "conflict", "id": chosen, "action": "patch", "patch": {"status": status}})
            self._checked()

    @rule(who=WHICH, account=WHICH, poison=st.sampled_from(POISONS))
    def save_poison(self, who: int, account: int, poison: Body) -> None:
        """An operation that the server cannot apply: an older or newer app, or a mistake of ours."""
        laptop = self._laptop(who)
        if place := _pick(self._of(laptop, "account"), account):
            patch: Any = {"account_id": place, "happened_at": "2026-05-05T10:00:00Z", "summary": self._word()}
            patch = (
                patch | poison["patch"] if isinstance(poison.get("patch", {}), dict) and "patch" in poison else patch
            )
            body = {"kind": "visit", "action": "create", "patch": patch, "id": self.world.new_id()} | {
                name: value for name, value in poison.items() if name != "patch" or not isinstance(value, dict)
            }
            self.world.save(laptop, body, clean=False)
            self._checked()

    # What laptops do.

    @rule(who=WHICH, photo=st.integers(0, 2), damaged=st.booleans(), faults=FAULTS)
    def send_photo(self, who: int, photo: int, damaged: bool, faults: list[tuple[Fault, int]]) -> None:
        """A photo goes up in parts, on a line that may break; once, its bytes were damaged on their way."""
        laptop = self._laptop(who)
        if laptop.profile.erased:
            return
        content = b"\x89PNG\r\n\x1a\n" + str(photo).encode() * 40
        sha256 = hashlib.sha256(content).hexdigest()
        laptop.profile.photos.setdefault(sha256, (content, None))
        laptop.line.faults = list(faults)
        if damaged:
            laptop.line.damaged.add(sha256)
        self.world.send_photos(laptop)
        self._checked()

    @rule(who=WHICH, faults=FAULTS)
    def sync(self, who: int, faults: list[tuple[Fault, int]]) -> None:
        """A whole round, on a line that may break."""
        laptop = self._laptop(who)
        laptop.line.faults = list(faults)
        self.world.sync(laptop)
        self._checked()

    @rule(who=WHICH, tab=st.integers(0, 1), steps=st.integers(1, 6), faults=FAULTS)
    def sync_partly(self, who: int, tab: int, steps: int, faults: list[tuple[Fault, int]]) -> None:
        """One of two tabs goes some steps on; what comes next happens while its round is under way."""
        laptop = self._laptop(who)
        laptop.line.faults = list(faults)
        self.world.advance(laptop, tab, steps)
        self._checked()

    @rule(who=WHICH, faults=FAULTS)
    def sync_with_office(self, who: int, faults: list[tuple[Fault, int]]) -> None:
        """Somebody corrects the first account while a laptop is in the middle of a round."""
        laptop = self._laptop(who)
        laptop.line.faults = list(faults[1:])
        self.world.advance(laptop, 0, faults[0][1] % 5)
        self.manager_edits_account(0, "town")
        self.world.sync(laptop)
        self._checked()

    @rule(who=WHICH)
    def settle(self, who: int) -> None:
        """A good connection, for long enough."""
        self.world.settle(self._laptop(who), look_again=True)
        self._checked()

    @rule(who=WHICH, what=st.sampled_from(("kill", "kill", "copy", "new")), user=st.sampled_from(("rep", "rep2")))
    def laptop_changes(self, who: int, what: str, user: str) -> None:
        """A laptop dies between two steps, somebody copies its browser's folder to another machine, or a rep gets a new
        one."""
        if what == "kill":
            self.world.kill(self._laptop(who))
        elif len(self.world.laptops) < MOST_LAPTOPS and what == "copy":
            self.world.copy_profile(self._laptop(who))
        elif len(self.world.laptops) < MOST_LAPTOPS:
            self.world.add_laptop(f"another of {user}", user)

    @rule(who=WHICH, schema=st.integers(1, CURRENT_SCHEMA + 1))
    def change_app(self, who: int, schema: int) -> None:
        """An older or newer version of the app, up to three versions back."""
        self._laptop(who).profile.schema = schema

    # What the line does later.

    @precondition(lambda self: self.world.archive)
    @rule(which=st.integers(0, 30))
    def replay(self, which: int) -> None:
        """A request that was answered long ago arrives again."""
        self._deliver(self.world.archive[which % len(self.world.archive)])

    @precondition(lambda self: self.world.late)
    @rule(which=WHICH)
    def deliver_late(self, which: int) -> None:
        """A request that had been given up arrives after all."""
        self._deliver(self.world.late.pop(which % len(self.world.late)))

    def _deliver(self, sent: Any) -> None:
        try:
            self.world.wire.deliver(sent)
        except PowerCut:
            raise AssertionError("nothing was to die here") from None
        self._checked()

    # What the office does.

    @rule(account=WHICH, field=FIELDS)
    def manager_edits_account(self, account: int, field: str) -> None:
        """The manager corrects an account."""
        account_id, word = self._account(account), self._word()
        self.world.do("edit", lambda: self.world.office.edit_account(account_id, field, word))
        self._checked()

    @rule(visit=WHICH)
    def manager_comments(self, visit: int) -> None:
        """The manager writes under a visit."""
        visits = self._there("visit")
        if chosen := _pick(visits, visit):
            self.world.do("comment", lambda: self.world.office.comment(UUID(chosen), self._word()))
            self._checked()

    @rule(account=WHICH)
    def manager_instructs(self, account: int) -> None:
        """The manager asks something of whoever holds an account."""
        account_id, word = self._account(account), self._word()
        self.world.do("instruct", lambda: self.world.office.instruct(account_id, word))
        self._checked()

    @rule(account=WHICH, territory=WHICH)
    def manager_moves_account(self, account: int, territory: int) -> None:
        """The manager hands an account over, with all its visits."""
        account_id, place = self._account(account), self.world.stage.territories[territory % 3]
        self.world.do("move", lambda: self.world.office.move_account(account_id, place))
        self._checked()

    @rule(which=WHICH, who=st.sampled_from(("rep", "rep2")), contact=st.booleans())
    def head_office_acts(self, which: int, who: str, contact: bool) -> None:
        """Head office gives a territory to another rep, or removes a contact."""
        if not contact:
            place, user = self.world.stage.territories[which % 3], self.world.stage.user_id(who)
            self.world.do("give", lambda: self.world.office.give_territory(place, user))
        elif chosen := _pick(self._there("contact"), which):
            self.world.do("delete", lambda: self.world.office.delete_contact(UUID(chosen)))
        self._checked()

    @rule(who=WHICH, status=st.sampled_from(("frozen", "lost", "active", "active", "wipe")))
    def manager_blocks_laptop(self, who: int, status: str) -> None:
        """The manager freezes, loses, frees or wipes a laptop."""
        device = self._laptop(who).profile.device
        self.world.do("block", lambda: self.world.office.set_device(device, DeviceStatus(status)))
        self._checked()

    @precondition(lambda self: self.world.after["waits"])
    @rule(which=WHICH, how=st.sampled_from(("accept", "discard", "hand_over")))
    def somebody_decides(self, which: int, how: str) -> None:
        """The manager decides about an operation that could not be applied."""
        op_id = UUID(self.world.after["waits"][which % len(self.world.after["waits"])])
        self.world.do("decide", lambda: self.world.office.decide(op_id, how))
        self._checked()

    @rule(who=WHICH, account=WHICH, poison=st.sampled_from(POISONS), how=st.sampled_from(("accept", "discard")))
    def poison_is_decided(self, who: int, account: int, poison: Body, how: str) -> None:
        """What could not be applied arrives, and the manager decides about it at once."""
        self.save_poison(who, account, poison)
        self.settle(who)
        if self.world.after["waits"]:
            self.somebody_decides(0, how)

    # What happens to the database.

    @rule(what=st.sampled_from(("back up", "restore", "restore by other means")))
    def database(self, what: str) -> None:
        """A backup is made, or restored. `portal restore` tells every laptop.

        A restore by other means is noticed when the first laptop comes that is ahead; where none is, nothing that a
        laptop knows was lost, and somebody has to say it.
        """
        world = self.world
        if what == "back up" or not world.backed_up:
            world.back_up()
            return
        world.restore(raw=what != "restore")
        if world.unproved:
            laptop = next((each for each in world.laptops if world.can_prove(each)), None)
            if laptop is None:
                world.do("epoch", world.stage.new_epoch)
            else:
                world.settle(laptop)
                assert not world.unproved, f"{laptop.name} was ahead, and the server did not notice"
        self._checked()

    def teardown(self) -> None:
        """Everything works again, for long enough: all laptops come to rest, and everything adds up."""
        if hasattr(self, "world"):
            for laptop in self.world.laptops * 2:
                self.world.settle(laptop)
                self.world.settle_photos(laptop)
                self._checked()
            self.seen.update(arrived["verdict"] for arrived in self.world.after["inbox"])
            self.seen.update({"conflict records": len(self.world.after["conflicts"]), "schedules": 1})
            self.seen.update(self.world.happened)

    # How a rule finds what it acts on.

    def _laptop(self, which: int) -> Laptop:
        return self.world.laptops[which % len(self.world.laptops)]

    def _account(self, which: int) -> UUID:
        return self.world.stage.accounts[which % len(self.world.stage.accounts)]

    def _of(self, laptop: Laptop, kind: str) -> list[str]:
        """The records of a kind that the page shows, those that were only just made too."""
        profile: Profile = laptop.profile
        made = {saved.key for saved in profile.operations if saved.body["action"] == "create"}
        return sorted(key for shown, key in {*profile.rows, *made} if shown == kind and profile.view((kind, key)))

    def _there(self, kind: str) -> list[str]:
        """The records of a kind that the server has."""
        return sorted(key for shown, key in self.world.after["rows"] if shown == kind)

    def _word(self) -> str:
        """A value that was never written before."""
        self.words += 1
        return f"w{self.words}"

    def _save(
        self, laptop: Laptop, kind: str, action: str, patch: Body, *, id: str = "", clock: str = "2026-05-05T10:00:00Z"
    ) -> str:
        record = id or self.world.new_id()
        self.world.save(laptop, {"kind": kind, "id": record, "action": action, "patch": patch, "occurred_at": clock})
        self._checked()
        return record

    def _checked(self) -> None:
        self.seen["steps"] += 1
        invariants.check_laptops(self.world)


def _pick(choices: Sequence[str], which: int) -> str | None:
    return choices[which % len(choices)] if choices else None
