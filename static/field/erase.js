/**
 * Erasing a user's copy on order, and saying so. First it is noted that this shall happen, so that whatever interrupts it,
 * the next start goes on; the note itself is the last to go, once the server has heard. Another user's copy in the same
 * browser stays, and with it the app.
 */

import { done, nameOf, open } from "./db.js";
import { copies, erasings, forgetCopy, forgetErasing, lastUser, noteErasing } from "./laptop.js";
import { contact, endSession } from "./transport.js";

/** @typedef {import("./laptop.js").Copy} Copy */
/** @typedef {import("./laptop.js").Erasing} Erasing */

/** Milliseconds that other tabs get to let go of what is erased; its content is gone by then. */
const PATIENCE = 3000;

/**
 * Erase a copy. Raises Trouble when the server could not be told: then `goOnErasing` does that later.
 * @param {Copy} copy
 */
export async function erase(copy) {
  /** @type {Erasing} */
  const erasing = { ...copy, step: "ordered" };
  await noteErasing(erasing);
  await finish(erasing);
}

/** Go on with what was begun; how many copies that were. Raises Trouble. */
export async function goOnErasing() {
  const begun = await erasings();
  for (const erasing of begun) await finish(erasing);
  return begun.length;
}

/** Whether nobody may work here yet: a session that is still open would bring everything back. */
export const isErasing = async () => (await erasings()).some(({ step }) => step !== "signed_out");

/**
 * Ask for every other user's copy in this browser what shall become of it: nobody else would, until he signs in again.
 * @param {string} user whose copy asks for itself
 */
export async function eraseOthers(user) {
  for (const copy of await copies())
    if (copy.user !== user && (await contact(copy.device)) === "wipe") await erase(copy);
}

/** Each step once: whoever signs in after the second begins anew, and nothing of his is touched. @param {Erasing} erasing */
async function finish(erasing) {
  const { user, device } = erasing;
  if (erasing.step === "ordered") {
    await empty(user);
    await remove(nameOf(user));
    if ((await copies()).every((other) => other.user === user)) await removeApp();
    await forgetCopy(erasing);
  }
  if (erasing.step !== "signed_out") {
    await endSession(user);
    await noteErasing({ ...erasing, step: "signed_out" });
  }
  await contact(device, { wiped: true });
  await forgetErasing(erasing);
  if (!(await copies()).length && !(await lastUser())) await remove("field");
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
