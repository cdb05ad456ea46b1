/** Reading records: the server's row with what is still on its way replayed on it. */

import { done, getAll, startingWith, store, transact } from "./db.js";
import { unseal } from "./vault.js";

/** What is looked up without opening a payload: which field is a record's parent, its state, its time. */
const PLACES = {
  account: { parent: "territory_id" },
  contact: { parent: "account_id" },
  visit: { parent: "account_id", state: "status", when: ["happened_at", "planned_on"] },
  brand_usage: { parent: "account_id", when: ["observed_on"] },
  potential: { parent: "account_id", when: ["observed_on"] },
  competitor_activity: { parent: "account_id", when: ["happened_on"] },
  supply_link: { parent: "account_id", when: ["observed_on"] },
  dealer: { parent: "territory_id" },
  comment: { parent: "visit_id", when: ["created_at"] },
  attachment: { parent: "visit_id", when: ["taken_at", "created_at"] },
  instruction: { parent: "account_id", when: ["due_on"] },
  lead: { parent: "account_id", state: "status", when: ["received_at", "created_at"] },
  quote: { parent: "account_id", state: "status", when: ["quoted_on", "created_at"] },
  order_draft: { parent: "account_id", state: "status", when: ["created_at"] },
  price: { parent: "product_id", when: ["valid_from"] },
  survey: { parent: "survey_id", when: ["published_at"] },
  survey_response: { parent: "account_id", when: ["answered_at"] },
  check_in: { parent: "visit_id", when: ["checked_in_at"] },
  position_consent: { when: ["given_at"] },
  conflict: { state: "status", when: ["opened_at"] },
  decision: { parent: "op_id", when: ["decided_at"] },
  notice: { when: ["created_at"] },
  product: { parent: "product_group_id" },
  product_group: { parent: "parent_id" },
};

/** @param {string} kind @param {string} id */
export const keyOf = (kind, id) => `${kind}:${id}`;

/**
 * The keys under which a record is found.
 * @param {string} kind
 * @param {Record<string, any>} record
 * @returns {import("./types").Place}
 */
export function placeOf(kind, record) {
  /** @type {{parent?: string, state?: string, when?: string[]}} */
  const place = PLACES[/** @type {keyof typeof PLACES} */ (kind)] ?? {};
  const when = (place.when ?? []).map((name) => record[name]).find(Boolean);
  return {
    kind,
    parent: (place.parent && record[place.parent]) || "",
    state: (place.state && record[place.state]) || "",
    when: when ?? "",
  };
}

/**
 * A record with an operation applied to it.
 * @param {Record<string, any> | null} record
 * @param {Pick<import("./types").Operation, "id" | "occurred_at" | "patch">} body
 * @returns {Record<string, any>}
 */
export function replay(record, body) {
  const made = record ?? { id: body.id, version: 0, created_at: body.occurred_at };
  return { ...made, ...body.patch };
}

/** In the order in which they were made: counted, for clocks jump. @param {{made: number}} a @param {{made: number}} b */
export const inOrder = (a, b) => a.made - b.made;

/**
 * The records behind stored rows, pending operations included; rows of which nothing is left are dropped.
 * @param {IDBDatabase} database
 * @param {import("./types").Row[]} rows
 * @param {import("./types").Item[]} outbox
 * @returns {Promise<import("./types").Shown[]>}
 */
async function view(database, rows, outbox) {
  const opened = await unseal(database, rows.map((row) => row.payload));
  const bodies = await unseal(database, outbox.map((item) => item.payload));
  /** @type {Map<string, import("./types").Opened[]>} */
  const pending = new Map();
  const items = outbox.map((item, place) => ({ ...item, body: bodies[place], title: "" })).sort(inOrder);
  for (const item of items) pending.set(item.key, [...(pending.get(item.key) ?? []), item]);
  return rows.flatMap((row, place) => {
    const own = pending.get(row.key) ?? [];
    const record = own.reduce((made, item) => replay(made, item.body), opened[place]);
    return record ? [{ ...record, pending: own.map((item) => item.state) }] : [];
  });
}

/**
 * One record, or null.
 * @param {IDBDatabase} database @param {string} kind @param {string} id
 * @returns {Promise<import("./types").Shown | null>}
 */
export async function read(database, kind, id) {
  const [row, outbox] = await transact(database, ["rows", "outbox"], "readonly", (tx) =>
    Promise.all([
      done(store(tx, "rows").get(keyOf(kind, id))),
      done(store(tx, "outbox").index("by_key").getAll(keyOf(kind, id))),
    ]),
  );
  return row ? ((await view(database, [row], outbox))[0] ?? null) : null;
}

/**
 * All records of a kind, or those of one parent, oldest first.
 * @param {IDBDatabase} database @param {string} kind @param {string} [parent]
 */
export function list(database, kind, parent) {
  const range = parent === undefined ? startingWith(kind) : startingWith(kind, parent);
  return listIn(database, "by_parent", range);
}

/**
 * All records of a kind in a state.
 * @param {IDBDatabase} database @param {string} kind @param {string} state
 */
export function listInState(database, kind, state) {
  return listIn(database, "by_state", startingWith(kind, state));
}

/** @param {IDBDatabase} database @param {string} index @param {IDBKeyRange} range */
async function listIn(database, index, range) {
  const [rows, outbox] = await transact(database, ["rows", "outbox"], "readonly", (tx) =>
    Promise.all([done(store(tx, "rows").index(index).getAll(range)), done(store(tx, "outbox").getAll())]),
  );
  return view(database, rows, outbox);
}

/**
 * The records of a kind in a state whose time lies from one text up to another. Opens those only.
 * @param {IDBDatabase} database @param {string} kind @param {string} state @param {string} from @param {string} until
 */
export async function listBetween(database, kind, state, from, until) {
  /** @type {string[]} */
  const keys = [];
  await eachKey(database, startingWith(kind, state), ([, , , when], key) => {
    if (when >= from && when < until) keys.push(key);
  });
  const [rows, outbox] = await transact(database, ["rows", "outbox"], "readonly", (tx) =>
    Promise.all([Promise.all(keys.map((key) => done(store(tx, "rows").get(key)))), done(store(tx, "outbox").getAll())]),
  );
  return view(
    database,
    rows.filter((row) => row !== undefined),
    outbox,
  );
}

/**
 * Walk over the places of records without opening them.
 * @param {IDBDatabase} database @param {IDBKeyRange} range @param {(place: string[], key: string) => unknown} visit
 */
const eachKey = (database, range, visit) =>
  transact(database, ["rows"], "readonly", (tx) => eachPlace(tx, range, visit));

/**
 * The same inside a transaction.
 * @param {IDBTransaction} tx @param {IDBKeyRange} range @param {(place: string[], key: string) => unknown} visit
 * @returns {Promise<void>}
 */
export function eachPlace(tx, range, visit) {
  return new Promise((resolve, reject) => {
    const request = store(tx, "rows").index("by_state").openKeyCursor(range);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      visit(/** @type {string[]} */ (cursor.key), /** @type {string} */ (cursor.primaryKey));
      return cursor.continue();
    };
  });
}

/** Operations that are not settled, in their order, with their bodies. @param {IDBDatabase} database */
export function unsettled(database) {
  return withBodies(database, "outbox");
}

/** Settled operations of the last thirty days, oldest first. @param {IDBDatabase} database */
export function settled(database) {
  return withBodies(database, "ledger");
}

/**
 * @template {"outbox" | "ledger"} S
 * @param {IDBDatabase} database @param {S} name
 * @returns {Promise<import("./types").Opened<import("./types").Stores[S]>[]>}
 */
async function withBodies(database, name) {
  const items = await getAll(database, name);
  const bodies = await unseal(database, items.map((item) => item.payload));
  const titles = await unseal(database, items.map((item) => item.about));
  return items.map((item, place) => ({ ...item, body: bodies[place], title: titles[place] })).sort(inOrder);
}
