/** Locking a laptop that nobody touches: a time that the company sets, counted over all tabs. */

import { meta } from "./db.js";
import { ringOf } from "./vault.js";

const LOOK = 10_000;
const TELL = 5_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"];

export class IdleLock {
  /** @param {import("./router.js").Context} context @param {() => unknown} lock */
  constructor({ database, sync }, lock) {
    this.database = database;
    this.lock = lock;
    this.touched = Date.now();
    this.told = 0;
    this.channel = new BroadcastChannel(`field-idle-${sync.who.user}`);
    this.channel.onmessage = () => (this.touched = Date.now());
    for (const sign of SIGNS) addEventListener(sign, () => this.touch(), { passive: true, capture: true });
    document.addEventListener("visibilitychange", () => this.look());
    setInterval(() => this.look(), LOOK);
  }

  touch() {
    this.touched = Date.now();
    if (this.touched - this.told < TELL) return;
    this.told = this.touched;
    this.channel.postMessage("touched");
  }

  /** A laptop that slept looks as soon as it wakes. A clock that was set back locks, too. */
  async look() {
    if (!ringOf(this.database)) return;
    const minutes = (await meta(this.database, "at_rest").catch(() => null))?.idle_minutes;
    const idle = Date.now() - this.touched;
    if (minutes && (idle >= minutes * 60_000 || idle < -60_000)) this.lock();
  }
}
