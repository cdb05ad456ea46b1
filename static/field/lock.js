/**
 * The key of what is sealed, wrapped twice: by the rep's PIN, and by two halves of which the server keeps one. Wrong PINs
 * are counted before they are tried, so that closing the app forgets none, and each makes the next wait longer. After so
 * many days without the server the PIN alone opens nothing. All that holds in the app only: whoever copies the disk may
 * guess as fast as his computer can.
 */

import { done, meta, putMeta, setMeta, store, transact } from "./db.js";
import { newId } from "./ids.js";
import { hold } from "./vault.js";

/** @typedef {import("./types").Vault} Vault */
/** @typedef {import("./types").Wrapped} Wrapped */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** What OWASP asks for PBKDF2 with SHA-256. */
export const ITERATIONS = 600_000;
const KEY_BYTES = 32;
const FREE_TRIES = 3;
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 3_600_000;
const A_DAY = 86_400_000;
const STRICT = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/** @typedef {{half: string, mark: string}} Half the server's half of the key, and by what it is known again */

/** @param {number} [count] */
const random = (count = KEY_BYTES) => crypto.getRandomValues(new Uint8Array(count));

/**
 * Begin to encrypt: from now on everything is written sealed, and what is there is rewritten by and by.
 * @param {IDBDatabase} database @param {string} pin @param {Half} half @param {number} [iterations]
 */
export async function begin(database, pin, half, iterations = ITERATIONS) {
  const raw = random();
  const wraps = { pin: await wrapByPin(raw, pin, iterations), server: await wrapByHalves(raw, half) };
  /** @type {Vault} */
  const vault = { id: newId(), state: "sealing", at: null, ...wraps };
  await transact(
    database,
    ["meta"],
    "readwrite",
    async (tx) => {
      if (await done(store(tx, "meta").get("vault"))) throw new DOMException("another tab was faster", "ConstraintError");
      putMeta(tx, { vault, tries: 0, next_try: 0, leased_at: Date.now() });
    },
    STRICT,
  );
  await open(database, vault, raw);
}

/**
 * Why the PIN may not be tried now, or null: the server must be asked first, or one has to wait so many milliseconds.
 * A clock that was set back makes nobody wait longer than was meant.
 * @param {IDBDatabase} database @returns {Promise<"lease" | number | null>}
 */
export async function hindrance(database) {
  const days = (await meta(database, "at_rest"))?.lease_days;
  const away = Date.now() - ((await meta(database, "leased_at")) ?? 0);
  if (days && (away > days * A_DAY || away < -A_DAY)) return "lease";
  const wait = Math.min(((await meta(database, "next_try")) ?? 0) - Date.now(), waitAfter((await meta(database, "tries")) ?? 0));
  return wait > 0 ? wait : null;
}

/** How long the next try waits after so many wrong ones, in milliseconds. @param {number} tries */
const waitAfter = (tries) => (tries < FREE_TRIES ? 0 : Math.min(FIRST_WAIT * 2 ** (tries - FREE_TRIES), LONGEST_WAIT));

/**
 * Try a PIN. @param {IDBDatabase} database @param {string} pin
 * @returns {Promise<Bytes | null>} the key itself, for wrapping it anew; null when the PIN was wrong, or may not be tried now
 */
export async function unlock(database, pin) {
  if ((await hindrance(database)) !== null) return null;
  const vault = await countTry(database);
  const raw = vault && (await unwrap(await pinKey(pin, vault.pin.salt, vault.pin.iterations), vault.pin));
  if (!vault || !raw) return null;
  await setMeta(database, { tries: 0, next_try: 0 });
  await open(database, vault, raw);
  return raw;
}

/** @param {IDBDatabase} database @returns {Promise<Vault | undefined>} */
function countTry(database) {
  const note = async (/** @type {IDBTransaction} */ tx) => {
    const tries = ((await done(store(tx, "meta").get("tries")))?.value ?? 0) + 1;
    putMeta(tx, { tries, next_try: Date.now() + waitAfter(tries) });
    return (await done(store(tx, "meta").get("vault")))?.value;
  };
  return transact(database, ["meta"], "readwrite", note, STRICT);
}

/**
 * The key, by the server's half: for a PIN that was forgotten, and once the lease is over.
 * @param {IDBDatabase} database @param {Half} half @returns {Promise<Bytes | null>} null if it belongs to another half
 */
export async function openByHalves(database, { half }) {
  /** @type {Vault | undefined} */
  const vault = await meta(database, "vault");
  return vault ? unwrap(await halvesKey(half, vault.server.own), vault.server) : null;
}

/**
 * Wrap the key anew, by a PIN, by another half, or by both; then it is open and the server was reached just now.
 * @param {IDBDatabase} database @param {Bytes} raw @param {{pin?: string, half?: Half}} by @param {number} [iterations]
 */
export async function rewrap(database, raw, { pin, half }, iterations = ITERATIONS) {
  const wraps = {
    ...(pin !== undefined && { pin: await wrapByPin(raw, pin, iterations) }),
    ...(half && { server: await wrapByHalves(raw, half) }),
  };
  const vault = await transact(
    database,
    ["meta"],
    "readwrite",
    async (tx) => {
      /** @type {Vault | undefined} */
      const now = (await done(store(tx, "meta").get("vault")))?.value;
      if (now) putMeta(tx, { vault: { ...now, ...wraps }, tries: 0, next_try: 0, leased_at: Date.now() });
      return now;
    },
    STRICT,
  );
  if (vault) await open(database, vault, raw);
}

/** @param {IDBDatabase} database @param {Vault} vault @param {Bytes} raw */
async function open(database, { id, state }, raw) {
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  hold(database, { id, key, sealing: state !== "opening" });
}

/** @param {Bytes} raw @param {string} pin @param {number} iterations @returns {Promise<Vault["pin"]>} */
async function wrapByPin(raw, pin, iterations) {
  const salt = random(16);
  return { salt, iterations, ...(await wrap(await pinKey(pin, salt, iterations), raw)) };
}

/** @param {Bytes} raw @param {Half} half @returns {Promise<Vault["server"]>} */
async function wrapByHalves(raw, { half, mark }) {
  const own = random();
  return { own, mark, ...(await wrap(await halvesKey(half, own), raw)) };
}

/** @param {CryptoKey} key @param {Bytes} raw @returns {Promise<Wrapped>} */
async function wrap(key, raw) {
  const iv = random(12);
  return { iv, data: new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, raw)) };
}

/** @param {CryptoKey} key @param {Wrapped} wrapped @returns {Promise<Bytes | null>} null for another key */
async function unwrap(key, { iv, data }) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data));
  } catch {
    return null;
  }
}

/** @param {string} pin @param {Bytes} salt @param {number} iterations */
async function pinKey(pin, salt, iterations) {
  const bytes = new TextEncoder().encode(pin.normalize("NFKC").trim());
  const material = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  return derive({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, material);
}

/** @param {string} half base64 @param {Bytes} own */
async function halvesKey(half, own) {
  const theirs = Uint8Array.from(atob(half), (letter) => letter.charCodeAt(0));
  const both = new Uint8Array([...theirs, ...own]);
  const material = await crypto.subtle.importKey("raw", both, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("field data key");
  return derive({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, material);
}

/** @param {Pbkdf2Params | HkdfParams} how @param {CryptoKey} material */
const derive = (how, material) =>
  crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
