/** A server for the client's tests: the protocol of fieldsync/README.md in memory, with the network's faults in front. */

import { createHash } from "node:crypto";

const TERRITORY = "territory:izmir";
const REP = "rep:rep";

/** What may happen to one request. */
export const FAULTS = /** @type {const} */ ([
  "lost",
  "mute",
  "twice",
  "half",
  "hotel",
  "signed_out",
  "busy",
  "too_large",
]);

/** @typedef {{row: any, versions: Record<string, number>, bucket: string}} Kept */

export class Server {
  constructor() {
    this.state = {
      epoch: "epoch-1",
      /** @type {Record<string, {last_seq: number}>} */
      clients: {},
      /** @type {Record<string, {client: string, seq: number, hash: string, result: any}>} */
      inbox: {},
      /** @type {Record<string, Kept>} */
      records: {},
      /** The bytes of photos, by hash. @type {Record<string, {size: number, mime: string, bytes: Buffer, state: string}>} */
      photos: {},
      /** @type {Record<string, {head: number, entries: Record<string, {seq: number, gone: boolean}>}>} */
      buckets: { [TERRITORY]: { head: 0, entries: {} }, [REP]: { head: 0, entries: {} } },
    };
    /** How many records an answer may hold. */
    this.page = 1000;
    /** The fault of each request to come. @type {(string | null)[]} */
    this.faults = [];
    /** The most bytes that a request may have. */
    this.most = Infinity;
    /** What the office tells the laptop. */
    this.told = "active";
    /** The devices that said that they erased themselves. @type {string[]} */
    this.wiped = [];
    /** Whether the browser has a session. */
    this.signedIn = true;
    /** What the company asks of data at rest; undefined as an older server says it. @type {any} */
    this.atRest = undefined;
    /** The half of each laptop's key, by client. @type {Map<string, {half: string, mark: string}>} */
    this.halves = new Map();
    this.epochs = 1;
    /** How many parts of photos were taken in. */
    this.parts = 0;
    this.answers = 0;
    this.network = this.network.bind(this);
  }

  /** @param {string} url @param {any} body @param {RequestInit} [init] @returns {Promise<Response>} */
  async network(url, body, init) {
    const fault = this.faults.shift() ?? null;
    if (fault === "lost") throw new TypeError("network");
    if (fault === "hotel") return new Response("<h1>Welcome</h1>", { headers: { "Content-Type": "text/html" } });
    if (fault === "signed_out") return json(401, { error: "signed_out" });
    if (fault === "busy") return json(503, { error: "busy" }, { "Retry-After": "7" });
    if (fault === "too_large" && body.ops?.length > 1) return json(413, { error: "too_large" });
    if (JSON.stringify(body).length > this.most) return json(413, { error: "too_large" });
    if (url.includes("/blobs/")) return this.photo(url, body, /** @type {RequestInit} */ (init), fault);
    if (!body) return this.session(url);
    if (!this.signedIn && !url.endsWith("/device")) return json(401, { error: "signed_out" });
    let answer = this.answer(url.split("/").at(-1) ?? "", body);
    if (fault === "twice") answer = this.answer(url.split("/").at(-1) ?? "", body);
    if (fault === "mute") throw new TypeError("network");
    if (fault === "half") return cut(answer);
    return answer;
  }

  /** @param {string} door @param {any} body */
  answer(door, body) {
    if (door === "device") {
      if (body.wiped && this.told === "wipe") this.wiped.push(body.device);
      return json(200, { server_time: new Date(0).toISOString(), device: this.told });
    }
    if (door === "register") {
      this.state.clients[body.client] ??= { last_seq: 0 };
      return this.ok({ client: body.client, last_seq: this.state.clients[body.client].last_seq, user: USER });
    }
    if (door === "unlock") return this.unlock(body);
    const client = this.state.clients[body.client];
    if (!client) return json(409, { error: "unknown_client" });
    return door === "push" ? this.push(body, client) : this.pull(body, client);
  }

  /** @param {any} body */
  unlock(body) {
    if (!body.new) return this.ok({ half: this.told === "active" ? (this.halves.get("the laptop") ?? null) : null });
    const half = btoa(`the server's half, number ${this.halves.size + Math.random()}`);
    this.halves.set("the laptop", { half, mark: half.slice(-16) });
    return this.ok({ half: this.halves.get("the laptop") });
  }

  /** A photo is announced, or a part of it comes. @param {string} url @param {any} body @param {RequestInit} init @param {string | null} fault */
  photo(url, body, init, fault) {
    if (!this.signedIn) return json(401, { error: "signed_out" });
    let answer = this.takePhoto(url.split("/").at(-1) ?? "", body, init);
    if (fault === "twice") answer = this.takePhoto(url.split("/").at(-1) ?? "", body, init);
    if (fault === "mute") throw new TypeError("network");
    return fault === "half" ? cut(answer) : answer;
  }

  /** @param {string} sha256 @param {any} body @param {RequestInit} init */
  takePhoto(sha256, body, init) {
    const { photos } = this.state;
    const moment = new Date(0).toISOString();
    if (body) photos[sha256] ??= { ...body, bytes: Buffer.alloc(0), state: "receiving" };
    const photo = photos[sha256];
    if (!photo) return json(409, { error: "unknown_blob" });
    const told = (/** @type {any} */ more = {}) => ({ server_time: moment, received: photo.bytes.length, size: photo.size, state: photo.state, ...more });
    if (body) return json(200, told());
    const part = /** @type {Uint8Array} */ (init.body);
    if (part.length > this.most) return json(413, { error: "too_large" });
    const offset = Number(/** @type {Record<string, string>} */ (init.headers)["Upload-Offset"]);
    if (photo.state !== "receiving" || offset !== photo.bytes.length) return json(409, { error: "offset", ...told() });
    this.parts += 1;
    photo.bytes = Buffer.concat([photo.bytes, part]);
    if (photo.bytes.length < photo.size) return json(200, told());
    const right = createHash("sha256").update(photo.bytes).digest("hex") === sha256;
    if (!right) photo.bytes = Buffer.alloc(0);
    else photo.state = photo.bytes.subarray(0, 3).toString("hex") === "ffd8ff" ? "verified" : "refused";
    return json(200, told(right ? {} : { error: "bad_hash" }));
  }

  /** The portal's own doors: who is signed in, and signing out. @param {string} url */
  session(url) {
    if (url === "/sign-out") this.signedIn = false;
    return this.signedIn ? json(200, { user: USER, csrf: "token" }) : json(401, { error: "signed_out" });
  }

  /** @param {any} more */
  ok(more) {
    const moment = new Date(Date.UTC(2026, 10, 22, 9, 0, (this.answers += 1))); // whatever the laptop's clock says
    const common = { server_time: moment.toISOString(), epoch: this.state.epoch, device: this.told };
    return json(200, { ...common, schema: 1, lowest_schema: 1, ...more });
  }

  /** @param {any} body @param {{last_seq: number}} client */
  push({ client: id, ops }, client) {
    const { inbox } = this.state;
    const fresh = ops.filter((/** @type {any} */ op) => op.seq > client.last_seq);
    if (fresh.length && fresh[0].seq !== client.last_seq + 1)
      return json(409, { error: "gap", last_seq: client.last_seq });
    for (const op of ops.filter((/** @type {any} */ one) => one.seq <= client.last_seq)) {
      const there = Object.values(inbox).find((each) => each.client === id && each.seq === op.seq) ?? inbox[op.op_id];
      if (!there || there.hash !== hash(op)) return json(409, { error: "forked" });
    }
    const results = ops.map((/** @type {any} */ op) => {
      inbox[op.op_id] ??= { client: id, seq: op.seq, hash: hash(op), result: this.apply(op) };
      return { seq: op.seq, op_id: op.op_id, ...inbox[op.op_id].result };
    });
    client.last_seq = Math.max(client.last_seq, ops.at(-1).seq);
    return this.ok({ last_seq: client.last_seq, results });
  }

  /** @param {any} op */
  apply(op) {
    const key = `${op.kind}:${op.id}`;
    const known = this.state.records[key];
    const no = (/** @type {string} */ verdict) => ({
      verdict,
      version: null,
      conflicts: [],
      message: { text: verdict, params: {}, field: null },
    });
    if (this.told !== "active") return no("held");
    if (op.kind === "operation") return { verdict: "applied", version: null, conflicts: [], message: null };
    if (op.kind === "conflict") this.write("conflict", op.id, op.patch);
    if (op.kind === "conflict") return { verdict: "applied", version: 2, conflicts: [], message: null };
    if (op.patch.summary === "refuse") return no("needs_fix");
    const parent = op.patch.account_id && this.state.records[`account:${op.patch.account_id}`];
    if (op.action === "create") {
      if (op.patch.account_id && !parent) return no("needs_fix");
      if (parent && parent.bucket !== TERRITORY) return no("out_of_scope");
      this.write(op.kind, op.id, op.patch);
      return { verdict: "applied", version: 1, conflicts: [], message: null };
    }
    if (!known) return no("needs_fix");
    if (known.bucket !== TERRITORY) return no("out_of_scope");
    const taken = Object.entries(op.patch).filter(
      ([name]) => (known.versions[name] ?? 1) <= op.base_version || known.row[name] === op.base[name],
    );
    this.write(op.kind, op.id, Object.fromEntries(taken));
    const all = taken.length === Object.keys(op.patch).length;
    return { verdict: all ? "applied" : "conflict", version: known.row.version, conflicts: [], message: null };
  }

  /** Change a record, whoever does it; its number in the feed moves. @param {string} kind @param {string} id @param {any} patch @param {string} [bucket] */
  write(kind, id, patch, bucket = kind === "decision" || kind === "conflict" ? REP : TERRITORY) {
    const key = `${kind}:${id}`;
    const known = (this.state.records[key] ??= { row: { id, version: 0 }, versions: {}, bucket });
    known.row = { ...known.row, ...patch, version: known.row.version + 1 };
    for (const name of Object.keys(patch)) known.versions[name] = known.row.version;
    this.touch(known.bucket, key, false);
  }

  /** Give a record to another territory, or back. @param {string} key @param {boolean} away */
  move(key, away) {
    const known = this.state.records[key];
    if (!known || (known.bucket === TERRITORY) !== away) return;
    known.bucket = away ? "territory:ankara" : TERRITORY;
    this.touch(TERRITORY, key, away);
  }

  /** @param {string} bucket @param {string} key @param {boolean} gone */
  touch(bucket, key, gone) {
    const feed = this.state.buckets[bucket];
    if (feed) feed.entries[key] = { seq: (feed.head += 1), gone };
  }

  /** @param {any} body @param {{last_seq: number}} client */
  pull({ cursors, epoch }, client) {
    const nothing = { added: [], dropped: [], reset: [], changes: [], cursors: {}, heads: {}, more: false };
    if (this.told !== "active") return this.ok({ user: USER, last_seq: client.last_seq, ...nothing });
    const { buckets, records } = this.state;
    const names = Object.keys(buckets);
    const reset = names.filter(
      (name) => name in cursors && (epoch !== this.state.epoch || cursors[name] > buckets[name].head),
    );
    const after = (/** @type {string} */ name) => (reset.includes(name) ? 0 : (cursors[name] ?? 0));
    const due = names.flatMap((name) =>
      Object.entries(buckets[name].entries)
        .filter(([, entry]) => entry.seq > after(name))
        .sort(([, a], [, b]) => a.seq - b.seq)
        .map(([key, entry]) => ({ name, key, ...entry })),
    );
    const page = due.slice(0, this.page);
    const more = due.length > page.length;
    const next = Object.fromEntries(names.map((name) => [name, more ? after(name) : buckets[name].head]));
    if (more) for (const each of page) next[each.name] = each.seq;
    return this.ok({
      user: USER,
      at_rest: this.atRest && { ...this.atRest, half: this.halves.get("the laptop")?.mark ?? null },
      last_seq: client.last_seq,
      added: names.filter((name) => !(name in cursors)),
      dropped: Object.keys(cursors).filter((name) => !names.includes(name)),
      reset,
      changes: page.map(({ name, key, seq, gone }) => [
        name,
        ...key.split(":"),
        seq,
        gone ? null : structuredClone(records[key].row),
      ]),
      cursors: next,
      heads: Object.fromEntries(names.map((name) => [name, this.head(name)])),
      more,
    });
  }

  /** @param {string} name */
  head(name) {
    const { head, entries } = this.state.buckets[name];
    const held = Object.values(entries).filter((entry) => !entry.gone);
    return { head, count: held.length, digest: held.reduce((sum, entry) => sum + entry.seq, 0) };
  }

  /** What a backup would hold. */
  backup() {
    return structuredClone(this.state);
  }

  /** Go back to a backup; `told` as `portal restore` does it, with another epoch. @param {Server["state"]} backup @param {boolean} told */
  restore(backup, told) {
    this.state = structuredClone(backup);
    if (told) this.state.epoch = `epoch-${(this.epochs += 1)}`;
  }

  /** The rows that the rep may hold now: key → record. */
  scope() {
    const { buckets, records } = this.state;
    const held = Object.values(buckets).flatMap(({ entries }) =>
      Object.entries(entries).filter(([, entry]) => !entry.gone),
    );
    return Object.fromEntries(held.map(([key]) => [key, records[key].row]));
  }
}

const USER = { id: "rep", name: "Cem", locale: "tr", theme: null, territories: [] };

/** @param {any} op */
function hash({ seq, ...rest }) {
  return JSON.stringify(rest);
}

/** @param {number} status @param {any} body @param {Record<string, string>} [headers] */
function json(status, body, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

/** An answer of which half arrives. @param {Response} answer */
async function cut(answer) {
  const text = await answer.text();
  return new Response(text.slice(0, text.length / 2), { status: answer.status, headers: answer.headers });
}
