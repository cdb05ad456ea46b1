"""What the server should have made of operations, computed from what their writers saw instead of from versions.

Every value that a schedule writes is a new one, so "has somebody else changed this since I looked" can be answered by
comparing values: a second opinion on the server's merge, which counts versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fieldsync.simulation.world import World

COMPARED = {
    "account": ("name", "town", "phone"),
    "contact": ("name", "phone"),
    "visit": ("status", "summary", "participants"),
    "comment": ("text",),
    "instruction": ("text", "answer"),
    "conflict": ("field", "status"),
    "decision": ("outcome", "op_id"),
    "notice": ("what",),
    "brand": ("name",),
    "product_group": ("name",),
    "product": ("name",),
}
MERGED = ("account", "contact")
"""The kinds that several people write."""


def shown(key: tuple[str, str], record: dict[str, Any]) -> tuple[int | None, dict[str, Any]]:
    """A record from a laptop in the shape in which the stage reads the tables."""
    fields = {name: record[name] for name in COMPARED[key[0]]}
    if "participants" in fields:
        fields["participants"] = sorted(fields["participants"])
    return record.get("version"), fields


def check_merges(world: World) -> None:
    """Play the operations that this request brought on the records as they were, and compare what came out."""
    new = world.after["by_op"].keys() - world.before["by_op"].keys()
    values = {key: dict(row["fields"]) for key, row in world.before["rows"].items()}
    for op in world.sent_operations:
        if op["op_id"] in new:
            _play(world, values, op, world.after["by_op"][op["op_id"]])
    for key, row in world.after["rows"].items():
        if key[0] in MERGED and key in values:
            assert values[key] == row["fields"], f"I9: {key} is {row['fields']}, it should be {values[key]}"


def _play(world: World, values: dict[Any, Any], op: dict[str, Any], arrived: Any) -> None:
    key, verdict = (op["kind"], op["id"]), arrived["verdict"]
    if key[0] not in MERGED or verdict not in ("applied", "merged", "conflict"):
        return
    row = values.get(key)
    if row is None:
        if op["action"] == "create":
            values[key] = {name: op["patch"].get(name) for name in COMPARED[key[0]]}
        return
    disputed = {conflict["field"] for conflict in arrived["result"]["conflicts"]}
    for name, mine in op["patch"].items():
        if name in row:
            _play_field(world, row, op, name, mine, disputed)


def _play_field(
    world: World, row: dict[str, Any], op: dict[str, Any], name: str, mine: Any, disputed: set[str]
) -> None:
    theirs, base, seen = row[name], op["base"].get(name), world.promises[op["op_id"]].seen.get(name)
    if theirs in (mine, base):
        assert name not in disputed, f"I9: {name} of {op['id']} is no conflict: {theirs}, {base}, {mine}"
    elif theirs != seen:
        assert name in disputed, f"I9: {theirs} was overwritten by {mine}, whose writer had seen {seen}"
    if name not in disputed:
        row[name] = mine


def excuse(world: World, op_id: str, verdict: str) -> str | None:
    """Why a clean operation was not applied, or None if there is no reason for it."""
    promise, arrived = world.promises[op_id], world.after["by_op"][op_id]
    if verdict == "held":
        frozen = world.before["devices"].get(world.device_of(arrived["client_id"])) != "active"
        if frozen:
            return "the laptop is blocked"
        return "what it changes waits itself" if _creation_waits(world, arrived["row_id"]) else None
    rows = world.after["rows"]
    named = [arrived["row_id"], *_referred(promise.body)]
    mine = {
        place for place, holder in world.after["holders"].items() if holder == str(world.stage.user_id(promise.who))
    }
    if verdict == "out_of_scope":
        places = {row["territory_id"] for (_, row_id), row in rows.items() if row_id in named}
        chosen = promise.body["patch"].get("territory_id")
        return "it lies elsewhere" if places - mine or (chosen and chosen not in mine) else None
    known = {row_id for _, row_id in rows}
    missing = [row_id for row_id in _referred(promise.body) if row_id not in known]
    if missing:
        return "what it belongs to is not there"
    row = rows.get((promise.body["kind"], arrived["row_id"]))
    if row is not None and row["fields"].get("user_id") not in (None, str(world.stage.user_id(promise.who))):
        return "it is another rep's"
    return None


def _creation_waits(world: World, row_id: str) -> bool:
    waiting = (world.after["by_op"][op_id] for op_id in world.after["waits"])
    made = (each for each in waiting if each["row_id"] == row_id)
    return any(world.promises[each["op_id"]].body["action"] == "create" for each in made)


def _referred(body: dict[str, Any]) -> list[str]:
    patch = body["patch"]
    return [patch[name] for name in ("account_id", "visit_id") if name in patch] + list(patch.get("participants", []))
