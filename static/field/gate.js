/** What stands between the rep and his pages: an order of the office. */

import { meta } from "./db.js";
import { leave } from "./router.js";
import { beingErased, erased, lost } from "./views/stopped.js";

/** @typedef {"lost" | "wipe"} Why */

/** @param {IDBDatabase} database @returns {Promise<Why | null>} why no page may be shown now */
async function barrier(database) {
  const told = await meta(database, "told");
  return told === "lost" || told === "wipe" ? told : null;
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
    /** One look after the other: @type {Promise<void>} */
    this.looking = Promise.resolve();
    context.sync.addEventListener("state", () => this.look());
    context.sync.addEventListener("erased", (event) => this.end(/** @type {CustomEvent} */ (event).detail));
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
    if (this.why === "erased") return;
    const why = await barrier(this.context.database);
    if (/** @type {unknown} */ (this.why) === "erased") return;
    const same = why === this.why;
    this.why = why;
    if (why) await this.shut(why, !same);
    else if (!same) await this.enter();
  }

  /** @param {Why} why @param {boolean} fresh whether a page may still be shown */
  async shut(why, fresh) {
    if (fresh) await leave();
    const status = await this.context.sync.status();
    if (this.why !== why) return; // erased meanwhile
    this.show(why === "lost" ? lost(status) : beingErased(status));
  }

  /** Nothing is here any more. @param {import("./types").Counted} unsent */
  async end(unsent) {
    this.why = "erased";
    await leave().catch(() => undefined); // what it would keep has no place any more
    this.show(erased(unsent));
  }

  /** @param {HTMLElement} element */
  show(element) {
    this.root.replaceChildren(element);
    document.title = document.documentElement.dataset.company ?? "";
  }
}
