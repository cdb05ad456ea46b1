/** Saving: operations go into the outbox, and only when the disk has them does anybody hear "saved". */

import { done, putMeta, seal, setMeta, store, transact } from "./db.js";
import { newId } from "./ids.js";
import { keyOf, placeOf, read, replay } from "./records.js";

/**
 * @typedef {object} Change one record that is made or changed
 * @property {string} kind
 * @property {string} id
 * @property {"create" | "patch"} action
 * @property {Record<string, any>} patch
 * @property {Record<string, any>} [base] the values the rep saw, by field
 * @property {number} [base_version]
 */

/**
 * @typedef {object} Group what the rep thinks of as one thing: a visit with everything that was noted in it
 * @property {string} id
 * @property {string} kind
 */

const STRICT = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/**
 * Save changes in ONE transaction: sequence numbers, operations, the rows they show up in, and the draft they come from.
 * Resolves once the laptop's disk has them; rejects, with nothing saved, when it has not.
 * @param {IDBDatabase} database
 * @param {Group} group
 * @param {Change[]} changes
 * @param {{draft?: string, replaces?: string}} [more] `replaces`: a group whose stuck operations these stand for
 */
export async function save(database, group, changes, more = {}) {
  const moment = new Date().toISOString();
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const bodies = changes.map((change) => ({
    op_id: newId(),
    base_version: 0,
    base: {},
    ...change,
    occurred_at: moment,
    tz,
  }));
  const payloads = await seal(bodies);
  const items = bodies.map((body, place) => item(body, payloads[place], group, moment));
  const places = await placesAfter(database, bodies);
  await transact(
    database,
    ["meta", "outbox", "ledger", "rows", "drafts"],
    "readwrite",
    async (tx) => {
      const next = (await done(store(tx, "meta").get("next_seq")))?.value ?? 1;
      if (more.replaces) await retire(tx, more.replaces, moment);
      for (const each of items) if (each.action === "create") await refuseSecond(tx, each.key);
      items.forEach((each, place) => store(tx, "outbox").add({ ...each, seq: next + place }));
      for (const [key, place] of places) await show(tx, key, place);
      putMeta(tx, { next_seq: next + items.length });
      if (more.draft) store(tx, "drafts").delete(more.draft);
    },
    STRICT,
  );
  await askToKeep(database);
}

/**
 * @param {import("./types").Operation} body @param {any} payload @param {Group} group @param {string} moment
 * @returns {Omit<import("./types").Item, "seq">}
 */
function item(body, payload, group, moment) {
  return {
    op_id: body.op_id,
    key: keyOf(body.kind, body.id),
    kind: body.kind,
    action: body.action,
    group: group.id,
    group_kind: group.kind,
    state: "waiting",
    saved_at: moment,
    payload,
  };
}

/**
 * Where each record will be found once the operations are replayed on it.
 * @param {IDBDatabase} database @param {import("./types").Operation[]} bodies
 */
async function placesAfter(database, bodies) {
  /** @type {Map<string, any>} */
  const made = new Map();
  for (const body of bodies) {
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
async function show(tx, key, place) {
  const row = await done(store(tx, "rows").get(key));
  store(tx, "rows").put({ key, payload: row?.payload ?? null, ...place });
}

/** What another tab has made meanwhile is not made again. @param {IDBTransaction} tx @param {string} key */
async function refuseSecond(tx, key) {
  const row = await done(store(tx, "rows").get(key));
  const pending = await done(store(tx, "outbox").index("by_key").count(key));
  if (row?.payload || pending) throw new DOMException(key, "ConstraintError");
}

/**
 * Move a group's stuck operations to the ledger: others stand for them now.
 * @param {IDBTransaction} tx @param {string} group @param {string} moment
 */
async function retire(tx, group, moment) {
  for (const old of await done(store(tx, "outbox").getAll())) {
    if (old.group === group && old.state === "stuck") {
      store(tx, "ledger").put({ ...old, state: "replaced", settled_at: moment });
      store(tx, "outbox").delete(old.op_id);
      const row = await done(store(tx, "rows").get(old.key));
      if (row && !row.payload) store(tx, "rows").delete(old.key);
    }
  }
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
export async function keepDraft(database, id, account, kind, content) {
  const [payload] = await seal([content]);
  await transact(database, ["drafts"], "readwrite", (tx) => {
    store(tx, "drafts").put({ id, account, kind, saved_at: new Date().toISOString(), payload });
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
 * @param {Pick<import("./types").Item, "group" | "group_kind" | "saved_at">[]} items
 * @returns {import("./types").Counted}
 */
export function count(items) {
  const groups = new Map(items.map((each) => [each.group, each.group_kind]));
  const visits = [...groups.values()].filter((kind) => kind === "visit").length;
  const oldest = items.map((each) => each.saved_at).sort()[0] ?? null;
  return { visits, others: groups.size - visits, total: groups.size, oldest };
}
