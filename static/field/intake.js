/** Taking in what was pulled, and what became of what was pushed: each answer in one transaction. */

import { done, meta, putMeta, store, transact } from "./db.js";
import { settleRow } from "./outbox.js";
import { inOrder, placeOf } from "./records.js";
import { inForm, isOpen, sameForm, seal } from "./vault.js";
import { N_ } from "./words.js";

const MODULUS = 2 ** 53;
const SETTLED = ["applied", "merged", "conflict"];
const TOO_LARGE = N_("This is too long to be sent. Shorten it and save again.");

/** Sums as the server makes them, without leaving the range of exact numbers. @param {number} a @param {number} b */
export function plus(a, b) {
  return a >= MODULUS - b ? a - (MODULUS - b) : a + b;
}

/** @param {number} a @param {number} b */
export function minus(a, b) {
  return a >= b ? a - b : MODULUS - (b - a);
}

/** @typedef {import("./types").Cursor} Cursor */

/** A bucket of which nothing was read yet. @param {string} bucket @param {number} gen @returns {Cursor} */
export const blank = (bucket, gen) => ({ bucket, seq: 0, gen, count: 0, digest: 0, complete: false });

/**
 * Take in one page. Records, memberships, sums and cursors move together, so a kill at any point costs nothing.
 * Returns the buckets that do not add up although there is no more to come.
 * @param {IDBDatabase} database
 * @param {import("./types").Pulled} answer
 * @returns {Promise<string[]>}
 */
export function takeIn(database, answer) {
  return inForm(database, () => takeInNow(database, answer));
}

/** @type {typeof takeIn} */
async function takeInNow(database, answer) {
  const hidden = await seal(
    database,
    answer.changes.map(([, kind, , , record]) => (isOpen(kind) ? null : record)),
  );
  const payloads = answer.changes.map((change, place) => hidden[place] ?? change[4]);
  const stores = ["rows", "memberships", "cursors", "outbox", "ledger", "meta"];
  return transact(database, stores, "readwrite", async (tx) => {
    await sameForm(tx, database);
    const cursors = await readCursors(tx);
    for (const bucket of answer.dropped) await drop(tx, cursors, bucket);
    for (const bucket of answer.reset) cursors.set(bucket, blank(bucket, (cursors.get(bucket)?.gen ?? 0) + 1));
    for (const bucket of answer.added) cursors.set(bucket, cursors.get(bucket) ?? blank(bucket, 1));
    for (const [place, change] of answer.changes.entries()) {
      await takeInOne(tx, cursors, change, payloads[place]);
      if (change[1] === "decision" && change[4]) await takeDecision(tx, change[4], answer.server_time);
    }
    /** @type {string[]} */
    const wrong = [];
    for (const cursor of cursors.values()) {
      cursor.seq = answer.cursors[cursor.bucket] ?? cursor.seq;
      const head = answer.heads[cursor.bucket];
      if (!answer.more && head) {
        if (!cursor.complete) await sweep(tx, cursor);
        cursor.complete = true;
        if (cursor.count !== head.count || cursor.digest !== head.digest) wrong.push(cursor.bucket);
      }
      store(tx, "cursors").put(cursor);
    }
    putMeta(tx, { epoch: answer.epoch, user: answer.user, told: answer.device });
    if (!answer.more && !wrong.length) {
      await settleSent(tx, answer.server_time);
      putMeta(tx, { last_pulled_at: answer.server_time, read_in: answer.epoch });
    }
    return wrong;
  });
}

/** @param {IDBTransaction} tx */
async function readCursors(tx) {
  const all = await done(store(tx, "cursors").getAll());
  return new Map(all.map((cursor) => [cursor.bucket, cursor]));
}

/**
 * Put or remove one record. What came under an earlier generation of the bucket does not count any more.
 * @param {IDBTransaction} tx @param {Map<string, Cursor>} cursors @param {import("./types").Change} change @param {any} payload
 */
async function takeInOne(tx, cursors, [bucket, kind, id, seq, record], payload) {
  const key = `${kind}:${id}`;
  const cursor = cursors.get(bucket) ?? blank(bucket, 1);
  cursors.set(bucket, cursor);
  const memberships = store(tx, "memberships");
  const known = await done(memberships.get([bucket, key]));
  if (known?.gen === cursor.gen) {
    cursor.count -= 1;
    cursor.digest = minus(cursor.digest, known.seq);
  }
  if (record === null) {
    if (known) await leave(tx, bucket, key);
    return;
  }
  cursor.count += 1;
  cursor.digest = plus(cursor.digest, seq);
  memberships.put({ bucket, key, seq, gen: cursor.gen });
  const rows = store(tx, "rows");
  const pending = await done(store(tx, "outbox").index("by_key").count(key));
  const row = pending ? await done(rows.get(key)) : undefined;
  const home = placeOf(kind, record);
  rows.put(row ? { ...row, payload, home } : { key, payload, ...home });
}

/**
 * A row dies with its last bucket, unless work on it is not settled yet.
 * @param {IDBTransaction} tx @param {string} bucket @param {string} key
 */
async function leave(tx, bucket, key) {
  await done(store(tx, "memberships").delete([bucket, key]));
  if (await done(store(tx, "memberships").index("by_key").count(key))) return;
  const row = await done(store(tx, "rows").get(key));
  const pending = await done(store(tx, "outbox").index("by_key").getAll(key));
  if (row && pending.some((item) => item.action === "create")) {
    const { home, ...made } = row;
    store(tx, "rows").put({ ...made, payload: null });
  } else {
    store(tx, "rows").delete(key);
  }
}

/** A bucket that is no longer this user's. @param {IDBTransaction} tx @param {Map<string, Cursor>} cursors @param {string} bucket */
async function drop(tx, cursors, bucket) {
  await sweep(tx, { bucket, gen: Number.MAX_SAFE_INTEGER });
  store(tx, "cursors").delete(bucket);
  cursors.delete(bucket);
}

/** Remove what an earlier generation brought and this one did not. @param {IDBTransaction} tx @param {Pick<Cursor, "bucket" | "gen">} cursor */
async function sweep(tx, cursor) {
  const range = IDBKeyRange.bound([cursor.bucket], [cursor.bucket, []]);
  for (const old of await done(store(tx, "memberships").getAll(range))) {
    if (old.gen < cursor.gen) await leave(tx, old.bucket, old.key);
  }
}

/**
 * Somebody decided about work that was stuck. Handed over, it still waits for the last word.
 * @param {IDBTransaction} tx @param {Record<string, any>} decision @param {string} moment
 */
async function takeDecision(tx, { op_id, outcome, verdict }, moment) {
  const item = await done(store(tx, "outbox").get(op_id));
  if (item?.state !== "stuck" || outcome === "handed_over") return;
  const over =
    outcome === "accepted"
      ? { state: /** @type {const} */ ("sent"), verdict }
      : { state: /** @type {const} */ ("refused") };
  store(tx, "ledger").put({ ...item, ...over, settled_at: moment });
  await done(store(tx, "outbox").delete(op_id));
  await settleRow(tx, item.key);
}

/**
 * What the server took in before this pull has come back with it: it need not be replayed any longer.
 * @param {IDBTransaction} tx @param {string} moment
 */
async function settleSent(tx, moment) {
  const outbox = store(tx, "outbox");
  const sent = await done(outbox.index("by_state").getAll(IDBKeyRange.bound(["sent"], ["sent", []])));
  for (const item of sent) {
    store(tx, "ledger").put({ ...item, settled_at: moment });
    await done(outbox.delete(item.op_id));
    await settleRow(tx, item.key);
  }
}

/**
 * Note the verdicts of a push. What needs a person stays in the outbox, in sight.
 * @param {IDBDatabase} database
 * @param {import("./types").Pushed} answer
 */
export async function noteVerdicts(database, answer) {
  await inForm(database, () => noteVerdictsNow(database, answer));
}

/** @type {typeof noteVerdicts} */
async function noteVerdictsNow(database, answer) {
  const disputed = await seal(
    database,
    answer.results.map((result) => result.conflicts),
  );
  await transact(
    database,
    ["outbox", "ledger", "meta"],
    "readwrite",
    async (tx) => {
      await sameForm(tx, database);
      const outbox = store(tx, "outbox");
      for (const [place, result] of answer.results.entries()) {
        const item = await done(outbox.get(result.op_id));
        if (!item) await noteTooLate(tx, result);
        if (!item) continue;
        const settled = SETTLED.includes(result.verdict) || item.kind === "operation"; // nothing to do about a withdrawal
        outbox.put({
          ...item,
          state: settled ? "sent" : "stuck",
          verdict: result.verdict,
          message: result.message,
          version: result.version,
          conflicts: disputed[place],
          sent_at: answer.server_time,
        });
      }
      putMeta(tx, { acknowledged: answer.last_seq, last_sent_at: answer.server_time, told: answer.device });
    },
    { durability: "strict" },
  );
}

/**
 * It was discarded while it was on its way: the server has it all the same.
 * @param {IDBTransaction} tx @param {import("./types").Pushed["results"][number]} result
 */
async function noteTooLate(tx, { op_id, verdict }) {
  const old = await done(store(tx, "ledger").get(op_id));
  if (old?.state === "discarded" && SETTLED.includes(verdict))
    store(tx, "ledger").put({ ...old, state: "sent", verdict });
}

/**
 * Note up to which place operations may have reached the server: of those it is said.
 * @param {IDBDatabase} database @param {number} seq
 */
export async function noteTried(database, seq) {
  if (((await meta(database, "tried")) ?? 0) >= seq) return;
  const note = (/** @type {IDBTransaction} */ tx) => putMeta(tx, { tried: seq });
  await transact(database, ["meta"], "readwrite", note, { durability: "strict" });
}

/**
 * Give every operation that the server may not have a new place, under a new client, in the old order and under its old
 * id: after a copied profile or a server that was restored (then also what it once acknowledged, for one cannot know what
 * it forgot), or to leave one operation behind that no request can carry.
 * @param {IDBDatabase} database
 * @param {string} client
 * @param {{ledger?: boolean, tooLarge?: string}} what
 */
export function requeue(database, client, what) {
  return transact(
    database,
    ["outbox", "ledger", "meta"],
    "readwrite",
    async (tx) => {
      const outbox = store(tx, "outbox");
      const all = await done(outbox.getAll());
      const again = what.ledger ? (await done(store(tx, "ledger").getAll())).filter((old) => old.state === "sent") : [];
      const aside = all.find((item) => item.op_id === what.tooLarge);
      if (aside) outbox.put({ ...aside, state: "stuck", message: { text: TOO_LARGE, params: {}, field: null } });
      const unsent = all.filter(
        (item) => item !== aside && (item.state === "waiting" || (what.ledger && item.verdict)),
      );
      const queue = [...again, ...unsent].sort(inOrder);
      for (const old of again) store(tx, "ledger").delete(old.op_id);
      queue.forEach((item, place) => outbox.put({ ...item, seq: place + 1, state: "waiting" }));
      putMeta(tx, { client, next_seq: queue.length + 1, acknowledged: 0, tried: 0 });
    },
    { durability: "strict" },
  );
}

/**
 * Forget settled operations that are older than the longest restore, by the server's clock: a laptop's may be years off.
 * @param {IDBDatabase} database
 */
export async function purgeLedger(database) {
  const now = await meta(database, "last_pulled_at");
  if (!now) return;
  const limit = new Date(Date.parse(now) - 30 * 86_400_000).toISOString();
  await transact(database, ["ledger"], "readwrite", async (tx) => {
    const ledger = store(tx, "ledger");
    const old = await done(ledger.index("by_time").getAllKeys(IDBKeyRange.upperBound(limit)));
    for (const key of old) ledger.delete(key);
  });
}
