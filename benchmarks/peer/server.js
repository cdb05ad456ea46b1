/**
 * The peer: express-pouchdb as it comes (the whole of CouchDB's API, with its validation), on LevelDB in a folder that it is given.
 *
 *     node server.js FOLDER [durable]
 *
 * LevelDB leaves it to the operating system when to write; `durable` has it wait for the disk at every batch, as PostgreSQL does.
 */

import { join } from "node:path";
import express from "express";
import expressPouchDB from "express-pouchdb";
import leveldown from "leveldown";
import http from "pouchdb-adapter-http";
import leveldb from "pouchdb-adapter-leveldb";
import PouchDB from "pouchdb-core";
import mapreduce from "pouchdb-mapreduce";
import replication from "pouchdb-replication";

const [folder, durable] = process.argv.slice(2);

/** LevelDB whose every write reaches the disk before it is answered. @param {string} place */
function synced(place) {
  const store = leveldown(place);
  for (const name of ["_batch", "_put", "_del"]) {
    const write = store[name];
    store[name] = (...values) => {
      const [options, done] = values.splice(-2);
      return write.call(store, ...values, { ...options, sync: true }, done);
    };
  }
  return store;
}

PouchDB.plugin(leveldb).plugin(http).plugin(mapreduce).plugin(replication);
const Kept = PouchDB.defaults({ prefix: join(folder, "/"), ...(durable && { db: synced }) });
const app = express();
app.use(expressPouchDB(Kept, { inMemoryConfig: true, logPath: join(folder, "log.txt") }));
const server = app.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on("end", () => process.exit()).resume();
