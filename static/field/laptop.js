/**
 * What this browser remembers beside the users' databases: who worked here last.
 * Kept strictly, like saved work: after a power cut the app must still know whose database to open.
 */

import { done, transact } from "./db.js";

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("field", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("laptop", { keyPath: "name" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** @param {string} name @param {unknown} value */
async function keep(name, value) {
  const put = (/** @type {IDBTransaction} */ tx) => void tx.objectStore("laptop").put({ name, value });
  await transact(await open(), ["laptop"], "readwrite", put, { durability: "strict" });
}

/** @param {string} name */
async function read(name) {
  const found = await transact(await open(), ["laptop"], "readonly", (tx) => done(tx.objectStore("laptop").get(name)));
  return found?.value ?? null;
}

/**
 * Who worked here last.
 * @returns {Promise<{id: string, name: string, locale: string | null, theme: string | null} | null>}
 */
export const lastUser = () => read("user");

/** @param {any} user null after signing out */
export async function rememberUser(user) {
  if (JSON.stringify(user) !== JSON.stringify(await lastUser())) await keep("user", user);
}
