/** Saving: operations go into the outbox, and only when the disk has them does anybody hear "saved". */

import { done, getAll, meta, putMeta, setMeta, store, transact } from "./db.js";
import { newId } from "./ids.js";
import { keyOf, placeOf, read, replay } from "./records.js";
import { inForm, sameForm, seal } from "./vault.js";

/**
 * @typedef {object} Change one record that is made or changed
 * @property {string} kind
 * @property {string} id
 * @property {"create" | "patch" | "discard"} action
 * @property {Record<string, any>} patch
 * @property {Record<string, any>} [base] the values the rep saw, by field
 * @property {number} [base_version]
 * @property {string | null} [epoch] the life of the server to which that version belongs
 */

/**
 * @typedef {object} Group what the rep thinks of as one thing: a visit with everything that was noted in it
 * @property {string} id
 * @property {string} kind
 * @property {string} [about] what it is about, for people: the account's name
 */

/** The kind of a group that only notes what was read: nobody wrote it, so nobody is told that it waits. */
export const MARK = "mark";

const STRICT = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/**
 * Save changes in ONE transaction: sequence numbers, operations, the rows they show up in, and the draft they come from.
 * Resolves once the laptop's disk has them; rejects, with nothing saved, when it has not.
 * @param {IDBDatabase} database
 * @param {Group} group
 * @param {Change[]} changes
 * @param {{draft?: string, replaces?: boolean}} [more] `replaces`: these stand for the group's stuck operations
 */
export async function save(database, group, changes, more = {}) {
  await inForm(database, () => saveNow(database, group, changes, more));
  await askToKeep(database);
}

/** @type {typeof save} */
async function saveNow(database, group, changes, more = {}) {
  const moment = new Date().toISOString();
  const epoch = (await meta(database, "read_in")) ?? null;
  const bodies = changes.map((change) => operation({ epoch, ...change }, moment));
  const items = await compose(database, group, bodies);
  const places = await placesAfter(database, bodies);
  const stuck = more.replaces ? (await getAll(database, "outbox")).filter((old) => isStuck(old, group)) : [];
  const ends = await withdrawals(database, stuck, group.about);
  await transact(
    database,
    ["meta", "outbox", "ledger", "rows", "drafts"],
    "readwrite",
    async (tx) => {
      await sameForm(tx, database);
      const retired = new Set(more.replaces ? await retire(tx, group, moment) : []);
      for (const each of items) if (each.action === "create") await refuseSecond(tx, each.key);
      await enqueue(tx, [...items, ...ends.filter((end) => retired.has(end.group))]);
      for (const [key, place] of places) await show(tx, key, place);
      if (more.draft) store(tx, "drafts").delete(more.draft);
    },
    STRICT,
  );
}

/** An operation that is made now. @param {Change} change @param {string} [moment] @returns {import("./types").Operation} */
export function operation(change, moment = new Date().toISOString()) {
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { op_id: newId(), base_version: 0, base: {}, ...change, occurred_at: moment, tz };
}

/**
 * Operations as the outbox keeps them, but for their places.
 * @param {IDBDatabase} database @param {Group} group @param {import("./types").Operation[]} bodies
 */
export async function compose(database, group, bodies) {
  const [about, ...payloads] = await seal(database, [group.about ?? "", ...bodies]);
  return bodies.map((body, place) => ({ ...item(body, group), payload: payloads[place], about }));
}

/**
 * Operations that end others on the server, which the rep wrote anew or gave up. What never got a verdict needs none.
 * Each is a group of its own, named like the operation that it ends.
 * @param {IDBDatabase} database @param {import("./types").Item[]} ended @param {string} [about]
 */
export async function withdrawals(database, ended, about) {
  const made = ended
    .filter((old) => old.verdict)
    .map(({ op_id: id }) => {
      const change = { kind: "operation", id, action: /** @type {const} */ ("discard"), patch: { reason: "" } };
      return compose(database, { id, kind: "operation", about }, [operation(change)]);
    });
  return (await Promise.all(made)).flat();
}

/** @param {import("./types").Item} item @param {Group} group */
const isStuck = (item, group) => item.group === group.id && item.group_kind === group.kind && item.state === "stuck";

/**
 * Put operations at the end of the queue.
 * @param {IDBTransaction} tx @param {Omit<import("./types").Item, "seq" | "made">[]} items
 */
export async function enqueue(tx, items) {
  const seq = await counter(tx, "next_seq");
  const made = await counter(tx, "next_made");
  items.forEach((each, place) => store(tx, "outbox").add({ ...each, seq: seq + place, made: made + place }));
  putMeta(tx, { next_seq: seq + items.length, next_made: made + items.length });
}

/** @param {IDBTransaction} tx @param {string} name @returns {Promise<number>} */
export const counter = async (tx, name) => (await done(store(tx, "meta").get(name)))?.value ?? 1;

/**
 * @param {import("./types").Operation} body @param {Group} group
 * @returns {Omit<import("./types").Item, "seq" | "made" | "payload" | "about">}
 */
function item(body, group) {
  return {
    op_id: body.op_id,
    key: keyOf(body.kind, body.id),
    kind: body.kind,
    action: body.action,
    group: group.id,
    group_kind: group.kind,
    state: "waiting",
    saved_at: body.occurred_at,
  };
}

/**
 * Where each record will be found once the operations are replayed on it.
 * @param {IDBDatabase} database @param {import("./types").Operation[]} bodies
 */
export async function placesAfter(database, bodies) {
  /** @type {Map<string, any>} */
  const made = new Map();
  for (const body of bodies.filter((each) => each.action !== "discard")) {
    const key = keyOf(body.kind, body.id);
    const before = made.get(key) ?? (await read(database, body.kind, body.id));
    made.set(key, replay(before, body));
  }
  return [...made].map(([key, record]) => /** @type {const} */ ([key, placeOf(key.split(":")[0], record)]));
}

/**
 * Let the record be found where it now belongs. What the server said of it stays untouched.
 * @param {IDBTransaction} tx @param {string} key @param {import("./types").Place} place
 */
export async function show(tx, key, place) {
  const row = await done(store(tx, "rows").get(key));
  const home = row?.home ?? (row?.payload ? placeIn(row) : undefined);
  store(tx, "rows").put({ key, payload: row?.payload ?? null, ...place, ...(home && { home }) });
}

/** @param {import("./types").Row} row @returns {import("./types").Place} */
const placeIn = ({ kind, parent, state, when }) => ({ kind, parent, state, when });

/**
 * Work on a record left the outbox: once there is none, the row is found where the server has it, if it has it at all.
 * @param {IDBTransaction} tx @param {string} key
 */
export async function settleRow(tx, key) {
  if (await done(store(tx, "outbox").index("by_key").count(key))) return;
  const row = await done(store(tx, "rows").get(key));
  if (row && !row.payload) store(tx, "rows").delete(key);
  else if (row?.home) store(tx, "rows").put({ key, payload: row.payload, ...row.home });
}

/** What another tab has made meanwhile is not made again. @param {IDBTransaction} tx @param {string} key */
async function refuseSecond(tx, key) {
  const row = await done(store(tx, "rows").get(key));
  const pending = await done(store(tx, "outbox").index("by_key").count(key));
  if (row?.payload || pending) throw new DOMException(key, "ConstraintError");
}

/**
 * Move a group's stuck operations to the ledger: others stand for them now.
 * @param {IDBTransaction} tx @param {Group} group @param {string} moment
 */
async function retire(tx, group, moment) {
  const old = (await done(store(tx, "outbox").getAll())).filter((each) => isStuck(each, group));
  for (const each of old) {
    store(tx, "ledger").put({ ...each, state: "replaced", settled_at: moment });
    await done(store(tx, "outbox").delete(each.op_id));
    await settleRow(tx, each.key);
  }
  return old.map((each) => each.op_id);
}

/**
 * After the first save, ask the browser not to clear this away, and remember its answer: it is shown.
 * @param {IDBDatabase} database
 */
async function askToKeep(database) {
  if (!navigator.storage?.persist) return;
  const kept = (await navigator.storage.persisted()) || (await navigator.storage.persist());
  await setMeta(database, { kept });
}

/**
 * Keep a form as it is being filled in. Quick rather than strict: the next keystroke follows.
 * @param {IDBDatabase} database
 * @param {string} id
 * @param {string} account
 * @param {string} kind what it is to become: the drafts of a kind at an account are taken up again
 * @param {unknown} content
 */
export function keepDraft(database, id, account, kind, content) {
  return inForm(database, async () => {
    const [payload] = await seal(database, [content]);
    await transact(database, ["drafts", "meta"], "readwrite", async (tx) => {
      await sameForm(tx, database);
      store(tx, "drafts").put({ id, account, kind, saved_at: new Date().toISOString(), payload });
    });
  });
}

/** Throw a draft away. @param {IDBDatabase} database @param {string} id */
export function dropDraft(database, id) {
  return transact(database, ["drafts"], "readwrite", (tx) => {
    store(tx, "drafts").delete(id);
  });
}

/**
 * What waits, counted the way people count: visits, and changes beside them.
 * @param {Pick<import("./types").Item, "group" | "group_kind" | "saved_at">[]} all
 * @returns {import("./types").Counted}
 */
export function count(all) {
  const items = all.filter((each) => each.group_kind !== MARK);
  const groups = new Map(items.map((each) => [each.group, each.group_kind]));
  const visits = [...groups.values()].filter((kind) => kind === "visit").length;
  const oldest = items.map((each) => each.saved_at).sort()[0] ?? null;
  return { visits, others: groups.size - visits, photos: 0, total: groups.size, oldest };
}
