/**
 * The laptop's own store: one database per user.
 *
 * | store       | key            | holds |
 * |-------------|----------------|-------|
 * | rows        | `kind:id`      | the server's record as it last came, or none for one that was made here |
 * | memberships | bucket, row    | which row belongs to which bucket, at which number of the feed |
 * | outbox      | op_id          | operations that are not settled: `waiting`, `sent` (until the next pull), `stuck` |
 * | ledger      | op_id          | settled operations of the last thirty days, for a restored server |
 * | cursors     | bucket         | how far a bucket was read, and what it must add up to |
 * | drafts      | id             | forms that were begun and not saved |
 * | blobs       | id             | photos on their way (their own queue) |
 * | meta        | name           | client, epoch, next sequence number, last sent, … |
 *
 * `payload` is one opaque value everywhere; what is looked up by (kind, parent, state, when) stands beside it. A company
 * that has data encrypted at rest seals the payload and nothing else changes (vault.js).
 *
 * Stores that hold unsent work are never re-created; later versions only add.
 */

export const VERSION = 1;

/** @typedef {import("./types").Stores} Stores */

/** @param {IDBDatabase} database @param {number} from */
function upgrade(database, from) {
  if (from < 1) {
    const rows = database.createObjectStore("rows", { keyPath: "key" });
    rows.createIndex("by_parent", ["kind", "parent", "when"]);
    rows.createIndex("by_state", ["kind", "state", "parent", "when"]);
    const memberships = database.createObjectStore("memberships", { keyPath: ["bucket", "key"] });
    memberships.createIndex("by_key", "key");
    const outbox = database.createObjectStore("outbox", { keyPath: "op_id" });
    outbox.createIndex("by_key", "key");
    outbox.createIndex("by_state", ["state", "seq"]);
    const ledger = database.createObjectStore("ledger", { keyPath: "op_id" });
    ledger.createIndex("by_time", "settled_at");
    database.createObjectStore("cursors", { keyPath: "bucket" });
    database.createObjectStore("drafts", { keyPath: "id" });
    database.createObjectStore("blobs", { keyPath: "id" });
    database.createObjectStore("meta", { keyPath: "name" });
  }
}

/** How a user's database is called. @param {string} user */
export const nameOf = (user) => `field-${user}`;

/**
 * Open a user's database.
 * @param {string} user
 * @param {(why: "blocked" | "newer") => void} tell another tab with an older app holds up the upgrade, or is newer
 * @returns {Promise<IDBDatabase>}
 */
export function open(user, tell) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(nameOf(user), VERSION);
    request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
    request.onblocked = () => tell("blocked");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        tell("newer");
      };
      resolve(request.result);
    };
  });
}

/**
 * Run `work` in one transaction. Resolves with what it returned once the transaction is complete, not before, and
 * rejects when it aborts (a full disk aborts at the very end).
 * @template T
 * @param {IDBDatabase} database
 * @param {string[]} stores
 * @param {"readonly" | "readwrite"} mode
 * @param {(tx: IDBTransaction) => T | Promise<T>} work
 * @param {IDBTransactionOptions} [options]
 * @returns {Promise<T>}
 */
export function transact(database, stores, mode, work, options) {
  return new Promise((resolve, reject) => {
    const tx = database.transaction(stores, mode, options);
    /** @type {T} */
    let result;
    /** @type {unknown} */
    let failure;
    let over = false;
    tx.oncomplete = () => {
      over = true;
      if (failure) reject(failure);
      else resolve(result);
    };
    tx.onabort = () => {
      over = true;
      reject(tx.error ?? failure ?? new DOMException("aborted", "AbortError"));
    };
    Promise.resolve()
      .then(() => work(tx))
      .then(
        (value) => {
          result = value;
        },
        (error) => {
          failure = error;
          if (over) reject(error);
          else quietly(() => tx.abort());
        },
      );
  });
}

/** Abort what may be aborting already: a full disk does, and its own error says why. @param {() => void} abort */
function quietly(abort) {
  try {
    abort();
  } catch {
    // then its end is on its way
  }
}

/**
 * The result of a request, while its transaction goes on.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function done(request) {
  /** @type {Promise<T>} */
  const result = new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  result.catch(() => undefined); // its transaction aborts then, and that is what is reported
  return result;
}

/**
 * A store of a transaction, with the type of what it holds.
 * @template {keyof Stores} S
 * @param {IDBTransaction} tx
 * @param {S} name
 * @returns {import("./types").Store<Stores[S]>}
 */
export const store = (tx, name) => tx.objectStore(name);

/** Everything whose compound key starts with these values. @param {...string} start */
export function startingWith(...start) {
  return IDBKeyRange.bound(start, [...start, []]);
}

/**
 * @template {keyof Stores} S
 * @param {IDBDatabase} database
 * @param {S} name
 * @param {IDBValidKey} key
 * @returns {Promise<Stores[S] | undefined>}
 */
export function get(database, name, key) {
  return transact(database, [name], "readonly", (tx) => done(store(tx, name).get(key)));
}

/**
 * @template {keyof Stores} S
 * @param {IDBDatabase} database
 * @param {S} name
 * @param {IDBKeyRange | null} [range]
 * @param {string} [index]
 * @returns {Promise<Stores[S][]>}
 */
export function getAll(database, name, range = null, index) {
  return transact(database, [name], "readonly", (tx) => {
    const place = index ? store(tx, name).index(index) : store(tx, name);
    return done(place.getAll(range));
  });
}

/** One value of `meta`. @param {IDBDatabase} database @param {string} name */
export async function meta(database, name) {
  return (await get(database, "meta", name))?.value;
}

/** Keep values in `meta`. @param {IDBDatabase} database @param {Record<string, unknown>} values */
export function setMeta(database, values) {
  return transact(database, ["meta"], "readwrite", (tx) => putMeta(tx, values));
}

/** The same inside a transaction. @param {IDBTransaction} tx @param {Record<string, unknown>} values */
export function putMeta(tx, values) {
  for (const [name, value] of Object.entries(values)) store(tx, "meta").put({ name, value });
}
