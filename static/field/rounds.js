/**
 * When laptops talk to the server, and what they say of it: rounds that begin by themselves, one tab at a time (Web Locks),
 * with a rest between them. What is said in a round is {@link Sync}'s.
 */

import { get, getAll } from "./db.js";
import { purgeLedger } from "./intake.js";
import { Keys } from "./keys.js";
import { Orders } from "./orders.js";
import { count } from "./outbox.js";
import { PhotoQueue } from "./photo_queue.js";
import { listPhotos, withPhotos } from "./photos.js";
import { inOrder } from "./records.js";
import { Trouble } from "./transport.js";
import { Locked } from "./vault.js";
import { hold } from "./worker.js";

const REST = 60_000;
const LONGEST_REST = 300_000;

/** @param {unknown} error */
function kindOf(error) {
  if (error instanceof Trouble) return error.kind;
  if (error instanceof Locked) return "locked";
  return error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "broken";
}

/** Says what it is doing: `state` events carry a Status. */
export class Rounds extends EventTarget {
  /**
   * @param {IDBDatabase} database
   * @param {{app: string, user: string}} who
   */
  constructor(database, who) {
    super();
    this.database = database;
    this.who = who;
    /** @type {"idle" | "sending" | "loading"} */
    this.phase = "idle";
    /** @type {string | null} */
    this.trouble = null;
    this.loaded = 0;
    this.failures = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** How many records are rewritten at once when encryption begins or ends. */
    this.step = 200;
    const sync = /** @type {import("./sync.js").Sync} */ (/** @type {unknown} */ (this));
    this.orders = new Orders(sync);
    this.keys = new Keys(sync);
    this.photos = new PhotoQueue(sync);
    this.channel = new BroadcastChannel(`field-${who.user}`);
    this.channel.onmessage = (event) => this.heard(event.data);
  }

  /** Begin, and keep at it: at the start, on focus, when a network appears, after a save, and now and then. */
  start() {
    addEventListener("online", () => this.now());
    addEventListener("focus", () => this.now());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
    this.now();
  }

  /** Exchange as soon as possible. Never raises: what went wrong is in the state. */
  async now() {
    if (this.orders.done) return;
    if (this.running) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    try {
      const locks = navigator.locks;
      if (locks)
        await locks.request(`field-sync-${this.who.user}`, { ifAvailable: true }, (lock) => lock && this.round());
      else await this.round();
    } finally {
      this.timer = setTimeout(() => this.now(), this.pause());
    }
  }

  /** How long to rest: longer after each failure, and never all laptops at the same moment. */
  pause() {
    // No event tells when a busy server is free again, and each save that met it counted as a failure.
    const longest = this.trouble === "busy" ? REST : LONGEST_REST;
    const rest = this.failures ? Math.min(2000 * 2 ** this.failures, longest) : REST;
    return Math.max(rest, (this.wait ?? 0) * 1000) * (0.75 + Math.random() / 2);
  }

  /** One round: push, pull, and say how it went. */
  async round() {
    this.running = true;
    hold("exchange", true);
    try {
      if (this.orders.erased) {
        await this.orders.report();
        return;
      }
      do {
        this.again = false;
        await this.exchange();
      } while (this.again && !this.trouble);
      await this.orders.obey();
    } finally {
      this.running = false;
      hold("exchange", false);
    }
  }

  async exchange() {
    try {
      await this.converse();
      await purgeLedger(this.database);
      await this.photos.purge();
      this.trouble = null;
      this.failures = 0;
      this.wait = 0;
    } catch (error) {
      this.failures += 1;
      this.trouble = kindOf(error);
      this.wait = error instanceof Trouble ? error.more.wait : 0;
      if (this.trouble === "broken") console.error(error);
      await this.orders.ask();
    }
    this.phase = "idle";
    this.changed();
  }

  /** Say everything that there is to say, once. Raises what went wrong. @returns {Promise<unknown>} */
  converse() {
    throw new Error("what is said is another's");
  }

  /** @param {"sending" | "loading"} phase */
  say(phase) {
    if (this.phase !== phase) {
      this.phase = phase;
      this.changed();
    }
  }

  /** Something is different: tell this tab and the others. @param {{records?: boolean}} [what] */
  changed(what = {}) {
    const message = { phase: this.phase, trouble: this.trouble, loaded: this.loaded, ...what };
    this.channel.postMessage(message);
    this.dispatchEvent(new CustomEvent("state", { detail: what }));
  }

  /** What the leading tab says. @param {any} message */
  heard(message) {
    if (message.erased) return this.orders.erasedElsewhere(message.erased);
    if (this.orders.erased || this.keys.heard(message)) return undefined;
    if (message.save) return void this.now();
    Object.assign(this, { phase: message.phase, trouble: message.trouble, loaded: message.loaded });
    this.dispatchEvent(new CustomEvent("state", { detail: message }));
    return undefined;
  }

  /** Something was saved here: send it, whichever tab leads. */
  saved() {
    this.channel.postMessage({ save: true });
    this.dispatchEvent(new CustomEvent("state", { detail: { records: true } }));
    this.now();
  }

  /** What the state line needs to know. @returns {Promise<import("./types").Status>} */
  async status() {
    const [outbox, photos] = await Promise.all([getAll(this.database, "outbox"), listPhotos(this.database)]);
    const counted = (/** @type {string} */ items, /** @type {string} */ pictures) =>
      withPhotos(
        count(outbox.filter((item) => item.state === items).sort(inOrder)),
        photos.filter((photo) => photo.state === pictures),
      );
    const read = async (/** @type {string} */ name) => (await get(this.database, "meta", name))?.value ?? null;
    return {
      phase: this.phase,
      trouble: this.trouble,
      loaded: this.loaded,
      waiting: counted("waiting", "waiting"),
      stuck: counted("stuck", "refused"),
      told: (await read("told")) ?? "active",
      lastSent: await read("last_sent_at"),
      lastPulled: await read("last_pulled_at"),
      kept: await read("kept"),
    };
  }
}
