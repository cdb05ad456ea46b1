"""What must be true: one function for each invariant of the protocol, named after it.

`check_server` runs after every act that reached the server, `check_laptops` after every step of a schedule, and
`check_quiet` whenever a laptop has come to rest (`i4` after it has looked once more). `world.before` and `world.after`
are the server around the last act.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fieldsync.simulation import oracle
from tests.fieldsync.simulation.laptop import DIGEST_MODULUS, SETTLING

if TYPE_CHECKING:
    from tests.fieldsync.simulation.world import Laptop, World

TRANSPORT = {0, 200, 400, 401, 409, 413, 503}


def check_server(world: World) -> None:
    """After each request that reached the server, each act of the office and each restore."""
    i2_one_effect(world)
    i7_no_half_step(world)
    i9_nothing_overwritten_in_silence(world)
    i9_conflicts_can_be_resolved(world)
    i10_server_keeps_its_own_time(world)
    i11_content_is_never_refused(world)
    i13_heads_move_in_commit_order(world)
    i14_poison_delays_only_itself(world)
    i15_photo_is_whole_or_goes_on(world)
    i16_feed_is_what_the_tables_say(world)


def check_laptops(world: World) -> None:
    """After each step of a schedule."""
    i1_saved_work_exists(world)
    for laptop in world.laptops:
        i8_pending_work_is_shown(world, laptop)
        i12_outbox_is_kept(world, laptop)


def check_quiet(world: World, laptop: Laptop) -> None:
    """When a laptop has sent everything and was told that there is no more."""
    i3_laptop_equals_scope(world, laptop)
    i5_digest(world, laptop)
    i6_nothing_of_others_remains(world, laptop)
    i14_nothing_waits_behind_poison(world, laptop)


def i1_saved_work_exists(world: World) -> None:
    """An operation of which somebody read "saved" is on a laptop or on the server."""
    kept = set(world.after["by_op"]) | world.erased
    for laptop in world.laptops:
        kept |= {saved.op_id for saved in laptop.profile.operations}
    assert not (lost := world.promises.keys() - kept), f"I1: {sorted(lost)} is nowhere"


def i2_one_effect(world: World) -> None:
    """An operation takes effect once: whatever comes again changes nothing, and its verdict stands."""
    before, after = world.before, world.after
    effects = Counter(row["op_id"] for row in after["history"])
    assert all(count == 1 for count in effects.values()), f"I2: {effects} changed a record twice"
    opened = Counter((row["op_id"], row["field"]) for row in after["conflicts"])
    assert all(count == 1 for count in opened.values()), f"I2: {opened} opened twice"
    if world.request is None:
        return
    for op_id, arrived in before["by_op"].items():
        assert after["by_op"].get(op_id) == arrived, f"I2: {op_id} has another verdict than before"
    if before["by_op"].keys() == after["by_op"].keys():
        written = {part for part in ("rows", "history", "conflicts", "buckets") if before[part] != after[part]}
        assert not written, f"I2: {world.act} brought no new operation and changed {written}"


def i3_laptop_equals_scope(world: World, laptop: Laptop) -> None:
    """What a laptop holds is what the row policies let its rep see, and nothing but work of its own beside it."""
    scope = world.scope(laptop.who)
    held = {key: oracle.shown(key, record) for key, record in laptop.profile.rows.items()}
    missing = scope.keys() - held.keys()
    assert not missing, f"I3: {laptop.name} lacks {missing}"
    extra = held.keys() - scope.keys() - laptop.profile.unsettled()
    assert not extra, f"I3: {laptop.name} still holds {extra}"
    for key, expected in scope.items():
        assert held[key] == expected, f"I3: {laptop.name} holds {held[key]} for {key}, and the server {expected}"


def i4_quiet_pull_is_empty(world: World, laptop: Laptop) -> None:
    """A pull after which nothing changed brings nothing: its cost grows with changes, not with the scope."""
    status, answer = laptop.line.last_pull
    assert (status, answer["changes"], answer["reset"]) == (200, [], []), f"I4: {answer['changes']}"


def i5_digest(world: World, laptop: Laptop) -> None:
    """What is held adds up to what the server says of the bucket."""
    for name, bucket in laptop.profile.buckets.items():
        held = [len(bucket.members), sum(seq for seq, _ in bucket.members.values()) % DIGEST_MODULUS]
        told = world.after["buckets"].get(name, [0, 0, 0])
        assert held == told[1:], f"I5: {laptop.name} holds {held} of {name}, and the server says {told}"


def i6_nothing_of_others_remains(world: World, laptop: Laptop) -> None:
    """Of a territory that somebody else holds now nothing remains. (That no work was lost with it is I1 and I12.)"""
    assert set(laptop.profile.buckets) == world.buckets(laptop.who), f"I6: {laptop.name} holds a foreign bucket"


def i7_no_half_step(world: World) -> None:
    """Whatever died in between, the server did all of a request or nothing of it, and no trace of a try is left."""
    before, after = world.before, world.after
    assert after["pending"] == 0, "I7: the feed has changes of a transaction that is over"
    assert all(arrived["verdict"] for arrived in after["inbox"]), "I7: an operation was kept without a verdict"
    highest = Counter[str]()
    for arrived in after["inbox"]:
        highest[arrived["client_id"]] = max(highest[arrived["client_id"]], arrived["seq"])
    assert all(after["clients"][client] >= seq for client, seq in highest.items()), "I7: a client fell behind its inbox"
    if world.request is None:
        return
    sent, status = world.request
    if status >= 400:
        assert before == after, f"I7: {sent.door} was answered {status} and left something behind"
    new = after["by_op"].keys() - before["by_op"].keys()
    sent_ids = {op["op_id"] for op in world.sent_operations}
    assert new in (set(), sent_ids - before["by_op"].keys()), f"I7: of {sent_ids} only {new} was kept"


def i8_pending_work_is_shown(world: World, laptop: Laptop) -> None:
    """No pull covers what the rep wrote and the server has not answered: the page shows his own last word."""
    words: dict[Any, Any] = {}
    for saved in laptop.profile.operations:
        if isinstance(saved.body["patch"], dict):
            for name, value in saved.body["patch"].items():
                if saved.state == "waiting" or ((saved.key, name) in words and saved.state == "answered"):
                    words[saved.key, name] = value
    for (key, name), value in words.items():
        shown = laptop.profile.view(key)
        if shown is not None:
            assert shown[name] == value, f"I8: {laptop.name} shows {shown[name]} for {key} {name}, not {value}"
        else:
            assert not world.created_on(laptop, key), f"I8: {laptop.name} shows nothing of {key}"


def i9_nothing_overwritten_in_silence(world: World) -> None:
    """What an operation did to each field is what the rules of merging say, told by an independent computation."""
    if world.request is not None and not world.unproved:
        oracle.check_merges(world)


def i9_conflicts_can_be_resolved(world: World) -> None:
    """Every open conflict is its writer's to see, on all his laptops, and his region's manager's to decide."""
    region = str(world.stage.cast.region)
    for conflict in world.after["conflicts"]:
        promise = world.promises[conflict["op_id"]]
        assert conflict["user_id"] == str(world.stage.user_id(promise.who)), "I9: a conflict is somebody else's"
        assert conflict["region_id"] == region, "I9: no manager sees this conflict"


def i10_server_keeps_its_own_time(world: World) -> None:
    """Laptops' clocks are ten years off; nothing that the server decides by or sorts by comes from them."""
    now = datetime.now(UTC)
    for moment in world.after["times"]:
        if moment is not None:
            off = abs(datetime.fromisoformat(moment) - now)
            assert off < timedelta(days=1), f"I10: the server wrote {moment}"


def i11_content_is_never_refused(world: World) -> None:
    """Whatever version sends whatever: only the transport is ever an error, and what arrived is kept."""
    if world.request is None:
        return
    sent, status = world.request
    assert status in TRANSPORT, f"I11: {sent.door} was answered {status}"
    if status == 200:
        kept = world.after["by_op"].keys()
        assert all(op["op_id"] in kept for op in world.sent_operations), "I11: answered, and not kept"


def i12_outbox_is_kept(world: World, laptop: Laptop) -> None:
    """Resets, other epochs, new clients: an operation never leaves the laptop on which it was saved."""
    ids = {saved.op_id for saved in laptop.profile.operations}
    gone = laptop.kept - ids - set(laptop.profile.wiped)
    assert not gone, f"I12: {laptop.name} forgot {gone}"
    laptop.kept = ids
    places = [saved.seq for saved in laptop.profile.waiting()]
    assert places == sorted(set(places)), f"I12: the places of {laptop.name} are {places}"


def i13_heads_move_in_commit_order(world: World) -> None:
    """Within one life of the database a bucket's head never falls, and it moves if and only if something changed."""
    before, after = world.before, world.after
    if world.restored:
        return
    for name, (head, _, _) in before["buckets"].items():
        now = after["buckets"][name]
        assert now[0] >= head, f"I13: the head of {name} fell from {head} to {now[0]}"
        assert now[0] > head or now == before["buckets"][name], f"I13: {name} changed under the same number"


def i14_poison_delays_only_itself(world: World) -> None:
    """An operation that cannot be applied is the only one that suffers: clean ones beside it are applied."""
    if world.request is None:
        return
    for op_id in world.after["by_op"].keys() - world.before["by_op"].keys():
        verdict = world.after["by_op"][op_id]["verdict"]
        if world.promises[op_id].clean and verdict not in SETTLING:
            reason = oracle.excuse(world, op_id, verdict)
            assert reason, f"I14: {op_id} is {verdict} without a reason: {world.promises[op_id].body}"


def i14_nothing_waits_behind_poison(world: World, laptop: Laptop) -> None:
    """A laptop that has come to rest has sent everything, whatever became of it."""
    assert not laptop.profile.waiting(), f"I14: {laptop.name} still waits"
    for saved in laptop.profile.operations:
        assert saved.op_id in world.after["by_op"], f"I14: {saved.op_id} never arrived"
        if not saved.decided:
            assert saved.verdict == world.after["by_op"][saved.op_id]["verdict"], "I14: laptop and server differ"
    waits = set(world.after["waits"])
    for saved in laptop.profile.operations:
        open_here = saved.state == "stuck"
        assert open_here == (saved.op_id in waits), f"I14: {saved.op_id} waits here {open_here}, and there not"


def i15_photo_is_whole_or_goes_on(world: World) -> None:
    """A photo counts as verified if and only if its bytes have its hash; broken off anywhere, it goes on from there."""
    for blob in world.after["blobs"]:
        whole = blob["hash"] == blob["sha256"]
        assert blob["held"] == blob["received"], f"I15: {blob} says otherwise than its parts"
        assert (blob["state"] == "verified") == whole, f"I15: {blob}"
        assert whole or blob["received"] < blob["size"], f"I15: {blob} is full of wrong bytes"


def i16_feed_is_what_the_tables_say(world: World) -> None:
    """The audit, which recomputes every bucket from the tables, finds nothing."""
    assert world.after["findings"] == [], f"I16: {world.after['findings']}"
