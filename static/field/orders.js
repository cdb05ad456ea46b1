/** What the office orders of this laptop: hearing it, also with nobody signed in, and erasing everything when told to. */

import { meta, setMeta } from "./db.js";
import { erase, goOnErasing } from "./erase.js";
import { contact } from "./transport.js";

/** With these, there is nobody in whose name to send, or nothing can be read; what the laptop shall do is told all the same. */
const NOBODY = ["signed_out", "wrong_user", "not_allowed", "locked"];

/** How often a laptop that shall erase itself tries to send what waits, when the network fails it. */
const LAST_TRIES = 3;

export class Orders {
  /** @param {import("./sync.js").Sync} sync */
  constructor(sync) {
    this.sync = sync;
    /** Whether this copy was erased; what is left to do is to say so. */
    this.erased = false;
    /** Whether that was said, too. */
    this.done = false;
  }

  /** Hear what this laptop shall do although nobody is signed in here. */
  async ask() {
    if (!NOBODY.includes(this.sync.trouble ?? "")) return;
    const device = await meta(this.sync.database, "device");
    const told = device && (await contact(device).catch(() => null));
    if (told) await this.heed(told);
  }

  /** What the office said counts from now on, without a network, too. @param {import("./types").Told} told */
  async heed(told) {
    const { database } = this.sync;
    if (told === ((await meta(database, "told")) ?? "active")) return;
    await setMeta(database, { told });
    this.sync.changed();
  }

  /**
   * Erase everything if that was ordered: once what waits was sent, or nobody is signed in who could send it, or the
   * network failed too often meanwhile.
   */
  async obey() {
    const { database, trouble, who } = this.sync;
    if (!trouble) return; // it works, so it was told to work
    if ((await meta(database, "told")) !== "wipe") return;
    const tries = ((await meta(database, "last_tries")) ?? 0) + 1;
    await setMeta(database, { last_tries: tries });
    if (![...NOBODY, "wipe"].includes(trouble ?? "") && tries < LAST_TRIES) return;
    const device = await meta(database, "device");
    const unsent = await this.sync.unsent();
    this.sync.channel.postMessage({ erased: unsent });
    this.end(unsent);
    await this.report(() => erase({ user: who.user, device }));
  }

  /** Another tab is erasing this copy, and will say so. @param {import("./types").Counted} unsent */
  erasedElsewhere(unsent) {
    this.done = true;
    this.end(unsent);
  }

  /** From now on there is nothing to read here any more. @param {import("./types").Counted} unsent what could not be sent */
  end(unsent) {
    this.erased = true;
    this.sync.database.close();
    this.sync.dispatchEvent(new CustomEvent("erased", { detail: unsent }));
  }

  /** Say that it is done; without a network that is tried again. @param {() => Promise<unknown>} [work] */
  async report(work = goOnErasing) {
    try {
      await work();
      this.done = true;
    } catch (error) {
      this.sync.failures += 1;
      this.sync.trouble = /** @type {any} */ (error).kind ?? "broken";
      if (this.sync.trouble === "broken") console.error(error);
    }
  }
}
