/**
 * The bytes of photos have a queue of their own, behind the records': in parts, from where the last one ended, whatever
 * cut it off. As soon as something was saved meanwhile, that goes first.
 */

import { getAll, meta } from "./db.js";
import { bytesOf, dropPhotos, listPhotos, notePhotos } from "./photos.js";
import { digest } from "./picture.js";
import { announcePhoto, sendPart, Trouble } from "./transport.js";
import { unseal } from "./vault.js";
import { N_ } from "./words.js";

/** @typedef {import("./types").Photo} Photo */

/** Bytes of one request: what a cut costs, so less on a bad line and more on a good one. The server takes 512 KiB. */
const SMALLEST = 8 * 1024;
const FIRST = 64 * 1024;
const LARGEST = 512 * 1024;
/** Milliseconds under which a part went quickly enough for a larger one. */
const QUICK = 4000;
/** How often a photo is begun anew before it is left for the next exchange. */
const TRIES = 3;
const A_DAY = 86_400_000;
const REMEMBERED = 30 * A_DAY;

const NO_PICTURE = N_("The server could not read it as a picture. Take it again.");
const DAMAGED = N_("The disk of this laptop damaged it. Take it again.");

/** What would fail every photo alike, so that none is tried after it. */
const FOR_ALL = ["offline", "captive", "signed_out", "wrong_user", "not_allowed"];

export class PhotoQueue {
  /** @param {import("./sync.js").Sync} sync */
  constructor(sync) {
    this.sync = sync;
    this.part = FIRST;
  }

  /** Send what waits. One that fails holds up no other. Raises Trouble, of the last one that failed. @returns {Promise<number>} how many arrived */
  async send() {
    /** @type {unknown} */
    let failure = null;
    let arrived = 0;
    for (const photo of await this.waiting()) {
      if (this.sync.again) break;
      this.sync.say("sending");
      try {
        arrived += Number(await this.sendOne(photo));
      } catch (error) {
        if (!(error instanceof Trouble) || FOR_ALL.includes(error.kind)) throw error;
        failure = error;
      }
      this.sync.changed();
    }
    if (failure) throw failure;
    return arrived;
  }

  async waiting() {
    return (await listPhotos(this.sync.database)).filter((photo) => photo.state === "waiting");
  }

  /** @param {Photo} photo @returns {Promise<boolean>} whether it arrived */
  async sendOne(photo) {
    const { database } = this.sync;
    const bytes = await bytesOf(database, photo.sha256);
    if (!bytes) return this.giveUp(photo, DAMAGED);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const state = await this.offer(photo, bytes);
      if (state === "verified") return this.note(photo, { state: "sent", ...(await this.now()) }, true);
      if (state === "refused") return this.giveUp(photo, NO_PICTURE);
      if (this.sync.again) return false;
      if ((await digest(bytes)) !== photo.sha256) return this.giveUp(photo, DAMAGED);
    }
    throw new Trouble("busy");
  }

  /**
   * Send from where the server is until it has all of it.
   * @param {Photo} photo @param {Uint8Array<ArrayBuffer>} bytes
   * @returns {Promise<string>} what it says of the photo in the end; `receiving` if it is to be begun anew, or something else goes first
   */
  async offer(photo, bytes) {
    const { sha256, mime, size } = photo;
    try {
      let at = await announcePhoto(sha256, { size, mime });
      while (at.state === "receiving" && !at.error && !this.sync.again) {
        at = await this.sendFrom(sha256, bytes, at.received);
        await this.note(photo, { received: at.received }, false);
        this.sync.changed();
      }
      return at.state;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.kind === "unknown_blob") return "receiving";
      if (error.kind === "refused" || error.kind === "announced_otherwise") return "refused";
      throw error;
    }
  }

  /** One part. @param {string} sha256 @param {Uint8Array<ArrayBuffer>} bytes @param {number} from @returns {Promise<import("./types").Received>} */
  async sendFrom(sha256, bytes, from) {
    const begun = performance.now();
    try {
      const at = await sendPart(sha256, from, bytes.subarray(from, from + this.part));
      if (performance.now() - begun < QUICK) this.part = Math.min(this.part * 2, LARGEST);
      return at;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (error.kind === "offset") return /** @type {import("./types").Received} */ (error.more);
      const smaller = Math.min(this.part, Math.max(Math.floor(this.part / 4), SMALLEST));
      const again = error.kind === "too_large" && smaller < this.part;
      if (again || error.kind === "offline") this.part = smaller;
      if (!again) throw error;
      return { received: from, state: "receiving" };
    }
  }

  /** When and in which life of the server a photo arrived, by the server's clock. */
  async now() {
    const { database } = this.sync;
    return { sent_in: (await meta(database, "epoch")) ?? null, sent_at: (await meta(database, "last_pulled_at")) ?? null };
  }

  /** @param {Photo} photo @param {string} text @returns {Promise<boolean>} */
  giveUp(photo, text) {
    return this.note(photo, { state: "refused", received: 0, why: { text, params: {}, field: null } }, false);
  }

  /** @template T @param {Photo} photo @param {Partial<Photo>} values @param {T} result @returns {Promise<T>} */
  async note({ sha256 }, values, result) {
    await notePhotos(this.sync.database, new Map([[sha256, values]]));
    return result;
  }

  /**
   * See which photos were saved since, or given up, and which are to be sent again to a restored server. What is in the
   * outbox was saved; what left it while its photo waits may have been discarded.
   */
  async enlist() {
    const { database } = this.sync;
    const photos = await listPhotos(database);
    if (!photos.length) return;
    const life = await meta(database, "epoch");
    const saved = await namedIn(database, ["outbox"]);
    const left = photos.some(({ state, sha256 }) => ["waiting", "refused"].includes(state) && !saved.has(sha256));
    const named = left ? await namedIn(database, ["outbox", "ledger"]) : saved;
    /** @type {Map<string, Partial<Photo>>} */
    const news = new Map();
    for (const { sha256, state, sent_in } of photos) {
      if (state === "kept" && saved.get(sha256)) news.set(sha256, { state: "waiting", received: 0 });
      else if (["waiting", "refused"].includes(state) && named.get(sha256) === false) news.set(sha256, { state: "kept", why: null });
      else if (state === "sent" && life && sent_in !== life) news.set(sha256, { state: "waiting", received: 0 });
    }
    await notePhotos(database, news);
    if (news.size) this.sync.changed();
  }

  /** Forget what was sent as long ago as records that were, and what nobody took up again. */
  async purge() {
    const { database } = this.sync;
    const photos = await listPhotos(database);
    const now = Date.parse((await meta(database, "last_pulled_at")) ?? "");
    const over = photos.filter(({ state, sent_at }) => state === "sent" && now - Date.parse(sent_at ?? "") > REMEMBERED);
    const loose = photos.filter(({ state, added_at }) => state === "kept" && Math.abs(Date.now() - Date.parse(added_at)) > A_DAY);
    const named = loose.length ? await namedAnywhere(database) : new Set();
    await dropPhotos(database, [...over, ...loose.filter(({ sha256 }) => !named.has(sha256))].map(({ sha256 }) => sha256));
  }
}

/** What makes a photo and is over without being sent. */
const GIVEN_UP = ["discarded", "replaced", "refused"];

/**
 * The photos that operations make: hash → whether it is to be sent. One that was removed, or whose visit was discarded,
 * is not.
 * @param {IDBDatabase} database @param {("outbox" | "ledger")[]} names @returns {Promise<Map<string, boolean>>}
 */
async function namedIn(database, names) {
  const stored = (await Promise.all(names.map((name) => getAll(database, name)))).flat();
  const items = stored.filter((item) => item.kind === "attachment");
  const bodies = await unseal(database, items.map((item) => item.payload));
  const lasting = bodies.filter((_body, place) => !GIVEN_UP.includes(items[place].state));
  const removed = new Set(lasting.filter(({ patch }) => patch.removed_at).map(({ id }) => id));
  const wanted = new Set(lasting.filter(({ id }) => !removed.has(id)).map(({ patch }) => patch.sha256));
  const made = bodies.map(({ patch }) => patch.sha256).filter(Boolean);
  return new Map(made.map((sha256) => [sha256, wanted.has(sha256)]));
}

/** What drafts hold, and all that was ever saved as far as it is remembered. @param {IDBDatabase} database @returns {Promise<Set<string>>} */
async function namedAnywhere(database) {
  const drafts = await getAll(database, "drafts");
  const states = await unseal(database, drafts.map((draft) => draft.payload));
  const inDrafts = states.flatMap((state) => (state.photos ?? []).map((/** @type {any} */ photo) => photo.sha256));
  return new Set([...inDrafts, ...(await namedIn(database, ["outbox", "ledger"])).keys()]);
}
