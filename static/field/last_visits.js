/**
 * When each account was visited last. Read from all visits, which takes half a second where there are 20,000, and then
 * kept until one of them can have changed.
 */

import { done, meta, setMeta, startingWith, store, transact } from "./db.js";
import { eachPlace } from "./records.js";

/**
 * The last completed visit of each account: account id → moment. Reads keys only, however long the summaries are.
 * @param {IDBDatabase} database
 * @returns {Promise<Map<string, string>>}
 */
export async function lastVisits(database) {
  const kept = await meta(database, "last_visits");
  const read = await transact(database, ["rows", "cursors", "outbox"], "readonly", async (tx) => {
    const state = await stateOf(tx);
    if (kept?.state === state) return null;
    /** @type {Map<string, string>} */
    const last = new Map();
    await eachPlace(tx, startingWith("visit", "completed"), ([, , parent, when]) => last.set(parent, when));
    return { state, last };
  });
  if (!read) return kept.last;
  await setMeta(database, { last_visits: read }).catch(() => undefined); // a full disk: then it is read again
  return read.last;
}

/**
 * What all rows follow from: how far each bucket was read, and which operations are not settled. While these are the
 * same, so is every row's place.
 * @param {IDBTransaction} tx
 */
async function stateOf(tx) {
  const cursors = await done(store(tx, "cursors").getAll());
  const read = cursors.map(({ bucket, seq, gen, complete }) => [bucket, seq, gen, complete]);
  return JSON.stringify([read, await done(store(tx, "outbox").getAllKeys())]);
}
