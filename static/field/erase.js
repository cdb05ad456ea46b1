/**
 * Erasing a user's copy on order, and saying so. First it is noted that this shall happen, so that whatever interrupts it,
 * the next start goes on; the note itself is the last to go, once the server has heard. Another user's copy in the same
 * browser stays, and with it the app.
 */

import { done, nameOf, open } from "./db.js";
import { copies, forgetCopy, lastUser, noteErasing } from "./laptop.js";
import { contact, endSession } from "./transport.js";

/** @typedef {import("./laptop.js").Copy} Copy */

/** Milliseconds that other tabs get to let go of what is erased; its content is gone by then. */
const PATIENCE = 3000;

/**
 * Erase a copy. Raises Trouble when the server could not be told: then `goOnErasing` does that later.
 * @param {Copy} copy
 */
export async function erase(copy) {
  await noteErasing(copy);
  await finish(copy);
}

/** Go on with what was begun; how many copies that were. Raises Trouble. */
export async function goOnErasing() {
  const begun = await copies("erasing");
  for (const copy of begun) await finish(copy);
  return begun.length;
}

/**
 * Ask for every other user's copy in this browser what shall become of it: nobody else would, until he signs in again.
 * @param {string} user whose copy asks for itself
 */
export async function eraseOthers(user) {
  for (const copy of await copies("copy"))
    if (copy.user !== user && (await contact(copy.device)) === "wipe") await erase(copy);
}

/** @param {Copy} copy */
async function finish(copy) {
  await empty(copy.user);
  await remove(nameOf(copy.user));
  const alone = (await copies("copy")).every((other) => other.user === copy.user);
  if (alone) await removeApp();
  await endSession(copy.user);
  await contact(copy.device, { wiped: true });
  await forgetCopy(copy);
  if (alone && !(await lastUser())) await remove("field");
}

/** Empty all stores in one transaction: this needs no other tab to let go. @param {string} user */
async function empty(user) {
  const database = await open(user, () => undefined);
  const tx = database.transaction([...database.objectStoreNames], "readwrite", { durability: "strict" });
  const cleared = new Promise((resolve, reject) => {
    tx.oncomplete = resolve;
    tx.onabort = () => reject(tx.error);
  });
  await Promise.all([...database.objectStoreNames].map((name) => done(tx.objectStore(name).clear())));
  await cleared;
  database.close();
}

/** @param {string} name of a database @returns {Promise<void>} once it is gone, or a tab that does not let go was waited for */
function remove(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    request.onblocked = () => setTimeout(resolve, PATIENCE);
  });
}

/** The shell, whatever else the browser keeps for this address, and the worker that opens it without a network. */
async function removeApp() {
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
  globalThis.localStorage?.clear();
  globalThis.sessionStorage?.clear();
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}
