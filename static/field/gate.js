/** What stands between the rep and his pages: an order of the office, a lock, or a PIN that is still to be chosen. */

import { meta } from "./db.js";
import { IdleLock } from "./idle.js";
import { leave } from "./router.js";
import { ringOf } from "./vault.js";
import { choosePin } from "./views/choose_pin.js";
import { locked } from "./views/locked.js";
import { beingErased, erased, lost } from "./views/stopped.js";
import { isWriting } from "./worker.js";

/** @typedef {"lost" | "wipe" | "locked" | "choose"} Why */

/** @param {IDBDatabase} database @returns {Promise<Why | null>} why no page may be shown now */
async function barrier(database) {
  const told = await meta(database, "told");
  if (told === "lost" || told === "wipe") return told;
  if (await meta(database, "vault")) return ringOf(database) ? null : "locked";
  const able = Boolean(globalThis.crypto?.subtle); // over plain http browsers encrypt nothing
  return able && (await meta(database, "at_rest")) ? "choose" : null;
}

export class Gate {
  /**
   * @param {HTMLElement} root @param {import("./router.js").Context} context
   * @param {() => unknown} enter shows the pages, the first time and whenever they may be shown again
   */
  constructor(root, context, enter) {
    this.root = root;
    this.context = context;
    this.enter = enter;
    /** @type {Why | "erased" | null | undefined} */
    this.why = undefined;
    /** Whether choosing a PIN was put off until the next start, for want of a connection. */
    this.later = false;
    /** One look after the other: @type {Promise<void>} */
    this.looking = Promise.resolve();
    context.sync.addEventListener("state", () => this.look());
    context.sync.addEventListener("erased", (event) => this.end(/** @type {CustomEvent} */ (event).detail));
    context.sync.addEventListener("lock", () => this.lock());
    addEventListener("field-page", () => this.look());
    this.idle = new IdleLock(context, () => this.lock());
    context.sync.keys.ask();
  }

  get open() {
    return this.why === null;
  }

  /** See whether pages may be shown, and show them, or what stands in their place. */
  look() {
    this.looking = this.looking
      .then(() => this.lookNow())
      .catch((error) => this.why === "erased" || console.error(error))
      .then(() => undefined);
    return this.looking;
  }

  async lookNow() {
    const found = await barrier(this.context.database);
    if (this.why === "erased") return;
    const why = found === "choose" && (this.later || (this.open && isWriting())) ? null : found;
    const same = why === this.why;
    this.why = why;
    if (why) await this.shut(why, !same);
    else if (!same) await this.enter();
  }

  /** Lock now: what is being typed is kept first, then the key is forgotten in all tabs. */
  async lock() {
    if (!ringOf(this.context.database)) return;
    await leave();
    this.context.sync.keys.lock();
    await this.look();
  }

  /** @param {Why} why @param {boolean} fresh whether a page may still be shown */
  async shut(why, fresh) {
    if (fresh) await leave();
    const status = await this.context.sync.status();
    if (this.why !== why) return; // erased meanwhile
    if (why === "lost") this.show(lost(status));
    else if (why === "wipe") this.show(beingErased(status));
    else if (fresh) this.show(await (why === "locked" ? locked(this) : choosePin(this)));
  }

  /** Nothing is here any more. @param {import("./types").Counted} unsent */
  async end(unsent) {
    this.why = "erased";
    await leave().catch(() => undefined); // what it would keep has no place any more
    this.show(erased(unsent));
  }

  /** @param {HTMLElement} element */
  show(element) {
    this.root.querySelector("#main")?.replaceChildren(); // what it says is not to stay in memory
    this.root.replaceChildren(element);
    document.title = document.documentElement.dataset.company ?? "";
    /** @type {HTMLElement | null} */ (element.querySelector("input"))?.focus();
  }
}
