/**
 * The exchange with the server: push until nothing is left or something is stuck, then pull. Never a dialogue, always a
 * state in words. When that happens is {@link Rounds}' business.
 */

import { done, getAll, meta, setMeta, store, transact } from "./db.js";
import { newId } from "./ids.js";
import { blank, noteTried, noteVerdicts, requeue, takeIn } from "./intake.js";
import { rememberCopy } from "./laptop.js";
import { count } from "./outbox.js";
import { withPhotos } from "./photos.js";
import { follow, reseal } from "./reseal.js";
import { Rounds } from "./rounds.js";
import { call, SCHEMA, Trouble } from "./transport.js";
import { Locked, ringOf, unseal } from "./vault.js";

const BATCH = 200;
const PAGE = 2000;
/** What the office may have ordered instead of working. */
const STOPPED = ["frozen", "lost", "wipe"];

export class Sync extends Rounds {
  /** Push, then pull. A sequence that cannot go on is begun anew, and then it goes on. @override */
  async converse() {
    const encrypted = await meta(this.database, "vault");
    if (encrypted && !ringOf(this.database)) throw new Locked();
    await this.photos.enlist();
    try {
      await this.talk();
      if (await this.photos.send()) await this.pull(); // whoever looks after laptops hears that no photo waits any more
    } catch (error) {
      if (error instanceof Trouble && STOPPED.includes(error.kind)) await this.photos.send(); // what waits is sent all the same
      throw error;
    } finally {
      if (encrypted) await this.reseal(); // without a network, too
    }
  }

  /** The same for who has unlocked. */
  async talk() {
    for (let mended = 0; ; mended += 1) {
      try {
        await this.push();
        await this.pull();
        return;
      } catch (error) {
        if (mended >= 3 || !(error instanceof Trouble) || !(await this.mend(error))) throw error;
      }
    }
  }

  /** Bring what is kept here into the form that the company asks for. */
  async reseal() {
    const done = await reseal(this.database, this.step);
    if (done !== "nothing") this.changed({ records: true });
    if (done === "more") this.again = true;
  }

  /** Send what waits, in order. */
  async push() {
    let size = BATCH;
    for (;;) {
      const waiting = await this.waiting();
      if (!waiting.length) return;
      if (!this.trouble) this.say("sending");
      const items = waiting.slice(0, size);
      const bodies = await unseal(
        this.database,
        items.map((item) => item.payload),
      );
      const ops = bodies.map((body, place) => ({ ...body, seq: items[place].seq }));
      try {
        await noteTried(this.database, ops.at(-1).seq);
        const answer = await this.ask("push", { ops });
        await noteVerdicts(this.database, answer);
        size = BATCH;
        this.changed();
        if (await this.otherLife(answer)) continue;
      } catch (error) {
        if (!(error instanceof Trouble) || error.kind !== "too_large") throw error;
        if (size > 1) size = Math.ceil(Math.min(size, items.length) / 4);
        else await this.setAside(items[0].op_id);
      }
    }
  }

  /** What no request can carry waits for a person; all behind it goes on under new places. @param {string} operation */
  async setAside(operation) {
    await requeue(this.database, await this.newClient(), { tooLarge: operation });
  }

  async waiting() {
    const range = IDBKeyRange.bound(["waiting"], ["waiting", []]);
    return (await getAll(this.database, "outbox", range, "by_state")).sort((a, b) => a.seq - b.seq);
  }

  /** The same as people count it, photos included. */
  async unsent() {
    return withPhotos(count(await this.waiting()), await this.photos.waiting());
  }

  /**
   * A sequence that cannot go on is begun anew: unsent work keeps its ids, so nothing happens twice.
   * @param {Trouble} error
   */
  async mend(error) {
    if (!["gap", "forked", "unknown_client"].includes(error.kind)) return false;
    if (error.kind !== "forked") await setMeta(this.database, { stale: true }); // it was restored: read all of it again
    await requeue(this.database, await this.newClient(), { ledger: true });
    return true;
  }

  /** Whether the server began a new life since; then it is sent again what it once acknowledged. @param {{epoch: string}} answer */
  async otherLife(answer) {
    const before = await meta(this.database, "epoch");
    if (!before || before === answer.epoch) return false;
    await requeue(this.database, await this.newClient(), { ledger: true });
    await setMeta(this.database, { epoch: answer.epoch, stale: true });
    return true;
  }

  /** Pages until there are no more. A bucket that does not add up is read once more from its beginning. */
  async pull() {
    const mended = new Set();
    this.loaded = 0;
    for (let more = true; more;) {
      if (!(await meta(this.database, "last_pulled_at"))) this.say("loading");
      const answer = await this.ask("pull", await this.position());
      if (answer.last_seq < ((await meta(this.database, "acknowledged")) ?? 0)) throw new Trouble("gap");
      if (answer.device !== "active") await this.orders.heed(answer.device);
      if (answer.device !== "active") throw new Trouble(answer.device);
      if (answer.upgrade) throw new Trouble("upgrade");
      if (await this.otherLife(answer)) {
        this.again = true;
        return;
      }
      const wrong = await takeIn(this.database, answer);
      if (!answer.more) await follow(this.database, answer.at_rest);
      await setMeta(this.database, { stale: false });
      this.loaded += answer.changes.length;
      if (answer.changes.length || answer.dropped.length) this.changed({ records: true });
      if (wrong.some((bucket) => mended.has(bucket))) throw new Trouble("mismatch");
      for (const bucket of wrong) mended.add(bucket);
      if (wrong.length) await this.startOver(wrong);
      more = answer.more || wrong.length > 0;
    }
  }

  async position() {
    const cursors = (await getAll(this.database, "cursors")).map((cursor) => [cursor.bucket, cursor.seq]);
    const epoch = (await meta(this.database, "stale")) ? null : await meta(this.database, "epoch");
    const { total, oldest } = await this.unsent();
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    const kept = Boolean(await meta(this.database, "kept"));
    const sealed = Boolean(ringOf(this.database)?.sealing);
    const storage = { kept, sealed, quota: quota ?? 0, usage: usage ?? 0 };
    return {
      last_seq: (await meta(this.database, "acknowledged")) ?? 0,
      cursors: Object.fromEntries(cursors),
      limit: PAGE,
      life: epoch,
      state: { waiting: total, oldest, storage },
    };
  }

  /** @param {string[]} buckets */
  async startOver(buckets) {
    await transact(this.database, ["cursors"], "readwrite", async (tx) => {
      const cursors = store(tx, "cursors");
      for (const bucket of buckets) cursors.put(blank(bucket, ((await done(cursors.get(bucket)))?.gen ?? 0) + 1));
    });
  }

  /**
   * One request as this client.
   * @template {"push" | "pull" | "route" | "unlock"} D
   * @param {D} door
   * @param {Record<string, any>} body
   * @returns {Promise<import("./types").Answers[D]>}
   */
  async ask(door, { life, ...body }) {
    const client = (await meta(this.database, "client")) ?? (await this.newClient());
    const epoch = life === undefined ? ((await meta(this.database, "epoch")) ?? null) : life;
    return call(door, { client, schema: SCHEMA, app: this.who.app, epoch, ...body });
  }

  /**
   * Register a client of this browser profile, on a device that is this user's in this browser. Its id is kept only once
   * the server knows it.
   */
  async newClient() {
    const follows = (await meta(this.database, "client")) ?? null;
    const device = (await meta(this.database, "device")) ?? newId();
    const client = newId();
    const last_seq = (await meta(this.database, "acknowledged")) ?? 0;
    const epoch = (await meta(this.database, "epoch")) ?? null;
    const who = { device, client, follows, last_seq, epoch };
    const answer = await call("register", { ...who, schema: SCHEMA, app: this.who.app });
    await setMeta(this.database, { device, client, user: answer.user });
    await rememberCopy({ user: this.who.user, device });
    await follow(this.database, answer.at_rest);
    return client;
  }
}
