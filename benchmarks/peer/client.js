/**
 * Both clients of the exchange benchmark: ours by the app's own transport, PouchDB by its own replicator. Neither keeps
 * what it sends or gets. Reads one command a line, `[name, {…}]`, and answers each with a line of JSON; `ms` is the time of
 * the exchange alone, without making the documents up.
 */

import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import http from "pouchdb-adapter-http";
import PouchDB from "pouchdb-core";
import replication from "pouchdb-replication";
import { newId } from "../../static/field/ids.js";
import { call, SCHEMA } from "../../static/field/transport.js";
import { Source, Target } from "./kept_nowhere.js";

PouchDB.plugin(http).plugin(replication);

/** As the app does: operations in a push, records on a page. */
const BATCH = 200;
const PAGE = 2000;
const WORDS =
  "Kaynak atölyesi yeni hat için deneme istedi fiyat teklifi bazik elektrod tel toz rakip numune bıraktı Haziran sonunda karar verilecek".split(" ");

/** The text of a visit, of about 700 characters that compress as speech does. @param {number} seed */
function summary(seed) {
  let state = seed + 1;
  const words = [];
  for (let length = 0; length < 700; length += words.at(-1).length + 1) {
    state = (state * 48271) % 2147483647;
    words.push(state % 7 ? WORDS[state % WORDS.length] : String(state % 100000));
  }
  return words.join(" ");
}

/** @param {string[]} accounts @param {number} count */
const visits = (accounts, count) =>
  Array.from({ length: count }, (_, place) => ({
    id: newId(),
    patch: {
      account_id: accounts[place % accounts.length],
      kind: "visit",
      status: "completed",
      happened_at: new Date(Date.UTC(2026, 0, 1) + place * 3_000_000).toISOString(),
      summary: summary(place),
      next_steps: summary(place).slice(0, 80),
    },
  }));

const direct = globalThis.fetch;

/** Our transport speaks to the page's own address: here that of the server, as this rep. @param {string} base @param {string} cookie */
function speakAs(base, cookie) {
  globalThis.fetch = (path, options) =>
    direct(`${base}${path}`, { ...options, headers: { ...options.headers, Origin: base, Cookie: cookie } });
}

/** @param {() => Promise<any>} act */
async function timed(act) {
  const started = performance.now();
  const result = await act();
  return { ms: performance.now() - started, ...result };
}

/** A client of a device of its own, as after signing in on a new laptop. @param {any} who */
async function register({ base, cookie }) {
  speakAs(base, cookie);
  const answer = await call("register", { device: newId(), client: newId(), schema: SCHEMA, app: "bench", follows: null });
  return { client: answer.client, epoch: answer.epoch };
}

/** @param {any} known @param {Record<string, number>} cursors */
async function pullPages({ client, epoch, last_seq = 0 }, cursors) {
  let count = 0;
  for (let more = true; more; ) {
    const answer = await call("pull", { client, schema: SCHEMA, app: "bench", epoch, last_seq, cursors, limit: PAGE });
    count += answer.changes.length;
    ({ cursors, more } = answer);
  }
  return { count, cursors };
}

const COMMANDS = {
  /** Send visits as a rep. */
  async push({ accounts, count, ...who }) {
    const { client, epoch } = await register(who);
    const ops = visits(accounts, count).map(({ id, patch }, place) => {
      const operation = { seq: place + 1, op_id: newId(), kind: "visit", id, action: "create", base_version: 0, epoch };
      return { ...operation, patch, base: {}, occurred_at: patch.happened_at, tz: "Europe/Istanbul" };
    });
    return timed(async () => {
      let applied = 0;
      for (let from = 0; from < ops.length; from += BATCH) {
        const batch = { client, schema: SCHEMA, app: "bench", epoch, ops: ops.slice(from, from + BATCH) };
        applied += (await call("push", batch)).results.filter((each) => each.verdict === "applied").length;
      }
      return { count: applied, bytes: JSON.stringify(ops[0]).length };
    });
  },

  /** Get everything that a rep may hold onto a new laptop. */
  async pull(who) {
    const known = await register(who);
    return { ...(await timed(() => pullPages(known, {}))), known };
  },

  /** Get what changed since. */
  async delta({ known, cursors, ...who }) {
    speakAs(who.base, who.cookie);
    return timed(() => pullPages(known, cursors));
  },

  /** Send the same as documents. */
  async pouch_push({ url, accounts, count }) {
    const docs = visits(accounts, count).map(({ id, patch }) => ({ _id: id, _rev: `1-${randomUUID().replaceAll("-", "")}`, ...patch }));
    const remote = new PouchDB(url);
    await remote.info();
    return timed(async () => ({ count: (await PouchDB.replicate(new Source(url, docs), remote)).docs_written }));
  },

  /** Get them all, and then 50 that changed since. */
  async pouch_pull({ url, changed }) {
    const remote = new PouchDB(url);
    await remote.info();
    const target = new Target("laptop");
    const all = await timed(async () => ({ count: (await PouchDB.replicate(remote, target)).docs_written }));
    const { rows } = await remote.allDocs({ include_docs: true, limit: changed });
    await remote.bulkDocs(rows.map(({ doc }) => ({ ...doc, summary: `${doc.summary} x` })));
    const delta = await timed(async () => ({ count: (await PouchDB.replicate(remote, target)).docs_written }));
    return { ...all, delta };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, values] = JSON.parse(line);
  console.log(JSON.stringify(await COMMANDS[name](values)));
}
