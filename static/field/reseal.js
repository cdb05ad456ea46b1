/**
 * Bringing what is kept into the form that the company asks for, in steps of a few hundred records: what was written
 * before encryption began, and what is still sealed once it ended. A kill between two steps costs nothing, for the place
 * is kept with each; what is written meanwhile has the new form already.
 */

import { done, meta, putMeta, store, transact } from "./db.js";
import { hold, isOpen, isSealed, ringOf, sealOne, unsealOne } from "./vault.js";

/** @typedef {import("./types").Vault} Vault */
/** @typedef {import("./vault.js").Ring} Ring */

/** What is sealed of each store. Work first: it is what nobody else has. */
const FIELDS = /** @type {const} */ ({
  outbox: ["payload", "about", "conflicts"],
  ledger: ["payload", "about", "conflicts"],
  drafts: ["payload"],
  blobs: ["payload"],
  rows: ["payload"],
});
/** @typedef {keyof typeof FIELDS} Name */
const NAMES = /** @type {Name[]} */ (Object.keys(FIELDS));
/** Between these, what is not rewritten yet may move, so they are looked at once more in the end. */
const SMALL = /** @type {const} */ (["outbox", "ledger", "drafts"]);

/** Photos are large: so many are rewritten at once. */
const MOST_PHOTOS = 10;

/** After so many steps, what was saved meanwhile is sent first. */
const MOST_STEPS = 50;

/** The server was reached: follow what the company asks for, as far as that needs no PIN. @param {IDBDatabase} database @param {import("./types").AtRest | null | undefined} asked */
export async function follow(database, asked) {
  if (asked === undefined) return; // an older server says nothing of it
  await transact(database, ["meta"], "readwrite", async (tx) => {
    const vault = (await done(store(tx, "meta").get("vault")))?.value;
    putMeta(tx, { at_rest: asked, ...(vault && { leased_at: Date.now() }) });
    if (vault && (vault.state === "opening") === Boolean(asked))
      putMeta(tx, { vault: { ...vault, state: asked ? "sealing" : "opening", at: null } });
  });
}

/**
 * Go on until everything has the form that is asked for. Does nothing while locked.
 * @param {IDBDatabase} database @param {number} size of a step, in records
 * @returns {Promise<"nothing" | "more" | "done">} whether there was anything to do, and whether there still is
 */
export async function reseal(database, size) {
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    /** @type {Vault | undefined} */
    const vault = await meta(database, "vault");
    const ring = ringOf(database);
    if (!vault || vault.state === "sealed" || ring?.id !== vault.id) return steps ? "done" : "nothing";
    const now = { ...ring, sealing: vault.state === "sealing" };
    hold(database, now);
    const [name, after] = vault.at ?? [NAMES[0], null];
    if (name === "end") await finish(database, now);
    else await step(database, now, /** @type {Name} */ (name), after, size);
  }
  return "more";
}

/** @param {Ring} ring @param {any} payload whether it has the other form */
const isWrong = (ring, payload) => payload !== null && payload !== undefined && isSealed(payload) !== ring.sealing;

/** @param {Ring} ring @param {any} record @param {Name} name @returns {string[]} the fields that have the other form */
function wrongFields(ring, record, name) {
  if (name === "rows" && isOpen(record.kind)) return [];
  return FIELDS[name].filter((field) => isWrong(ring, record[field]));
}

/**
 * Rewrite some records. What has the other form never changes, it only moves, so what was read before the transaction
 * still holds in it; what has the right form by now was written meanwhile.
 * @param {IDBDatabase} database @param {Ring} ring @param {Name} name @param {IDBValidKey | null} after @param {number} size
 */
async function step(database, ring, name, after, size) {
  const range = after === null ? null : IDBKeyRange.lowerBound(after, true);
  size = name === "blobs" ? Math.min(size, MOST_PHOTOS) : size;
  const records = await transact(database, [name], "readonly", (tx) => done(tx.objectStore(name).getAll(range, size)));
  const convert = ring.sealing ? sealOne : unsealOne;
  const changes = await Promise.all(
    records.map(async (record) => {
      const fields = wrongFields(ring, record, name);
      const values = await Promise.all(fields.map((field) => convert(ring, record[field])));
      return { key: keyOf(name, record), values: new Map(fields.map((field, place) => [field, values[place]])) };
    }),
  );
  const last = changes.at(-1);
  const next = NAMES[NAMES.indexOf(name) + 1] ?? "end";
  const at = records.length < size || !last ? [next, null] : [name, last.key];
  await transact(database, [name, "meta"], "readwrite", async (tx) => {
    const vault = await unchanged(tx, ring);
    if (!vault) return;
    for (const { key, values } of changes.filter((each) => each.values.size)) {
      const record = await done(tx.objectStore(name).get(key));
      if (!record) continue;
      for (const field of wrongFields(ring, record, name)) record[field] = values.get(field);
      tx.objectStore(name).put(record);
    }
    putMeta(tx, { vault: { ...vault, at } });
  });
}

/** @param {Name} name @param {any} record @returns {string} */
const keyOf = (name, record) => record[{ outbox: "op_id", ledger: "op_id", drafts: "id", blobs: "id", rows: "key" }[name]];

/** The vault, if it still asks for this form. @param {IDBTransaction} tx @param {Ring} ring @returns {Promise<Vault | null>} */
async function unchanged(tx, ring) {
  const vault = (await done(store(tx, "meta").get("vault")))?.value;
  return vault?.id === ring.id && vault.state === (ring.sealing ? "sealing" : "opening") ? vault : null;
}

/** All stores were gone through: it is over, unless something moved from where it was not looked at yet. @param {IDBDatabase} database @param {Ring} ring */
async function finish(database, ring) {
  const over = await transact(
    database,
    [...SMALL, "meta"],
    "readwrite",
    async (tx) => {
      const vault = await unchanged(tx, ring);
      if (!vault) return false;
      const left = await Promise.all(SMALL.map((name) => leftOvers(tx, ring, name)));
      if (left.some(Boolean)) putMeta(tx, { vault: { ...vault, at: null } });
      else if (ring.sealing) putMeta(tx, { vault: { ...vault, state: "sealed", at: null } });
      else store(tx, "meta").delete("vault");
      return !left.some(Boolean);
    },
    { durability: "strict" },
  );
  if (over && !ring.sealing) hold(database, null);
}

/** @param {IDBTransaction} tx @param {Ring} ring @param {(typeof SMALL)[number]} name */
async function leftOvers(tx, ring, name) {
  const records = await done(tx.objectStore(name).getAll());
  return records.some((record) => wrongFields(ring, record, name).length);
}
