/** Encryption at rest: what lies on the disk, who opens it, and that switching it on and off loses nothing. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { meta, setMeta, transact } from "../../static/field/db.js";
import { discard, takeBack } from "../../static/field/decide.js";
import { IdleLock } from "../../static/field/idle.js";
import { begin, hindrance, openByHalves, rewrap, unlock } from "../../static/field/lock.js";
import { keepDraft } from "../../static/field/outbox.js";
import { list, read, unsettled } from "../../static/field/records.js";
import { inWords } from "../../static/field/status.js";
import { exportWork, importWork } from "../../static/field/transfer.js";
import { hold, inForm, isLocked, isSealed, Locked, ringOf, sameForm, seal, unseal } from "../../static/field/vault.js";
import { PIN } from "./laptop.js";
import { World } from "./world.js";

/** A rep with some work, whose company asks for encryption, and who chose his PIN. */
async function sealed() {
  const world = new World();
  world.server.write("product", "p1", { name: "Electrode", code: "E7018" });
  const [laptop] = world.laptops;
  await world.exchange(laptop);
  const mark = await world.write(laptop, "visit", 0);
  world.server.atRest = { idle_minutes: 10, lease_days: 14, pin_length: 6 };
  await world.exchange(laptop);
  await laptop.choosePin();
  await world.exchange(laptop);
  const tab = await laptop.anyTab();
  return { world, laptop, tab, database: tab.real, mark };
}

/** As if the app was closed and opened again: the key is no longer in memory. @param {import("./laptop.js").Tab} tab */
function forget(tab) {
  hold(tab.real, null);
  hold(tab.database, null);
}

test("what the rep notes cannot be read on the disk, and lists, forms and searches still find it", async () => {
  const { world, laptop, database, mark } = await sealed();
  await keepDraft(database, "draft", "a1", "visit", { summary: "half a thought" });
  await world.write(laptop, "refused", 1);
  await world.exchange(laptop);
  const raw = await laptop.raw();
  const readable = JSON.stringify(raw, (_, value) => (value instanceof Uint8Array ? "" : value));
  for (const secret of [mark, "İzmir", "half a thought", '"refuse"'])
    assert.ok(!readable.includes(secret), `${secret} can be read`);
  assert.ok(readable.includes("Electrode"), "the catalogue stays plain");
  assert.equal((await list(database, "visit", "a1"))[0]["mark"], mark);
  assert.equal((await read(database, "account", "a1"))?.["town"], "İzmir");
  assert.equal((await list(database, "account")).length, 3);
  await world.liesAsAsked(laptop);
});

test("every block has its own nonce, and none opens with another key", async () => {
  const { laptop, database } = await sealed();
  const blocks = (await laptop.raw()).rows.map((row) => row.payload).filter(isSealed);
  assert.equal(new Set(blocks.map((block) => block.sealed.subarray(0, 12).join())).size, blocks.length);
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const own = ringOf(database);
  hold(database, { id: "other", key, sealing: true });
  await assert.rejects(unseal(database, [blocks[0]]));
  hold(database, own);
  const [damaged] = structuredClone(blocks);
  damaged.sealed[20] ^= 1;
  await assert.rejects(unseal(database, [damaged]), "what was changed on the disk is not taken for the record");
});

for (const on of [true, false]) {
  test(`killed in the middle of ${on ? "beginning" : "ending"} to encrypt, nothing is lost and it goes on`, async () => {
    const prepare = async () => {
      const world = new World();
      const [laptop] = world.laptops;
      await world.exchange(laptop);
      await world.policy(!on);
      await world.exchange(laptop);
      await laptop.choosePin();
      for (const place of [0, 1]) await world.write(laptop, "visit", place);
      await world.exchange(laptop);
      await world.write(laptop, "edit", 2);
      await world.policy(on);
      world.server.signedIn = !on; // offline work is rewritten as well; to begin, the server is asked for its half
      return { world, laptop };
    };
    const { world: calm, laptop: first } = await prepare();
    calm.server.signedIn = true;
    await calm.exchange(first);
    if (on) await first.choosePin();
    await calm.exchange(first);
    const { steps } = await first.anyTab();
    assert.ok(steps > 20, `only ${steps} steps`);
    for (let at = on ? 1 : 2; at <= steps; at += 3) {
      const { world, laptop } = await prepare();
      world.server.signedIn = true;
      await world.exchange(laptop, on ? {} : { killAt: at });
      if (on) await laptop.choosePin();
      if (on) await world.exchange(laptop, { killAt: at });
      await world.nothingIsLost();
      await world.pendingIsShown();
      await world.comesToRest();
    }
  });
}

test("wrong PINs are counted before they are tried, and each makes the next wait longer", async () => {
  const { tab, database } = await sealed();
  forget(tab);
  const begun = Date.now();
  for (let tries = 1; tries <= 3; tries += 1) {
    assert.equal(await hindrance(database), null);
    assert.equal(await unlock(database, "111111"), null);
  }
  assert.equal(await hindrance(database), 30_000);
  assert.equal(await unlock(database, PIN), null, "not even the right one, before its time");
  mock.timers.setTime(begun + 30_001);
  await unlock(database, "222222");
  assert.equal(await hindrance(database), 60_000);
  mock.timers.setTime(begun - 3_600_000);
  assert.equal(await hindrance(database), 60_000, "a clock that was set back makes nobody wait longer");
  mock.timers.setTime(begun + 91_000);
  assert.ok(await unlock(database, PIN));
  assert.equal(await hindrance(database), null);
  assert.equal(await meta(database, "tries"), 0);
});

test("without the server for longer than the lease, the PIN opens nothing; its half does, and then the PIN again", async () => {
  const { world, tab, database } = await sealed();
  forget(tab);
  mock.timers.setTime(Date.now() + 15 * 86_400_000);
  assert.equal(await hindrance(database), "lease");
  assert.equal(await unlock(database, PIN), null);
  const { half } = await tab.run(() => tab.sync.ask("unlock", {}));
  const raw = half && (await openByHalves(database, half));
  assert.ok(raw);
  await rewrap(database, raw, {});
  assert.equal(await isLocked(database), false);
  forget(tab);
  assert.equal(await hindrance(database), null);
  assert.ok(await unlock(database, PIN));
  mock.timers.setTime(Date.now() - 400 * 86_400_000);
  assert.equal(await hindrance(database), "lease", "a clock that was set back a year does not prolong it");
  assert.equal(world.server.halves.size, 1);
});

test("a forgotten PIN is replaced with the server's half, and another half opens nothing", async () => {
  const { tab, database, mark } = await sealed();
  forget(tab);
  const { half } = await tab.run(() => tab.sync.ask("unlock", {}));
  assert.ok(half);
  assert.equal(await openByHalves(database, { half: btoa("x".repeat(32)), mark: "" }), null);
  const raw = await openByHalves(database, half);
  assert.ok(raw);
  await rewrap(database, raw, { pin: "a longer one" }, 1);
  forget(tab);
  assert.equal(await unlock(database, PIN), null);
  assert.ok(await unlock(database, " a longer one "));
  assert.equal((await list(database, "visit"))[0]["mark"], mark);
});

test("locked, nothing is sent and nothing lost; opened, it goes out", async () => {
  const { world, laptop, tab, database } = await sealed();
  const mark = await world.write(laptop, "visit", 1);
  forget(tab);
  await tab.exchange();
  assert.equal(world.arrived(mark).length, 0);
  const line = inWords(await tab.sync.status());
  assert.deepEqual([line.text, line.detail], ["Locked. Unlock to send.", "1 visit waiting"]);
  await assert.rejects(list(database, "visit"), Locked);
  await assert.rejects(keepDraft(database, "d", "a1", "visit", {}), Locked, "and nothing is written in the open");
  world.saved.set(mark, laptop);
  await world.exchange(laptop);
  assert.equal(world.arrived(mark).length, 1);
});

test("locked, a laptop hears that it shall erase itself, and does; blocked, it has no half to get", async () => {
  const { world, laptop, tab, database } = await sealed();
  world.server.told = "frozen";
  assert.equal((await tab.run(() => tab.sync.ask("unlock", {}))).half, null);
  forget(tab);
  world.server.told = "wipe";
  await tab.exchange();
  assert.equal(world.server.wiped.length, 1);
  assert.deepEqual(await laptop.factory.databases(), []);
  assert.ok(database);
});

test("two tabs: what one writes while the other begins or ends encryption is kept in the form that holds now", async () => {
  const { world, laptop, tab, database } = await sealed();
  const other = await laptop.tab();
  assert.equal(await isLocked(other.real), true);
  other.sync.now = async () => undefined; // it only saves here
  other.sync.keys.heard({ ring: ringOf(database) });
  while (await isLocked(other.database)) await new Promise(setImmediate);
  hold(other.real, ringOf(other.database));
  world.server.atRest = null;
  await tab.exchange();
  assert.equal(await meta(database, "vault"), undefined);
  await keepDraft(other.real, "late", "a1", "visit", { summary: "late" });
  assert.ok((await laptop.raw()).drafts.every((draft) => !isSealed(draft.payload)));
  world.server.atRest = { idle_minutes: 10, lease_days: 14, pin_length: 6 };
  await tab.exchange();
  await laptop.choosePin();
  await assert.rejects(keepDraft(other.real, "later", "a1", "visit", { summary: "later" }), Locked);
  hold(other.real, ringOf(database));
  await keepDraft(other.real, "later", "a1", "visit", { summary: "later" });
  assert.equal((await laptop.raw()).drafts.filter((draft) => isSealed(draft.payload)).length, 1);
});

test("the same file of unsent work is written and read with and without encryption", async () => {
  const { world, laptop, database, mark } = await sealed();
  const fresh = await world.write(laptop, "visit", 2);
  const user = { id: "rep", name: "Cem", locale: null, theme: null };
  const file = await (await exportWork(database, user, "correct horse battery")).text();
  const elsewhere = new World();
  const { real } = await elsewhere.laptops[0].anyTab();
  assert.deepEqual(await importWork(real, user, file, "correct horse battery"), { taken: 1, known: 0, drafts: 0, photos: 0 });
  assert.deepEqual((await unsettled(real)).map((item) => item.body.patch.mark), [fresh]);
  const [group] = (await unsettled(database)).map((item) => ({ id: item.group, kind: item.group_kind }));
  await discard(database, group);
  await takeBack(database, group);
  assert.deepEqual(await importWork(database, user, file, "correct horse battery"), { taken: 0, known: 1, drafts: 0, photos: 0 });
  assert.ok(mark);
  await world.comesToRest();
});

test("a second tab that chooses a PIN at the same moment does not replace the first one's key", async () => {
  const { database } = await sealed();
  const half = { half: btoa("y".repeat(32)), mark: "y" };
  await assert.rejects(begin(database, "999999", half, 1), { name: "ConstraintError" });
  await setMeta(database, { tries: 0 });
  assert.ok(await unlock(database, PIN));
});

test("the bytes of a photo are sealed like the rest, and come back as they were", async () => {
  const { world, laptop, tab, database } = await sealed();
  const photo = Uint8Array.from({ length: 1000 }, (_, place) => place % 251);
  const put = async (/** @type {any} */ payload) =>
    transact(database, ["blobs"], "readwrite", (tx) => void tx.objectStore("blobs").put({ id: "p1", payload }));
  await put((await seal(database, [photo]))[0]);
  assert.deepEqual((await unseal(database, [(await laptop.raw()).blobs[0].payload]))[0], photo);
  world.server.atRest = null;
  await tab.exchange();
  assert.deepEqual((await laptop.raw()).blobs[0].payload, photo);
  world.server.atRest = { idle_minutes: 10, lease_days: 14, pin_length: 6 };
  await tab.exchange();
  await laptop.choosePin();
  await tab.exchange();
  assert.ok(isSealed((await laptop.raw()).blobs[0].payload));
});

test("a laptop that nobody touches locks itself, whatever its clock does, and not before its time", async () => {
  const { tab, database } = await sealed();
  /** @type {Record<string, () => void>} */
  const heard = {};
  const listen = (/** @type {string} */ sign, /** @type {() => void} */ act) => void (heard[sign] = act);
  Object.assign(globalThis, { addEventListener: listen, document: { addEventListener: listen } });
  let locks = 0;
  const context = /** @type {any} */ ({ database, sync: tab.sync });
  const idle = new IdleLock(context, () => (locks += 1));
  mock.timers.setTime(Date.now() + 9 * 60_000);
  await idle.look();
  heard.keydown();
  mock.timers.setTime(Date.now() + 9 * 60_000);
  await idle.look();
  assert.equal(locks, 0);
  mock.timers.setTime(Date.now() + 60_000);
  await idle.look();
  assert.equal(locks, 1);
  heard.pointerdown();
  mock.timers.setTime(Date.now() - 3_600_000);
  await idle.look();
  assert.equal(locks, 2, "an hour back is not an hour more");
  forget(tab);
  await idle.look();
  assert.equal(locks, 2, "it is locked already");
});

test("work that does not fit the form is refused in its transaction, not written", async () => {
  const { database } = await sealed();
  const ring = ringOf(database);
  const [payload] = await seal(database, [{ a: 1 }]);
  assert.ok(isSealed(payload) && ring);
  hold(database, { ...ring, sealing: false });
  const write = () => {
    const tx = database.transaction(["meta"], "readonly");
    return sameForm(tx, database).then(() => "written");
  };
  assert.equal(await inForm(database, write), "written", "after it caught up");
  assert.equal(ringOf(database)?.sealing, true);
});
