/**
 * Carrying unsent work to another browser by hand: everything that is not settled, and the drafts, in a file that only
 * the passphrase opens. The operations keep their ids, so that it does not matter who sends them, or whether both do.
 */

import { done, getAll, store, transact } from "./db.js";
import { enqueue, placesAfter, show } from "./outbox.js";
import { bytesOf, keepPhoto, listPhotos } from "./photos.js";
import { digest } from "./picture.js";
import { keyOf, unsettled } from "./records.js";
import { inForm, sameForm, seal, unseal } from "./vault.js";

const FORMAT = "channel-portal field work";
/** What OWASP asks for PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;
const MOST_ITERATIONS = 10_000_000;
/** Bytes that become text at once: as many as a function may have arguments in every browser. */
const A_PIECE = 8192;

/** Why a file cannot be taken in: `format` none of ours, `passphrase` wrong or damaged, `user` somebody else's. */
export class Unreadable extends Error {
  /** @param {"format" | "passphrase" | "user"} why @param {string} [name] whose it is */
  constructor(why, name = "") {
    super(why);
    this.why = why;
    this.name_of_user = name;
  }
}

/**
 * The file: JSON whose `data` is compressed, then encrypted.
 * @param {IDBDatabase} database @param {import("./types").User} user @param {string} passphrase
 * @returns {Promise<Blob>}
 */
export async function exportWork(database, user, passphrase) {
  const items = await unsettled(database);
  const drafts = await getAll(database, "drafts");
  const contents = await unseal(database, drafts.map((draft) => draft.payload));
  const photos = (await listPhotos(database)).filter(({ state }) => state !== "sent");
  const content = {
    user: { id: user.id, name: user.name },
    exported_at: new Date().toISOString(),
    operations: items.map(({ body, title, group, group_kind, saved_at }) => ({
      body,
      title,
      group,
      group_kind,
      saved_at,
    })),
    drafts: drafts.map((draft, place) => ({ ...draft, payload: contents[place] })),
    photos: (await Promise.all(photos.map((photo) => packed(database, photo)))).filter((photo) => photo !== null),
  };
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await deriveKey(passphrase, salt, ITERATIONS);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, await squeeze(JSON.stringify(content)));
  const kdf = { name: "PBKDF2", hash: "SHA-256", iterations: ITERATIONS, salt: toText(salt) };
  const file = { format: FORMAT, version: 1, kdf, cipher: { name: "AES-GCM", iv: toText(iv) }, data: toText(data) };
  return new Blob([JSON.stringify(file)], { type: "application/json" });
}

/** A photo with its bytes; nothing if these are gone. @param {IDBDatabase} database @param {import("./types").Photo} photo */
async function packed(database, { sha256, mime, visit }) {
  const bytes = await bytesOf(database, sha256);
  return bytes && { sha256, mime, visit, data: toText(bytes) };
}

/**
 * Take in a file. What is here already stays as it is. Raises Unreadable, and then nothing was taken in.
 * @param {IDBDatabase} database @param {import("./types").User} user @param {string} text @param {string} passphrase
 * @returns {Promise<{taken: number, known: number, drafts: number, photos: number}>}
 */
export async function importWork(database, user, text, passphrase) {
  const content = await open(text, passphrase);
  if (content.user.id !== user.id) throw new Unreadable("user", content.user.name);
  const photos = await takePhotos(database, content.photos ?? []); // before the visits that show them
  return { ...(await inForm(database, () => takeIn(database, content))), photos };
}

/** Keep the photos that are not here yet and that are what they are called; how many. @param {IDBDatabase} database @param {any[]} photos */
async function takePhotos(database, photos) {
  const known = new Set((await listPhotos(database)).map(({ sha256 }) => sha256));
  let taken = 0;
  for (const { sha256, mime, visit, data } of photos) {
    const bytes = toBytes(data);
    if (known.has(sha256) || (await digest(bytes)) !== sha256) continue;
    await keepPhoto(database, { sha256, mime, bytes }, visit);
    taken += 1;
  }
  return taken;
}

/** @param {IDBDatabase} database @param {any} content of the file */
async function takeIn(database, content) {
  const payloads = await seal(database, content.operations.map((/** @type {any} */ each) => each.body));
  const titles = await seal(database, content.operations.map((/** @type {any} */ each) => each.title));
  const drafts = await seal(database, content.drafts.map((/** @type {any} */ draft) => draft.payload));
  const items = content.operations.map((/** @type {any} */ each, /** @type {number} */ place) => ({
    ...each,
    payload: payloads[place],
    about: titles[place],
  }));
  const places = await placesAfter(
    database,
    content.operations.map((/** @type {any} */ each) => each.body),
  );
  return transact(
    database,
    ["outbox", "ledger", "rows", "drafts", "meta"],
    "readwrite",
    async (tx) => {
      await sameForm(tx, database);
      const fresh = [];
      for (const item of items) if (!(await isKnown(tx, item.body.op_id))) fresh.push(waiting(item));
      await enqueue(tx, fresh);
      const keys = new Set(fresh.map((item) => item.key));
      for (const [key, place] of places) if (keys.has(key)) await show(tx, key, place);
      let kept = 0;
      for (const [place, draft] of content.drafts.entries()) {
        if (await done(store(tx, "drafts").get(draft.id))) continue;
        store(tx, "drafts").put({ ...draft, payload: drafts[place] });
        kept += 1;
      }
      return { taken: fresh.length, known: items.length - fresh.length, drafts: kept };
    },
    { durability: "strict" },
  );
}

/** @param {IDBTransaction} tx @param {string} id */
async function isKnown(tx, id) {
  return Boolean((await done(store(tx, "outbox").get(id))) ?? (await done(store(tx, "ledger").get(id))));
}

/** An operation of a file as the outbox keeps it: whatever became of it elsewhere, the server answers again. @param {any} item */
function waiting({ body, group, group_kind, saved_at, payload, about }) {
  const { op_id, kind, action } = body;
  const state = /** @type {const} */ ("waiting");
  return { op_id, key: keyOf(kind, body.id), kind, action, group, group_kind, state, saved_at, payload, about };
}

/** @param {string} text @param {string} passphrase @returns {Promise<any>} */
async function open(text, passphrase) {
  const { kdf, iv, data } = read(text);
  try {
    const key = await deriveKey(passphrase, kdf.salt, kdf.iterations);
    const content = JSON.parse(await expand(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data)));
    return content;
  } catch {
    throw new Unreadable("passphrase");
  }
}

/** @param {string} text */
function read(text) {
  try {
    const { format, version, kdf, cipher, data } = JSON.parse(text);
    const sane = Number.isInteger(kdf.iterations) && kdf.iterations > 0 && kdf.iterations <= MOST_ITERATIONS;
    if (format !== FORMAT || version !== 1 || !sane) throw new TypeError(format);
    const { iterations } = kdf;
    return { kdf: { iterations, salt: toBytes(kdf.salt) }, iv: toBytes(cipher.iv), data: toBytes(data) };
  } catch {
    throw new Unreadable("format");
  }
}

/** @param {string} passphrase @param {Uint8Array<ArrayBuffer>} salt @param {number} iterations */
async function deriveKey(passphrase, salt, iterations) {
  const bytes = new TextEncoder().encode(passphrase.normalize("NFKC").trim());
  const material = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {string} text */
const squeeze = (text) =>
  new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();

/** @param {ArrayBuffer} bytes */
const expand = (bytes) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();

/** @param {ArrayBuffer | Uint8Array<ArrayBuffer>} bytes */
function toText(bytes) {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let from = 0; from < all.length; from += A_PIECE) text += String.fromCharCode(...all.subarray(from, from + A_PIECE));
  return btoa(text);
}

/** @param {string} text */
const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
