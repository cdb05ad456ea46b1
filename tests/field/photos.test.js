/** Photos: kept at once, sent behind everything else, whole and once, whatever cuts them off. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { discard, takeBack } from "../../static/field/decide.js";
import { attachments } from "../../static/field/form/attachments.js";
import { newId } from "../../static/field/ids.js";
import { keepDraft, save } from "../../static/field/outbox.js";
import { bytesOf, keepPhoto, listPhotos, notePhotos } from "../../static/field/photos.js";
import { fit, LONGEST_SIDE } from "../../static/field/picture.js";
import { inWords, waitingInWords } from "../../static/field/status.js";
import { exportWork, importWork } from "../../static/field/transfer.js";
import { hold, isSealed } from "../../static/field/vault.js";
import { Laptop } from "./laptop.js";
import { FAULTS } from "./server.js";
import { World } from "./world.js";

/** A picture of so many bytes, each unlike the others. @param {number} size @param {number} [seed] @param {string} [start] */
function picture(size, seed = 1, start = "ffd8ff") {
  const bytes = new Uint8Array(size).map((_, place) => (place * seed + (place >> 8)) % 251);
  bytes.set(Buffer.from(start, "hex"));
  return { bytes, mime: "image/jpeg", sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** A rep who was online once. */
async function begin() {
  const world = new World();
  const [laptop] = world.laptops;
  await world.exchange(laptop);
  const tab = await laptop.anyTab();
  tab.sync.photos.part = 500;
  return { world, laptop, tab, database: tab.real };
}

/** A visit with these photos, saved. @param {IDBDatabase} database @param {...ReturnType<typeof picture>} pictures */
async function visit(database, ...pictures) {
  const id = newId();
  for (const each of pictures) await keepPhoto(database, each, id);
  const photos = pictures.map(({ sha256, mime, bytes }) => ({ id: newId(), sha256, mime, size: bytes.length, caption: "", taken_at: "2026-11-22T09:00:00Z" }));
  const state = /** @type {any} */ ({ id, account: "a1", photos });
  const patch = { account_id: "a1", mark: id, summary: "said", status: "completed", happened_at: "2026-11-22T09:00:00Z" };
  await save(database, { id, kind: "visit", about: "Gemi" }, [{ kind: "visit", id, action: "create", patch }, ...attachments(state, [], [])]);
  return { id, kind: "visit" };
}

/** @param {IDBDatabase} database */
const states = async (database) => (await listPhotos(database)).map(({ state }) => state);

/** @param {World} world @param {ReturnType<typeof picture>} one whether the server has it whole */
const isThere = ({ server }, { sha256, bytes }) => Buffer.from(bytes).equals(server.state.photos[sha256]?.bytes ?? Buffer.alloc(0));

test("a photo goes behind its visit, in parts, and only then everything is sent", async () => {
  const { world, laptop, tab, database } = await begin();
  const one = picture(3000);
  await visit(database, one);
  assert.deepEqual(await states(database), ["kept"]);
  await world.exchange(laptop, {}, [null, null, null, "lost"]);
  assert.deepEqual(await states(database), ["waiting"]);
  const waiting = await tab.sync.status();
  assert.equal(waitingInWords(waiting.waiting), "1 photo waiting", "the visit itself went through");
  assert.notEqual(inWords(waiting).text, "Everything is sent");
  await world.exchange(laptop);
  assert.ok(isThere(world, one));
  assert.ok(world.server.parts > 1, "one request would be no queue");
  assert.equal(inWords(await tab.sync.status()).text, "Everything is sent");
  const { parts } = world.server;
  await world.exchange(laptop);
  assert.equal(world.server.parts, parts, "nothing goes twice");
});

test("cut off anywhere, a photo goes on and arrives once", async () => {
  for (const fault of [...FAULTS, "killed"])
    for (let at = 0; at < 9; at += 3) {
      const { world, laptop } = await begin();
      const one = picture(2200, at + 2);
      const { real } = await laptop.anyTab();
      await visit(real, one);
      const faults = fault === "killed" ? [] : [...Array(at).fill(null), fault];
      await world.exchange(laptop, fault === "killed" ? { killAt: 40 + 9 * at } : {}, faults);
      for (let round = 0; round < 3; round += 1) await world.exchange(laptop);
      assert.ok(isThere(world, one), `${fault} at ${at}`);
      const { sync } = await laptop.anyTab();
      assert.equal(inWords(await sync.status()).text, "Everything is sent", `${fault} at ${at}`);
    }
});

test("what is saved while a long photo is on its way goes before the rest of it", async () => {
  const { world, laptop, tab, database } = await begin();
  await visit(database, picture(20_000));
  tab.sync.photos.part = 8;
  const { network } = laptop;
  /** @type {string[]} */
  const seen = [];
  laptop.network = async (url, body, init) => {
    seen.push(init.method === "PATCH" ? "part" : url.split("/v1/")[1].slice(0, 5));
    if (seen.length === 6) {
      await visit(database);
      tab.run(() => tab.sync.now()).catch(() => undefined);
    }
    return network(url, body, init);
  };
  await tab.exchange();
  const second = seen.indexOf("push", 2);
  assert.ok(second > 0 && second < 9, String(seen));
  assert.ok(seen.slice(second).includes("part"), "and then it went on");
  assert.deepEqual(await states(database), ["sent"]);
});

test("a photo that the server refuses is told, holds up no other, and goes again when asked", async () => {
  const { world, laptop, tab, database } = await begin();
  const [bad, good] = [picture(900, 3, "000000"), picture(900, 5)];
  await visit(database, bad, good);
  await world.exchange(laptop);
  const first = (await listPhotos(database)).find(({ sha256 }) => sha256 === bad.sha256);
  assert.deepEqual([first?.state, first?.why?.text], ["refused", "The server could not read it as a picture. Take it again."]);
  assert.ok(isThere(world, good));
  assert.equal(inWords(await tab.sync.status()).text, "1 needs your attention");
  delete world.server.state.photos[bad.sha256];
  await notePhotos(database, new Map([[bad.sha256, { state: /** @type {const} */ ("waiting"), why: null }]]));
  await world.exchange(laptop);
  assert.equal(world.server.state.photos[bad.sha256].state, "refused", "it was asked again");
});

test("bytes that the disk damaged are told, and never sent over and over", async () => {
  const { world, laptop, tab, database } = await begin();
  const one = picture(900);
  await visit(database, one);
  const [about] = await listPhotos(database);
  const tx = database.transaction(["blobs"], "readwrite");
  tx.objectStore("blobs").put({ id: `bytes:${one.sha256}`, payload: picture(900, 7).bytes });
  await new Promise((resolve) => (tx.oncomplete = resolve));
  await world.exchange(laptop);
  const [now] = await listPhotos(database);
  assert.deepEqual([about.state, now.state], ["kept", "refused"]);
  assert.match(now.why?.text ?? "", /disk of this laptop damaged it/);
  assert.equal((await tab.sync.status()).stuck.photos, 1);
});

test("a small mailbox on the way takes a photo in smaller parts", async () => {
  const { world, laptop, tab, database } = await begin();
  const one = picture(40_000);
  await visit(database, one);
  tab.sync.photos.part = 512 * 1024;
  world.server.most = 10_000;
  await world.exchange(laptop);
  assert.ok(isThere(world, one));
  assert.ok(world.server.parts >= 4);
});

test("a visit that is discarded keeps its photo at home, and taken back it goes", async () => {
  const { world, laptop, database } = await begin();
  const one = picture(900);
  const group = await visit(database, one);
  await world.exchange(laptop, {}, ["lost"]);
  assert.deepEqual(await states(database), ["waiting"]);
  await discard(database, group);
  await world.exchange(laptop);
  assert.deepEqual([await states(database), world.server.state.photos], [["kept"], {}]);
  await takeBack(database, group);
  await world.exchange(laptop);
  assert.ok(isThere(world, one));
});

test("a restored server that lost a photo gets it again", async () => {
  const { world, laptop, database } = await begin();
  const backup = world.server.backup();
  const one = picture(900);
  await visit(database, one);
  await world.exchange(laptop);
  assert.ok(isThere(world, one));
  world.server.restore(backup, true);
  for (let round = 0; round < 2; round += 1) await world.exchange(laptop);
  assert.ok(isThere(world, one));
  assert.deepEqual(await states(database), ["sent"]);
});

test("a full disk keeps no photo and takes none of what was there", async () => {
  const { tab, database } = await begin();
  const one = picture(900);
  await keepPhoto(database, one, "v1");
  const full = tab.run(() => keepPhoto(tab.database, picture(900, 3), "v1"), { failAt: 1 });
  await assert.rejects(full, { name: "QuotaExceededError" });
  assert.deepEqual(await states(database), ["kept"]);
  assert.deepEqual(await bytesOf(database, one.sha256), one.bytes);
});

test("what no draft and no visit names is forgotten after a day, what one names is not", async () => {
  const { world, laptop, tab, database } = await begin();
  const [loose, drafted, saved] = [picture(900, 2), picture(900, 3), picture(900, 5)];
  for (const each of [loose, drafted]) await keepPhoto(database, each, "v1");
  await keepDraft(database, "v1", "a1", "visit", { photos: [{ sha256: drafted.sha256 }] });
  await visit(database, saved);
  const a_day_ago = { added_at: new Date(Date.now() - 90_000_000).toISOString() };
  await notePhotos(database, new Map([loose, drafted, saved].map(({ sha256 }) => [sha256, a_day_ago])));
  await world.exchange(laptop);
  assert.deepEqual(new Set((await listPhotos(database)).map(({ sha256 }) => sha256)), new Set([drafted.sha256, saved.sha256]));
  assert.equal(await bytesOf(database, loose.sha256), null);
  await notePhotos(database, new Map([[saved.sha256, { sent_at: "2026-09-01T09:00:00Z" }]]));
  await tab.exchange();
  assert.deepEqual((await listPhotos(database)).map(({ sha256 }) => sha256), [drafted.sha256], "as long as what was sent is remembered");
});

test("a photo that is removed before it went is not sent", async () => {
  const { world, laptop, database } = await begin();
  const one = picture(900);
  const { id } = await visit(database, one);
  await world.exchange(laptop, {}, ["lost"]);
  const { outbox } = await laptop.content();
  const record = outbox.find((item) => item.kind === "attachment").payload;
  const state = /** @type {any} */ ({ id, account: "a1", photos: [], removed: [record.id] });
  await save(database, { id, kind: "visit" }, attachments(state, [{ ...record.patch, id: record.id, version: 0 }], []));
  await world.exchange(laptop);
  assert.deepEqual([await states(database), world.server.state.photos], [["kept"], {}]);
});

test("a wiped laptop sends its photos first, if somebody is signed in", async () => {
  const { world, laptop, tab, database } = await begin();
  const one = picture(900);
  await visit(database, one);
  world.server.told = "wipe";
  await world.exchange(laptop);
  assert.ok(isThere(world, one));
  assert.ok(tab.sync.orders.erased);
});

test("a file of unsent work carries the photos of visits and of drafts to another laptop, and each arrives once", async () => {
  const { world, laptop, database } = await begin();
  const [saved, drafted] = [picture(9000, 3), picture(900, 5)];
  await visit(database, saved);
  await world.exchange(laptop, {}, ["lost"]);
  await keepPhoto(database, drafted, "v1");
  await keepDraft(database, "v1", "a1", "visit", { photos: [{ sha256: drafted.sha256 }] });
  const user = { id: "rep", name: "Cem", locale: null, theme: null };
  const file = await (await exportWork(database, user, "correct horse battery")).text();
  const other = new Laptop(world.server.network);
  await world.exchange(other);
  const { real } = await other.anyTab();
  const told = { taken: 2, known: 0, drafts: 1, photos: 2 };
  assert.deepEqual(await importWork(real, user, file, "correct horse battery"), told);
  assert.deepEqual(await importWork(real, user, file, "correct horse battery"), { taken: 0, known: 2, drafts: 0, photos: 0 });
  await world.exchange(other);
  await world.exchange(laptop);
  assert.ok(isThere(world, saved));
  assert.deepEqual(await bytesOf(real, drafted.sha256), drafted.bytes);
  assert.deepEqual((await states(real)).sort(), ["kept", "sent"]);
  assert.deepEqual(Object.keys(world.server.state.photos), [saved.sha256]);
});

test("where the company asks for encryption, no photo lies open, and a locked laptop sends none", async () => {
  const { world, laptop, tab, database } = await begin();
  const [before, after] = [picture(900, 3), picture(900, 5)];
  await keepPhoto(database, before, "v1");
  await keepDraft(database, "v1", "a1", "visit", { photos: [{ sha256: before.sha256 }] });
  world.server.atRest = { idle_minutes: 10, lease_days: 14, pin_length: 6 };
  await world.exchange(laptop);
  await laptop.choosePin();
  await world.exchange(laptop);
  await visit(tab.database, after);
  const lying = (await laptop.raw()).blobs.filter(({ id }) => id.startsWith("bytes:"));
  assert.deepEqual(lying.map(({ payload }) => isSealed(payload)), [true, true]);
  await world.exchange(laptop, {}, ["lost"]);
  for (const each of [tab.real, tab.database]) hold(each, null);
  await tab.exchange();
  assert.deepEqual([tab.sync.trouble, world.server.parts], ["locked", 0]);
  assert.equal((await tab.sync.status()).waiting.photos, 1, "that is said all the same");
  await world.exchange(laptop);
  assert.ok(isThere(world, after));
  assert.deepEqual(await bytesOf(tab.real, before.sha256), before.bytes);
});

test("a picture becomes no larger than it is to be, and never larger than it was", () => {
  assert.deepEqual(fit(4000, 3000), { width: LONGEST_SIDE, height: 1200 });
  assert.deepEqual(fit(3000, 6000), { width: 800, height: LONGEST_SIDE });
  assert.deepEqual(fit(640, 480), { width: 640, height: 480 });
  assert.deepEqual(fit(100_000, 10), { width: LONGEST_SIDE, height: 1 });
});
