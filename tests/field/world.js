/** What the schedules play with: a rep, his laptops, colleagues who change records meanwhile; and what must always hold. */

import assert from "node:assert/strict";
import { mock } from "node:test";
import { discard, Needed, takeBack } from "../../static/field/decide.js";
import { newId } from "../../static/field/ids.js";
import { lastVisits } from "../../static/field/last_visits.js";
import { save } from "../../static/field/outbox.js";
import { list, read, settled, unsettled } from "../../static/field/records.js";
import { isSealed } from "../../static/field/vault.js";
import { Laptop, isKilled } from "./laptop.js";
import { Server } from "./server.js";

export const ACCOUNTS = ["a1", "a2", "a3"];
const FACTS = ["visit"];

/** @typedef {import("./laptop.js").Fault} Fault */

/** The last visit of each account, counted anew. @param {import("../../static/field/types").Row[]} rows */
function latestOf(rows) {
  const done = rows.filter(({ kind, state }) => kind === "visit" && state === "completed");
  return new Map(done.sort((a, b) => (a.when < b.when ? -1 : 1)).map(({ parent, when }) => [parent, when]));
}

export class World {
  constructor() {
    mock.timers.reset();
    mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 10, 22, 9) });
    this.server = new Server();
    for (const id of ACCOUNTS) this.server.write("account", id, { name: id, town: "İzmir", phone: "1" });
    this.laptops = [new Laptop(this.server.network)];
    /** What a page called saved: mark → laptop. @type {Map<string, Laptop>} */
    this.saved = new Map();
    /** What may also be there, because the kill came between the disk and the page. @type {Set<string>} */
    this.perhaps = new Set();
    this.backup = this.server.backup();
    this.marks = 0;
    /** Whether the server was once restored without saying so. */
    this.untold = false;
  }

  /** @param {number} place */
  laptop(place) {
    return this.laptops[place % this.laptops.length];
  }

  /**
   * The rep writes something down. Its mark is in the text, so that one effect can be told from two.
   * @param {Laptop} laptop @param {"visit" | "refused" | "edit" | "again"} what @param {number} account @param {Fault} [fault]
   */
  async write(laptop, what, account, fault) {
    const mark = `mark-${(this.marks += 1)}`;
    const tab = await laptop.anyTab();
    const id = ACCOUNTS[account % ACCOUNTS.length];
    try {
      await tab.run(async () => {
        const [group, changes] = await this.operations(tab.database, what, id, mark);
        await save(tab.database, group, changes);
      }, fault);
      this.saved.set(mark, laptop);
    } catch (error) {
      if (!isKilled(error) && /** @type {Error} */ (error).name !== "QuotaExceededError") throw error;
      if (tab.dead) this.perhaps.add(mark);
    }
    return mark;
  }

  /**
   * @param {IDBDatabase} database @param {string} what @param {string} account @param {string} mark
   * @returns {Promise<[import("../../static/field/outbox.js").Group, import("../../static/field/outbox.js").Change[]]>}
   */
  async operations(database, what, account, mark) {
    const known = what === "edit" ? await read(database, "account", account) : null;
    if (known) {
      const change = { kind: "account", id: account, action: /** @type {const} */ ("patch"), patch: { phone: mark } };
      return [
        { id: account, kind: "account" },
        [{ ...change, base: { phone: known.phone }, base_version: known.version }],
      ];
    }
    const mine = what === "again" ? (await list(database, "visit"))[0] : null;
    if (mine) {
      const change = { kind: "visit", id: mine.id, action: /** @type {const} */ ("patch"), patch: { mark } };
      return [{ id: mine.id, kind: "visit" }, [{ ...change, base: {}, base_version: mine.version }]];
    }
    const id = newId();
    const summary = what === "refused" ? "refuse" : "said";
    const patch = { account_id: account, mark, summary, status: "completed", happened_at: new Date().toISOString() };
    return [{ id, kind: "visit" }, [{ kind: "visit", id, action: "create", patch }]];
  }

  /** The rep gives up what waits longest, if nothing stands on it. @param {Laptop} laptop */
  async discard(laptop) {
    const { real: database } = await laptop.anyTab();
    const [item] = (await unsettled(database)).filter((each) => each.state !== "sent" && each.kind !== "operation");
    if (!item) return;
    await discard(database, { id: item.group, kind: item.group_kind }).catch((error) => {
      if (!(error instanceof Needed)) throw error;
    });
    for (const mark of await this.discarded(laptop)) {
      this.saved.delete(mark);
      this.perhaps.add(mark);
    }
  }

  /** And takes it back. @param {Laptop} laptop */
  async takeBack(laptop) {
    const { real: database } = await laptop.anyTab();
    const [item] = (await settled(database)).filter((each) => each.state === "discarded");
    if (item) await takeBack(database, { id: item.group, kind: item.group_kind });
  }

  /** The marks of what lies discarded on a laptop. @param {Laptop} laptop */
  async discarded(laptop) {
    const { ledger } = await laptop.content();
    return ledger.filter((item) => item.state === "discarded").map((item) => markOf(item.payload));
  }

  /** @param {Laptop} laptop @param {Fault} [fault] @param {(string | null)[]} [faults] what happens to its requests */
  async exchange(laptop, fault, faults = []) {
    this.server.faults = [...faults];
    await (await laptop.anyTab()).exchange(fault);
    this.server.faults = [];
  }

  /** What the company asks of data at rest, and the reps do as they are asked when they next can. @param {boolean} on */
  async policy(on) {
    this.server.atRest = on ? { idle_minutes: 10, lease_days: 9999, pin_length: 6 } : null;
    for (const laptop of this.laptops) await laptop.choosePin();
  }

  /** At rest everything lies in the form that the company asks for, but for the catalogue. @param {Laptop} laptop */
  async liesAsAsked(laptop) {
    const { rows, outbox, ledger, drafts, meta } = await laptop.raw();
    const vault = meta.find((each) => each.name === "vault")?.value;
    assert.equal(vault?.state, this.server.atRest ? "sealed" : undefined);
    const wrong = [...rows, ...outbox, ...ledger, ...drafts]
      .filter((each) => each.payload !== null && each.kind !== "product")
      .filter((each) => isSealed(each.payload) !== Boolean(vault));
    assert.deepEqual(wrong, []);
  }

  /** I1: whatever was called saved is in some store of that laptop, or on the server. */
  async nothingIsLost() {
    for (const laptop of this.laptops) {
      const { outbox, ledger } = await laptop.content();
      const here = new Set([...outbox, ...ledger].map((item) => markOf(item.payload)));
      for (const [mark, where] of this.saved)
        assert(where !== laptop || here.has(mark) || this.arrived(mark).length, `${mark} is nowhere`);
    }
  }

  /** I8: what the laptop shows has its own unsettled work on top. */
  async pendingIsShown() {
    for (const laptop of this.laptops) {
      const { outbox, rows } = await laptop.content();
      const tab = await laptop.anyTab();
      assert.deepEqual(await lastVisits(tab.real), latestOf(rows), "what is kept of the last visits is not what the rows say");
      /** @type {Map<string, any>} */
      const newest = new Map();
      for (const item of outbox.sort((a, b) => a.made - b.made)) newest.set(item.key, item);
      for (const item of newest.values()) {
        const shown = await read(tab.real, item.kind, item.payload.id);
        if (!shown && item.action !== "create") continue; // it left this territory; the waiting page shows the work itself
        assert.equal(shown && markOf({ patch: shown }), markOf(item.payload), `${item.key} does not show its own work`);
      }
    }
  }

  /** The operations on the server that carry a mark. @param {string} mark */
  arrived(mark) {
    return Object.values(this.server.state.inbox).filter((each) => markOf(JSON.parse(each.hash)) === mark);
  }

  /** Those of them that were not refused. @param {string} mark */
  effects(mark) {
    return this.arrived(mark).filter((each) => !["needs_fix", "out_of_scope"].includes(each.result.verdict));
  }

  /** Everybody online, no faults: it must come to rest, with everything there once. */
  async comesToRest() {
    this.server.faults = [];
    for (let round = 0; round < 3; round += 1)
      for (const laptop of this.laptops) {
        await this.exchange(laptop);
        await laptop.choosePin();
      }
    for (const laptop of this.laptops) {
      const { sync, complaints } = await laptop.anyTab();
      assert.equal(sync.trouble, null, String(complaints.at(-1)));
    }
    for (const mark of [...this.saved.keys(), ...this.perhaps]) {
      const effects = this.effects(mark);
      assert(effects.length <= 1, `${mark} has ${effects.length} effects`);
      assert(this.arrived(mark).length >= 1 || this.perhaps.has(mark), `${mark} never arrived`);
    }
    for (const laptop of this.laptops) await this.equalsServer(laptop);
    for (const laptop of this.laptops) await this.liesAsAsked(laptop);
  }

  /** I3, I5: rows, sums and order as on the server. @param {Laptop} laptop */
  async equalsServer(laptop) {
    const { outbox, rows, cursors, memberships } = await laptop.content();
    assert.deepEqual(
      [...new Set(outbox.map((item) => item.state))].filter((state) => state !== "stuck"),
      [],
    );
    const stuck = new Set(outbox.map((item) => item.key));
    const held = rows.filter((row) => memberships.some((each) => each.key === row.key));
    const scope = this.server.scope();
    assert.deepEqual(Object.fromEntries(held.map((row) => [row.key, row.payload])), scope);
    const ghosts = rows.filter((row) => !(row.key in scope) && !stuck.has(row.key));
    assert.deepEqual(ghosts, [], "rows of which nothing is left");
    for (const cursor of cursors) {
      const { count, digest, head } = this.server.head(cursor.bucket);
      assert.deepEqual([cursor.count, cursor.digest, cursor.seq], [count, digest, head]);
    }
    for (const row of held.filter((each) => FACTS.includes(each.kind) && !stuck.has(each.key)))
      assert.equal(row.when, row.payload.happened_at ?? "");
  }
}

/** @param {{patch: any}} body */
const markOf = ({ patch }) => patch.mark ?? patch.phone;
