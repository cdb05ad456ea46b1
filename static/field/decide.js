/** What a person decides about work that is not settled: discard it, take that back, try it again. */

import { done, meta, putMeta, store, transact } from "./db.js";
import { enqueue, placesAfter, save, settleRow, show, withdrawals } from "./outbox.js";
import { inOrder, settled, unsettled } from "./records.js";
import { inForm, sameForm } from "./vault.js";

/** @typedef {import("./types").Opened} Item */
/** @typedef {import("./outbox.js").Group} Group */

const STRICT = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/** Something cannot be discarded, for other work stands on it. */
export class Needed extends Error {
  /** @param {string[]} titles what stands on it */
  constructor(titles) {
    super("other work stands on it");
    this.titles = titles;
  }
}

/** @param {Pick<Item, "group" | "group_kind">} item @param {Group} group */
const belongs = (item, group) => item.group === group.id && item.group_kind === group.kind;

/**
 * Whether an operation may have reached the server without an answer yet.
 * @param {{state: string, seq: number}} item @param {number} tried
 */
export const onItsWay = (item, tried) => item.state === "waiting" && item.seq <= tried;

/**
 * Take what the rep did as one thing out of the queue; it stays in the ledger and can be taken back. What waits behind
 * it moves up. Had it been sent and only the answer was lost, then the server has it, and it comes back with the next
 * pull; that another operation stands in its place now looks to the server like a copied profile, and is mended like one.
 * Raises Needed.
 * @param {IDBDatabase} database @param {Group} group
 */
export async function discard(database, group) {
  await inForm(database, () => discardNow(database, group));
}

/** @type {typeof discard} */
async function discardNow(database, group) {
  const all = await unsettled(database);
  const mine = all.filter((item) => belongs(item, group) && item.state !== "sent");
  const others = all.filter((item) => !belongs(item, group) && item.state !== "sent");
  const standing = others.filter((item) => standsOn(item, mine));
  if (standing.length) throw new Needed([...new Set(standing.map((item) => item.title))]);
  const moment = (await meta(database, "last_pulled_at")) ?? new Date().toISOString();
  const ends = await withdrawals(database, mine, mine[0]?.title);
  await transact(
    database,
    ["outbox", "ledger", "rows", "meta"],
    "readwrite",
    async (tx) => {
      await sameForm(tx, database);
      const outbox = store(tx, "outbox");
      for (const { op_id } of mine) {
        const item = await done(outbox.get(op_id));
        if (!item || item.state === "sent") continue; // answered meanwhile
        store(tx, "ledger").put({ ...item, state: "discarded", settled_at: moment });
        await done(outbox.delete(op_id));
        await settleRow(tx, item.key);
      }
      await closeUp(tx);
      await enqueue(tx, ends);
    },
    STRICT,
  );
}

/** Whether an operation is about a record that others make, or refers to one. @param {Item} item @param {Item[]} makers */
function standsOn(item, makers) {
  const made = new Set(makers.filter((each) => each.action === "create").map((each) => each.body.id));
  return (
    made.has(item.body.id) ||
    Object.values(item.body.patch)
      .flat()
      .some((value) => made.has(value))
  );
}

/** Give what waits places without holes again. @param {IDBTransaction} tx */
async function closeUp(tx) {
  const outbox = store(tx, "outbox");
  const first = ((await done(store(tx, "meta").get("acknowledged")))?.value ?? 0) + 1;
  const waiting = await done(outbox.index("by_state").getAll(IDBKeyRange.bound(["waiting"], ["waiting", []])));
  waiting.sort((a, b) => a.seq - b.seq).forEach((item, place) => outbox.put({ ...item, seq: first + place }));
  putMeta(tx, { next_seq: first + waiting.length });
}

/**
 * Bring back what was discarded: what had never been sent waits again. What the server had refused it now holds for
 * ended, so the same changes go as new operations.
 * @param {IDBDatabase} database @param {Group} group
 */
export async function takeBack(database, group) {
  const old = (await settled(database)).filter((item) => item.state === "discarded" && belongs(item, group));
  const refused = old.filter((item) => item.verdict);
  if (refused.length) await save(database, { ...group, about: refused[0].title }, refused.map(changeOf));
  const back = old.filter((item) => !item.verdict);
  const places = await placesAfter(
    database,
    back.map((item) => item.body),
  );
  await transact(
    database,
    ["outbox", "ledger", "rows", "meta"],
    "readwrite",
    async (tx) => {
      for (const { op_id } of refused) await replaceLedger(tx, op_id);
      for (const { op_id } of back) {
        const old = await done(store(tx, "ledger").get(op_id));
        if (old?.state !== "discarded") continue;
        store(tx, "ledger").delete(op_id);
        const { settled_at, state, ...item } = old;
        if (item.message) store(tx, "outbox").put({ ...item, state: "stuck" });
        else await enqueue(tx, [{ ...item, state: "waiting" }]);
      }
      for (const [key, place] of places) await show(tx, key, place);
    },
    STRICT,
  );
}

/** Another operation stands for a discarded one now. @param {IDBTransaction} tx @param {string} operation */
async function replaceLedger(tx, operation) {
  const old = await done(store(tx, "ledger").get(operation));
  if (old) store(tx, "ledger").put({ ...old, state: "replaced" });
}

/** The change that an operation asked for. @param {{body: import("./types").Operation}} item */
function changeOf({ body: { kind, id, action, patch, base, base_version, epoch } }) {
  return { kind, id, action, patch, base, base_version, epoch };
}

/**
 * Try a group's stuck work again. What the server keeps for somebody's decision is asked about under its own id; what it
 * refused is refused for ever, so the same changes go as new operations.
 * @param {IDBDatabase} database @param {Group} group
 */
export async function retry(database, group) {
  const stuck = (await unsettled(database)).filter((item) => belongs(item, group) && item.state === "stuck");
  const refused = stuck.filter((item) => item.verdict === "needs_fix" || !item.verdict);
  await askAgain(
    database,
    stuck.filter((item) => !refused.includes(item)),
  );
  if (!refused.length) return;
  await save(database, { ...group, about: refused[0].title }, refused.map(changeOf), { replaces: true });
}

/** Send operations once more as they are; they get new places. @param {IDBDatabase} database @param {Item[]} items */
function askAgain(database, items) {
  return transact(
    database,
    ["outbox", "meta"],
    "readwrite",
    async (tx) => {
      const outbox = store(tx, "outbox");
      for (const { op_id } of [...items].sort(inOrder)) {
        const item = await done(outbox.get(op_id));
        if (item?.state !== "stuck") continue;
        const next = (await done(store(tx, "meta").get("next_seq")))?.value ?? 1;
        outbox.put({ ...item, state: "waiting", seq: next });
        putMeta(tx, { next_seq: next + 1 });
      }
    },
    STRICT,
  );
}
