/**
 * What this browser remembers beside the users' databases: who worked here last, which device each user's copy is, and which
 * copies are being erased.
 * Kept strictly, like saved work: after a power cut the app must still know whose database to open.
 */

import { done, transact } from "./db.js";

const NAME = "field";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("laptop", { keyPath: "name" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Opened for each use: it is rare, and a connection that stays open would hold up the erasing of it.
 * @template T
 * @param {"readonly" | "readwrite"} mode @param {(entries: IDBObjectStore) => T | Promise<T>} work
 */
async function use(mode, work) {
  const database = await open();
  try {
    const act = (/** @type {IDBTransaction} */ tx) => work(tx.objectStore("laptop"));
    return await transact(database, ["laptop"], mode, act, { durability: "strict" });
  } finally {
    database.close();
  }
}

/** @param {string} name @param {unknown} value */
const keep = (name, value) => use("readwrite", (entries) => void entries.put({ name, value }));

/**
 * Who worked here last.
 * @returns {Promise<{id: string, name: string, locale: string | null, theme: string | null} | null>}
 */
export async function lastUser() {
  return (await use("readonly", (entries) => done(entries.get("user"))))?.value ?? null;
}

/** @param {any} user null after signing out */
export async function rememberUser(user) {
  if (JSON.stringify(user) !== JSON.stringify(await lastUser())) await keep("user", user);
}

/** @typedef {{user: string, device: string}} Copy one user's copy on this laptop, and the device that it is to the server */

/**
 * @typedef {Copy & {step: "ordered" | "gone" | "signed_out"}} Erasing a copy that is being erased, and how far that is:
 * it shall go, its session shall be ended, the server shall hear of it
 */

/** @param {Copy} copy */
export const rememberCopy = (copy) => keep(`copy:${copy.user}`, copy);

/** Note how far an erasing is, so that the next start goes on there. @param {Erasing} erasing */
export const noteErasing = (erasing) => keep(`erasing:${erasing.device}`, erasing);

/** @returns {Promise<Copy[]>} */
export const copies = () => named("copy");

/** @returns {Promise<Erasing[]>} */
export const erasings = () => named("erasing");

/** @param {string} what @returns {Promise<any[]>} */
async function named(what) {
  const range = IDBKeyRange.bound(`${what}:`, `${what}:\uffff`);
  return (await use("readonly", (entries) => done(entries.getAll(range)))).map((entry) => entry.value);
}

/** A copy is gone: nobody worked here, as far as it goes. @param {Erasing} erasing */
export async function forgetCopy(erasing) {
  const { user, device } = erasing;
  const last = await lastUser();
  await use("readwrite", (entries) => {
    entries.delete(`copy:${user}`);
    if (last?.id === user) entries.delete("user");
    entries.put({ name: `erasing:${device}`, value: { ...erasing, step: "gone" } });
  });
}

/** The server has heard that a copy is gone. @param {Erasing} erasing */
export const forgetErasing = ({ device }) => use("readwrite", (entries) => void entries.delete(`erasing:${device}`));
