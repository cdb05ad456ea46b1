/** The open key among the tabs of a browser: one unlocks for all, one locks all, and a new one asks the others. */

import { meta } from "./db.js";
import { hold, ringOf } from "./vault.js";

export class Keys {
  /** @param {import("./sync.js").Sync} sync */
  constructor(sync) {
    this.sync = sync;
  }

  /** The key is open here: let the other tabs have it. It stays in memory, and cannot be taken out of its wrapper. */
  share() {
    const ring = ringOf(this.sync.database);
    if (ring) this.tell({ ring });
  }

  /** Ask the other tabs for an open key. */
  ask() {
    this.tell({ wants: "key" });
  }

  /** Forget the key, here and in all tabs. */
  lock() {
    hold(this.sync.database, null);
    this.tell({ lock: true });
  }

  /** @param {any} message */
  tell(message) {
    try {
      this.sync.channel.postMessage(message);
    } catch {
      // a browser that hands no keys to other tabs: each then asks for the PIN itself
    }
  }

  /** What another tab says of keys. @param {any} message @returns {boolean} whether it was about that */
  heard(message) {
    if (message.wants) this.share();
    else if (message.lock) this.changed(null);
    else if (message.ring) this.take(message.ring).catch(() => undefined); // erased meanwhile
    else return false;
    return true;
  }

  /** @param {import("./vault.js").Ring} ring */
  async take(ring) {
    const vault = await meta(this.sync.database, "vault");
    if (vault?.id === ring.id && !ringOf(this.sync.database))
      this.changed({ ...ring, sealing: vault.state !== "opening" });
  }

  /** @param {import("./vault.js").Ring | null} ring */
  changed(ring) {
    hold(this.sync.database, ring);
    this.sync.dispatchEvent(new CustomEvent("state", { detail: {} }));
    if (ring) this.sync.now();
  }
}
