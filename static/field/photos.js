/**
 * The photos on this laptop: what is known of each, and apart from that its bytes, so that counting them reads no picture.
 * Both go by the hash of the bytes: the same picture twice is one.
 *
 * | state   | meaning |
 * |---------|---------|
 * | kept    | it stands in a draft, or in something that was discarded: nobody sends it |
 * | waiting | it was saved with a visit, and its bytes are to be sent |
 * | sent    | the server has it whole; kept for as long as what was sent is remembered, for a restored server |
 * | refused | the server gave it up, and `why` says so |
 */

import { done, getAll, store, transact } from "./db.js";
import { inForm, sameForm, seal, unseal } from "./vault.js";

/** @typedef {import("./types").Photo} Photo */

const STRICT = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/** @param {string} sha256 */
const keyOf = (sha256) => `photo:${sha256}`;
/** @param {string} sha256 */
const bytesKey = (sha256) => `bytes:${sha256}`;
const all = () => IDBKeyRange.bound("photo:", "photo:\uffff");

/**
 * Keep a picture. Resolves once the laptop's disk has it; rejects, with nothing changed, when it has not.
 * @param {IDBDatabase} database @param {import("./picture.js").Picture} picture @param {string} visit to which it belongs
 */
export function keepPhoto(database, { bytes, mime, sha256 }, visit) {
  return inForm(database, async () => {
    const [payload] = await seal(database, [bytes]);
    /** @type {Photo} */
    const fresh = {
      ...{ id: keyOf(sha256), sha256, mime, size: bytes.length, visit, added_at: new Date().toISOString() },
      ...{ state: "kept", received: 0, why: null, sent_in: null, sent_at: null },
    };
    await transact(
      database,
      ["blobs", "meta"],
      "readwrite",
      async (tx) => {
        await sameForm(tx, database);
        const blobs = store(tx, "blobs");
        const known = await done(blobs.get(keyOf(sha256)));
        if (!known || known.state === "refused") blobs.put(fresh);
        blobs.put({ id: bytesKey(sha256), payload });
      },
      STRICT,
    );
  });
}

/** What is known of all photos, those that came first before. @param {IDBDatabase} database @returns {Promise<Photo[]>} */
export async function listPhotos(database) {
  return (await getAll(database, "blobs", all())).sort((a, b) => a.added_at.localeCompare(b.added_at));
}

/** The bytes of a photo; null if they are not here. Raises Locked. @param {IDBDatabase} database @param {string} sha256 @returns {Promise<Uint8Array<ArrayBuffer> | null>} */
export async function bytesOf(database, sha256) {
  const [found] = await getAll(database, "blobs", IDBKeyRange.only(bytesKey(sha256)));
  return found ? (await unseal(database, [found.payload]))[0] : null;
}

/**
 * Write down what became of photos. One that is gone stays gone.
 * @param {IDBDatabase} database @param {Map<string, Partial<Photo>>} news by hash
 */
export async function notePhotos(database, news) {
  if (!news.size) return;
  await transact(
    database,
    ["blobs"],
    "readwrite",
    async (tx) => {
      const blobs = store(tx, "blobs");
      for (const [sha256, values] of news) {
        const known = await done(blobs.get(keyOf(sha256)));
        if (known) blobs.put({ ...known, ...values });
      }
    },
    STRICT,
  );
}

/** Throw photos away. @param {IDBDatabase} database @param {string[]} hashes */
export async function dropPhotos(database, hashes) {
  if (!hashes.length) return;
  await transact(database, ["blobs"], "readwrite", (tx) => {
    for (const sha256 of hashes) for (const key of [keyOf(sha256), bytesKey(sha256)]) store(tx, "blobs").delete(key);
  });
}

/**
 * What waits, photos included.
 * @param {import("./types").Counted} counted of the records @param {Photo[]} photos
 * @returns {import("./types").Counted}
 */
export function withPhotos(counted, photos) {
  const oldest = [counted.oldest, ...photos.map((photo) => photo.added_at)].filter((each) => each !== null).sort()[0];
  return { ...counted, photos: photos.length, total: counted.total + photos.length, oldest: oldest ?? null };
}
