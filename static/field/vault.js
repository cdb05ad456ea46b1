/**
 * Payloads as they are stored. Where the company asks for it, each is a block of its own under AES-GCM, which opens only
 * while the rep's key is in memory; else it is the value itself. Both may lie beside each other: a block says what it is.
 *
 * Sealing happens outside of transactions (a transaction ends while one waits for anything else than the store), so a
 * transaction that writes what was sealed checks with {@link sameForm} that the form asked for is still the same.
 */

import { done, meta, store } from "./db.js";

/**
 * @typedef {object} Ring the open key of a database
 * @property {string} id
 * @property {CryptoKey} key
 * @property {boolean} sealing whether what is written is sealed; while encryption is being taken off, it is not
 */

/** The catalogue: tens of thousands of records that say nothing of customers. */
const OPEN_KINDS = new Set(["product", "product_group", "brand", "price_list", "price", "survey"]);
const IV_BYTES = 12;

/** @type {WeakMap<IDBDatabase, Ring>} */
const rings = new WeakMap();

/** @param {IDBDatabase} database @returns {Ring | null} */
export const ringOf = (database) => rings.get(database) ?? null;

/** Open a database with its key, or close it. @param {IDBDatabase} database @param {Ring | null} ring */
export function hold(database, ring) {
  if (ring) rings.set(database, ring);
  else rings.delete(database);
}

/** What is sealed cannot be read now: the rep has to unlock first. */
export class Locked extends Error {}

/** The form in which things are kept changed between sealing and writing. */
class Reformed extends Error {}

/** @param {any} payload @returns {payload is {sealed: Uint8Array<ArrayBuffer>, bytes?: boolean}} */
export const isSealed = (payload) => payload?.sealed instanceof Uint8Array;

/** Whether records of this kind are kept readable in any case. @param {string} kind */
export const isOpen = (kind) => OPEN_KINDS.has(kind);

/**
 * Values in the form in which they are to be kept; nothing stays nothing. Never called inside a transaction.
 * @param {IDBDatabase} database @param {any[]} values @returns {Promise<any[]>}
 */
export async function seal(database, values) {
  const ring = ringOf(database);
  return ring?.sealing ? Promise.all(values.map((value) => sealOne(ring, value))) : values;
}

/** @param {Ring} ring @param {any} value what JSON can hold, or bytes */
export async function sealOne({ key }, value) {
  if (value === null || value === undefined) return value;
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const bytes = value instanceof Uint8Array; // of a photo
  const plain = bytes ? new Uint8Array(value) : new TextEncoder().encode(JSON.stringify(value));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain);
  const sealed = new Uint8Array(IV_BYTES + data.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(data), IV_BYTES);
  return bytes ? { sealed, bytes } : { sealed };
}

/**
 * Stored payloads as they are read. Raises Locked. Never called inside a transaction.
 * @param {IDBDatabase} database @param {any[]} payloads @returns {Promise<any[]>}
 */
export async function unseal(database, payloads) {
  if (!payloads.some(isSealed)) return payloads;
  const ring = ringOf(database);
  if (!ring) throw new Locked();
  return Promise.all(payloads.map((payload) => unsealOne(ring, payload)));
}

/** @param {Ring} ring @param {any} payload */
export async function unsealOne({ key }, payload) {
  if (!isSealed(payload)) return payload;
  const iv = payload.sealed.subarray(0, IV_BYTES);
  const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, payload.sealed.subarray(IV_BYTES));
  return payload.bytes ? new Uint8Array(data) : JSON.parse(new TextDecoder().decode(data));
}

/** @param {{id: string, state: string} | null | undefined} vault @returns {string} in which form things are written now */
const formOf = (vault) => (vault && vault.state !== "opening" ? vault.id : "open");

/**
 * Refuse to go on in a transaction that writes what was sealed, if another tab began or ended encryption meanwhile.
 * @param {IDBTransaction} tx with the store `meta` @param {IDBDatabase} database
 */
export async function sameForm(tx, database) {
  const ring = ringOf(database);
  const now = formOf((await done(store(tx, "meta").get("vault")))?.value);
  if (now !== (ring?.sealing ? ring.id : "open")) throw new Reformed();
}

/**
 * Do what seals and then writes; once more if the form changed in between. Raises Locked.
 * @template T
 * @param {IDBDatabase} database @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function inForm(database, work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Reformed)) throw error;
    const vault = await meta(database, "vault");
    const ring = ringOf(database);
    if (vault && ring?.id !== vault.id) throw new Locked();
    hold(database, vault && ring ? { ...ring, sealing: vault.state !== "opening" } : null);
    return work();
  }
}

/** Whether there is something sealed that nobody has opened. @param {IDBDatabase} database */
export async function isLocked(database) {
  return !ringOf(database) && Boolean(await meta(database, "vault"));
}
