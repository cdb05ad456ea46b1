/** The two ends of a PouchDB replication that keep no documents: only what the replicator itself asks for. */

import { EventEmitter } from "node:events";

class End extends EventEmitter {
  adapter = "nowhere";
  activeTasks = { add: () => "task", get: () => undefined, update: () => undefined, remove: () => undefined };
  /** Checkpoints. @type {Map<string, any>} */
  marks = new Map();

  /** @param {string} name */
  constructor(name) {
    super();
    this.name = name;
  }

  async id() {
    return this.name;
  }

  /** @param {string} id */
  async get(id) {
    const mark = this.marks.get(id);
    if (!mark) throw Object.assign(new Error("missing"), { status: 404 });
    return structuredClone(mark);
  }

  /** @param {any} mark */
  async put(mark) {
    this.marks.set(mark._id, structuredClone(mark));
  }
}

/** A source of documents that are made up already. */
export class Source extends End {
  /** @param {string} name @param {any[]} docs each with `_id` and a first `_rev` */
  constructor(name, docs) {
    super(name);
    this.docs = docs;
    this.byId = new Map(docs.map((doc) => [doc._id, doc]));
  }

  async info() {
    return { db_name: this.name, update_seq: this.docs.length };
  }

  /** @param {{since: number, limit: number}} wanted */
  changes({ since, limit }) {
    const from = Number(since) || 0;
    const results = this.docs
      .slice(from, from + limit)
      .map((doc, place) => ({ seq: from + place + 1, id: doc._id, changes: [{ rev: doc._rev }] }));
    const emitter = new EventEmitter();
    const over = new Promise((resolve) =>
      setImmediate(() => {
        for (const change of results) emitter.emit("change", change, 0, from + results.length);
        resolve({ results, last_seq: from + results.length });
      }),
    );
    return Object.assign(emitter, { then: over.then.bind(over), catch: over.catch.bind(over), cancel: () => undefined });
  }

  /** @param {{docs: {id: string}[]}} wanted */
  async bulkGet({ docs }) {
    const results = docs.map(({ id }) => {
      const doc = this.byId.get(id);
      const [start, hash] = doc._rev.split("-");
      return { id, docs: [{ ok: { ...doc, _revisions: { start: Number(start), ids: [hash] } } }] };
    });
    return { results };
  }
}

/** A target that has nothing, takes everything and forgets it. */
export class Target extends End {
  taken = 0;

  async info() {
    return { db_name: this.name, update_seq: 0 };
  }

  /** @param {Record<string, string[]>} revs */
  async revsDiff(revs) {
    return Object.fromEntries(Object.entries(revs).map(([id, missing]) => [id, { missing }]));
  }

  /** @param {{docs: any[]}} batch */
  async bulkDocs({ docs }) {
    this.taken += docs.length;
    return [];
  }
}
