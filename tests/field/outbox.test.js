/** Saving, sending and deciding, one case each. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { discard, Needed, retry, takeBack } from "../../static/field/decide.js";
import { newId } from "../../static/field/ids.js";
import { count, keepDraft, MARK, save } from "../../static/field/outbox.js";
import { list, read, settled, unsettled } from "../../static/field/records.js";
import { inWords } from "../../static/field/status.js";
import { World } from "./world.js";

/** A rep who was online once. */
async function begin() {
  const world = new World();
  const [laptop] = world.laptops;
  await world.exchange(laptop);
  const tab = await laptop.anyTab();
  return { world, laptop, tab, database: tab.real };
}

/** @param {IDBDatabase} database @param {string} summary @param {any} [more] */
async function note(database, summary, more = {}) {
  const id = newId();
  const patch = { account_id: "a1", mark: summary, summary, status: "completed", happened_at: "2026-11-22T09:00:00Z" };
  await save(database, { id, kind: "visit", about: "Gemi" }, [
    { kind: "visit", id, action: "create", patch: { ...patch, ...more } },
  ]);
  return { id, kind: "visit" };
}

/** @param {IDBDatabase} database */
const places = async (database) =>
  (await unsettled(database)).map((item) => [item.body.patch.summary, item.state, item.seq]);

test("a full disk keeps nothing of a save, keeps the draft, and the next save takes its place", async () => {
  const { world, laptop, tab, database } = await begin();
  await keepDraft(database, "draft", "a1", "visit", { summary: "long" });
  const filled = tab.run(() => note(tab.database, "lost"), { failAt: 1 });
  await assert.rejects(filled, { name: "QuotaExceededError" });
  assert.deepEqual(await places(database), []);
  assert.deepEqual(await list(database, "visit"), []);
  assert.equal((await laptop.content()).drafts.length, 1);
  await note(database, "kept");
  assert.deepEqual(await places(database), [["kept", "waiting", 1]]);
  await world.exchange(laptop);
  assert.equal(world.arrived("kept").length, 1);
});

test("a disk that fills up while answers come in is told in words, and nothing is lost", async () => {
  const { world, laptop, tab, database } = await begin();
  await note(database, "kept");
  await world.exchange(laptop, { failAt: 8 });
  assert.equal(tab.sync.trouble, "full");
  const { text, tone } = inWords(await tab.sync.status());
  assert.deepEqual([text, tone], ["This laptop has no space left. Free some, then save again.", "late"]);
  world.saved.set("kept", laptop);
  await world.nothingIsLost();
  await world.comesToRest();
});

test("a captive portal's page with status 200 is no answer, and is told in words", async () => {
  const { world, laptop, tab, database } = await begin();
  await note(database, "kept");
  await world.exchange(laptop, {}, ["hotel"]);
  const { text, detail } = inWords(await tab.sync.status());
  assert.match(text, /asks for a sign-in of its own/);
  assert.equal(detail, "1 visit waiting");
  assert.deepEqual(await places(database), [["kept", "waiting", 1]]);
  await world.exchange(laptop);
  assert.equal(inWords(await tab.sync.status()).text, "Everything is sent");
});

test("two tabs that save and send at once send everything once", async () => {
  const { world, laptop, tab } = await begin();
  const other = await laptop.tab();
  const both = [tab, other];
  await Promise.all(
    Array.from({ length: 20 }, (_, place) =>
      both[place % 2].run(() => note(both[place % 2].database, `both-${place}`)),
    ),
  );
  const seqs = (await unsettled(tab.real)).map((item) => item.seq);
  assert.deepEqual(
    seqs.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, place) => place + 1),
  );
  await Promise.all([...both, ...both].map((each) => each.exchange()));
  await world.exchange(laptop);
  for (let place = 0; place < 20; place += 1) assert.equal(world.arrived(`both-${place}`).length, 1);
  assert.deepEqual(await unsettled(tab.real), []);
});

test("the same form saved in two tabs is one visit", async () => {
  const { database } = await begin();
  const id = newId();
  const form = { kind: "visit", id, action: /** @type {const} */ ("create"), patch: { account_id: "a1" } };
  const saves = await Promise.allSettled([1, 2].map(() => save(database, { id, kind: "visit" }, [form])));
  assert.deepEqual(saves.map((each) => each.status).sort(), ["fulfilled", "rejected"]);
  assert.equal((await unsettled(database)).length, 1);
});

test("what no request can carry waits for a person, and what lies behind it goes on", async () => {
  const { world, laptop, database } = await begin();
  await note(database, "first");
  await note(database, "x".repeat(5000));
  await note(database, "last");
  world.server.most = 4000;
  await world.exchange(laptop);
  assert.equal(world.arrived("first").length, 1);
  assert.equal(world.arrived("last").length, 1);
  const [stuck] = await unsettled(database);
  assert.equal(stuck.state, "stuck");
  assert.match(stuck.message?.text ?? "", /too long to be sent/);
});

test("discarded before it was sent, a visit never goes, and what was behind it does", async () => {
  const { world, laptop, database } = await begin();
  await note(database, "first");
  const group = await note(database, "second");
  await note(database, "third");
  await discard(database, group);
  assert.deepEqual(await places(database), [
    ["first", "waiting", 1],
    ["third", "waiting", 2],
  ]);
  assert.equal(await read(database, "visit", group.id), null);
  await world.exchange(laptop);
  assert.deepEqual([world.arrived("second").length, world.arrived("third").length], [0, 1]);
  await takeBack(database, group);
  assert.equal((await read(database, "visit", group.id))?.summary, "second");
  await world.exchange(laptop);
  assert.equal(world.arrived("second").length, 1);
});

test("a discarded edit leaves the record as the server has it", async () => {
  const { database } = await begin();
  const before = await read(database, "account", "a1");
  const change = {
    kind: "account",
    id: "a1",
    action: /** @type {const} */ ("patch"),
    patch: { phone: "2", territory_id: "t" },
  };
  await save(database, { id: "a1", kind: "account" }, [change]);
  assert.equal((await read(database, "account", "a1"))?.phone, "2");
  await discard(database, { id: "a1", kind: "account" });
  assert.deepEqual(await read(database, "account", "a1"), before);
  assert.deepEqual(await list(database, "account", "t"), []);
});

test("what was read is sent, and nobody is told that it waits", async () => {
  const { world, laptop, database } = await begin();
  const mark = { kind: "visit_read", id: newId(), action: /** @type {const} */ ("patch"), patch: { read_at: "2026-11-22T09:00:00Z" } };
  await save(database, { id: mark.id, kind: MARK }, [mark]);
  const group = await note(database, "written");
  assert.deepEqual(count((await unsettled(database)).filter((item) => item.group !== group.id)), {
    visits: 0,
    others: 0,
    photos: 0,
    total: 0,
    oldest: null,
  });
  assert.equal(count(await unsettled(database)).total, 1);
  await world.exchange(laptop);
  assert.ok((await unsettled(database)).every((item) => item.state !== "waiting"));
});

test("discarded although it had arrived, a visit comes back, and what was behind it is sent once", async () => {
  const { world, laptop, database } = await begin();
  const group = await note(database, "sent");
  await world.exchange(laptop, {}, ["mute"]);
  await discard(database, group);
  await note(database, "next");
  assert.deepEqual(await places(database), [["next", "waiting", 1]]);
  await world.exchange(laptop);
  assert.equal((await read(database, "visit", group.id))?.summary, "sent");
  assert.equal(world.arrived("next").length, 1);
  await takeBack(database, group);
  await world.exchange(laptop);
  assert.equal(world.arrived("sent").length, 1);
  assert.deepEqual(await unsettled(database), []);
});

test("what other work stands on is not discarded before it", async () => {
  const { database } = await begin();
  const account = newId();
  const patch = { name: "New", territory_id: "t" };
  await save(database, { id: account, kind: "account" }, [{ kind: "account", id: account, action: "create", patch }]);
  await note(database, "there", { account_id: account });
  const refused = discard(database, { id: account, kind: "account" });
  await assert.rejects(refused, (error) => error instanceof Needed && error.titles[0] === "Gemi");
});

test("refused work that is tried again goes as a new operation, and the old one is ended", async () => {
  const { world, laptop, database } = await begin();
  const group = await note(database, "refuse");
  await world.exchange(laptop);
  const [first] = await unsettled(database);
  assert.equal(first.verdict, "needs_fix");
  await retry(database, group);
  const [again, end] = await unsettled(database);
  assert.deepEqual([again.state, again.kind], ["waiting", "visit"]);
  assert.notEqual(again.op_id, first.op_id);
  assert.deepEqual([end.kind, end.action, end.body.id], ["operation", "discard", first.op_id]);
  assert.deepEqual(states(await settled(database)), ["replaced"]);
  await world.exchange(laptop);
  assert.deepEqual(states(await unsettled(database)), ["stuck"], "a withdrawal itself needs nobody's attention");
});

test("refused work that was discarded is ended on the server, and comes back as new work", async () => {
  const { world, laptop, database } = await begin();
  const group = await note(database, "refuse");
  await world.exchange(laptop);
  await discard(database, group);
  assert.equal(await read(database, "visit", group.id), null);
  await world.exchange(laptop);
  assert.deepEqual(await unsettled(database), []);
  await takeBack(database, group);
  assert.deepEqual(states(await unsettled(database)), ["waiting"]);
  assert.deepEqual(states(await settled(database)), ["replaced", "sent"]);
  world.server.restore(world.server.backup(), true);
  await world.exchange(laptop);
  assert.equal(world.arrived("refuse").length, 2, "the one given up and the one that stands for it, each once");
});

test("what the manager decides ends what was stuck", async () => {
  const { world, laptop, database } = await begin();
  world.server.move("account:a1", true);
  const groups = [
    await note(database, "accepted"),
    await note(database, "thrown away"),
    await note(database, "handed on"),
  ];
  await world.exchange(laptop);
  const stuck = await unsettled(database);
  for (const [place, outcome] of ["accepted", "discarded", "handed_over"].entries())
    world.server.write("decision", `d${place}`, {
      op_id: stuck[place].op_id,
      outcome,
      verdict: "applied",
      reason: "no",
    });
  await world.exchange(laptop);
  assert.deepEqual(await places(database), [["handed on", "stuck", 3]]);
  assert.deepEqual(states(await settled(database)), ["sent", "refused"]);
  assert.equal(await read(database, "visit", groups[1].id), null);
});

/** @param {{state: string}[]} items */
const states = (items) => items.map((item) => item.state);

test("work that somebody else decides about is asked about under its own id", async () => {
  const { world, laptop, database } = await begin();
  world.server.move("account:a1", true);
  const group = await note(database, "moved");
  await world.exchange(laptop);
  const [held] = await unsettled(database);
  assert.equal(held.verdict, "out_of_scope");
  assert.equal(held.title, "Gemi", "the account itself is gone by now");
  await retry(database, group);
  const [asked] = await unsettled(database);
  assert.deepEqual([asked.op_id, asked.state], [held.op_id, "waiting"]);
  await world.exchange(laptop);
  assert.equal(world.arrived("moved").length, 1);
});

test("the order of work is the order in which it was saved, whatever the clock said", async () => {
  const { world, laptop, database } = await begin();
  const group = await note(database, "first");
  mock.timers.setTime(Date.UTC(2016, 1));
  await save(database, group, [
    { kind: "visit", id: group.id, action: "patch", patch: { summary: "corrected" }, base: { summary: "first" } },
  ]);
  assert.equal((await read(database, "visit", group.id))?.summary, "corrected");
  world.server.restore(world.server.backup(), true);
  await world.exchange(laptop);
  assert.equal(world.server.state.records[`visit:${group.id}`].row.summary, "corrected");
});

test("an operation says in which life of the server its record was read to the end, not which one answered last", async () => {
  const { world, laptop, tab, database } = await begin();
  const lives = async () => (await unsettled(database)).map((item) => item.body.epoch);
  await note(database, "before");
  assert.deepEqual(await lives(), ["epoch-1"]);
  world.server.restore(world.server.backup(), true);
  await tab.run(() => tab.sync.push());
  await note(database, "between");
  assert.equal((await lives()).at(-1), "epoch-1");
  await world.exchange(laptop);
  await note(database, "after");
  assert.deepEqual(await lives(), ["epoch-2"]);
});
