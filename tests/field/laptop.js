/** A laptop for tests: the real client over an IndexedDB in memory, which can be killed, cut off, filled up and copied. */

import { AsyncLocalStorage } from "node:async_hooks";
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { open, store, transact, done, meta } from "../../static/field/db.js";
import { begin, unlock } from "../../static/field/lock.js";
import { Sync } from "../../static/field/sync.js";
import { hold, isLocked, ringOf, unseal } from "../../static/field/vault.js";

export const USER = "rep";
export const PIN = "246810";
const STORES = /** @type {const} */ (["rows", "memberships", "outbox", "ledger", "cursors", "drafts", "blobs", "meta"]);

/** Which tab the code that runs belongs to. @type {AsyncLocalStorage<Tab>} */
const running = new AsyncLocalStorage();

class Quiet extends EventTarget {
  postMessage() {}
  close() {}
}

Object.assign(globalThis, {
  IDBKeyRange,
  BroadcastChannel: Quiet,
  fetch: (/** @type {string} */ url, /** @type {RequestInit} */ init) => running.getStore()?.fetch(url, init),
});

// The exchange writes what it did not expect to the console; here the tab keeps it for the test.
console.error = (error) => void running.getStore()?.complaints.push(error);

/** What a killed process runs into, whatever it tries. */
export class Killed extends Error {}

/**
 * @typedef {object} Fault
 * @property {number} [killAt] the step at which the browser is killed
 * @property {number} [failAt] the step whose transaction the browser aborts
 * @property {"AbortError" | "QuotaExceededError"} [failAs]
 */

/** One tab: a connection to the laptop's database, and the exchange that runs in it. */
export class Tab {
  /** @param {Laptop} laptop @param {IDBDatabase} real */
  constructor(laptop, real) {
    this.laptop = laptop;
    this.real = real;
    this.steps = 0;
    this.dead = false;
    /** @type {unknown[]} */
    this.complaints = [];
    /** @type {Fault} */
    this.fault = {};
    /** @type {Set<IDBTransaction>} */
    this.live = new Set();
    this.database = /** @type {IDBDatabase} */ (
      /** @type {unknown} */ ({
        transaction: (/** @type {[string[], IDBTransactionMode]} */ ...args) => this.begin(...args),
        close: () => real.close(),
      })
    );
    this.sync = running.run(this, () => new Sync(this.database, { app: "test", user: USER }));
    this.sync.step = 2;
  }

  /** Run something in this tab under a fault; what a kill interrupts raises Killed. @template T @param {() => Promise<T>} work @param {Fault} [fault] */
  async run(work, fault = {}) {
    this.steps = 0;
    this.fault = fault;
    globalThis.indexedDB = this.laptop.factory;
    try {
      return await running.run(this, work);
    } finally {
      clearTimeout(this.sync.timer);
      if (this.dead) {
        this.real.close();
        this.laptop.tabs.delete(this);
      }
    }
  }

  /** One exchange, as the app begins it. @param {Fault} [fault] */
  exchange(fault) {
    return this.run(() => this.sync.now(), fault).catch(ifKilled);
  }

  /** A moment at which a process may end, or a transaction fail. @param {IDBTransaction} [tx] */
  step(tx) {
    if (this.dead) throw new Killed();
    this.steps += 1;
    if (this.steps === this.fault.killAt) {
      this.dead = true;
      for (const each of this.live) each.abort();
      throw new Killed();
    }
    if (tx && this.fault.failAt && this.steps >= this.fault.failAt && tx.mode === "readwrite") {
      this.fault = {};
      // As a full disk does it: requests succeed, and the transaction ends by aborting.
      setImmediate(() => /** @type {any} */ (tx)._abort(this.laptop.failAs));
    }
  }

  /** @param {string[]} names @param {IDBTransactionMode} mode */
  begin(names, mode) {
    this.step();
    const tx = this.real.transaction(names, mode);
    this.live.add(tx);
    const objectStore = tx.objectStore.bind(tx);
    tx.objectStore = (name) => {
      this.step(tx);
      return objectStore(name);
    };
    /** @type {((event: any) => void) | null} */
    let complete = null;
    Object.defineProperty(tx, "oncomplete", {
      set: (handler) => (complete = handler),
      get: () => (/** @type {Event} */ event) => this.completed(tx, complete, event),
    });
    return tx;
  }

  /** Committed. A process killed here has saved, and nobody heard of it. @param {IDBTransaction} tx @param {((event: any) => void) | null} tell @param {Event} event */
  completed(tx, tell, event) {
    this.live.delete(tx);
    try {
      this.step();
    } catch {
      tx.onabort?.(event);
      return;
    }
    tell?.(event);
  }

  /** @param {string} url @param {RequestInit} init */
  async fetch(url, init) {
    this.step();
    const answer = await this.laptop.network(url, await unpack(init), init);
    this.step();
    return answer;
  }
}

/** @param {RequestInit} init @returns {Promise<any>} none for what is no JSON */
async function unpack({ body, headers }) {
  const zipped = /** @type {Record<string, string>} */ (headers ?? {})["Content-Encoding"] === "gzip";
  if (!body || body instanceof URLSearchParams || body instanceof Uint8Array) return null;
  if (!zipped) return JSON.parse(String(body));
  const stream = /** @type {Blob} */ (body).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/** A browser profile. */
export class Laptop {
  /** @param {(url: string, body: any, init: RequestInit) => Promise<Response>} network */
  constructor(network) {
    this.network = network;
    this.factory = new IDBFactory();
    /** @type {Set<Tab>} */
    this.tabs = new Set();
    this.failAs = "QuotaExceededError";
  }

  /** Open the app in another tab. */
  async tab() {
    globalThis.indexedDB = this.factory;
    const opened = await open(USER, () => undefined);
    opened.onversionchange = null;
    const tab = new Tab(this, opened);
    this.tabs.add(tab);
    return tab;
  }

  /** The tab that is open, or a new one; the rep types his PIN where one is asked for. */
  async anyTab() {
    const tab = [...this.tabs][0] ?? (await this.tab());
    if (tab.sync.orders.erased) return tab;
    if (await isLocked(tab.real)) await unlock(tab.real, PIN);
    hold(tab.database, ringOf(tab.database) ?? ringOf(tab.real));
    hold(tab.real, ringOf(tab.database));
    return tab;
  }

  /** The rep chooses a PIN, if he is asked to. */
  async choosePin() {
    const tab = await this.anyTab();
    if (!(await meta(tab.real, "at_rest")) || (await meta(tab.real, "vault"))) return;
    const { half } = await tab.run(() => tab.sync.ask("unlock", { new: true }));
    if (half) await begin(tab.real, PIN, half, 1);
    hold(tab.database, ringOf(tab.real));
  }

  /** Everything that the stores hold, opened. */
  async content() {
    const content = await this.raw();
    const { real } = await this.anyTab();
    for (const name of STORES)
      for (const record of content[name])
        for (const field of ["payload", "about", "conflicts"])
          if (field in record) [record[field]] = await unseal(real, [record[field]]);
    return content;
  }

  /** Everything that the stores hold, as it lies there. */
  async raw() {
    globalThis.indexedDB = this.factory;
    const opened = await open(USER, () => undefined);
    const all = await transact(opened, [...STORES], "readonly", (tx) =>
      Promise.all(STORES.map((name) => done(store(tx, name).getAll()))),
    );
    opened.close();
    return /** @type {{[S in (typeof STORES)[number]]: any[]}} */ (
      Object.fromEntries(STORES.map((name, place) => [name, all[place]]))
    );
  }

  /** The same profile on another laptop. */
  async copy() {
    const content = await this.raw();
    const other = new Laptop(this.network);
    const tab = await other.tab();
    await transact(tab.real, [...STORES], "readwrite", (tx) => {
      for (const name of STORES) for (const value of content[name]) tx.objectStore(name).put(structuredClone(value));
    });
    return other;
  }
}

/** @param {unknown} error */
export function ifKilled(error) {
  if (!isKilled(error)) throw error;
}

/** What a killed tab ends with: whatever it tried, it failed. @param {unknown} error */
export const isKilled = (error) =>
  error instanceof Killed || ["AbortError", "InvalidStateError"].includes(/** @type {Error} */ (error)?.name);
