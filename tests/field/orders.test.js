/** What the office orders of a laptop: blocked, lost, erased; with a session and without, and cut off anywhere. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { erase, eraseOthers, goOnErasing } from "../../static/field/erase.js";
import { rememberCopy } from "../../static/field/laptop.js";
import { unsettled } from "../../static/field/records.js";
import { inWords } from "../../static/field/status.js";
import { World } from "./world.js";

/** A rep who was online once and then wrote something down. */
async function begin() {
  const world = new World();
  const [laptop] = world.laptops;
  await world.exchange(laptop);
  const mark = await world.write(laptop, "visit", 0);
  const tab = await laptop.anyTab();
  return { world, laptop, tab, mark };
}

/** What is left of all databases, the laptop's own list of users included. @param {import("./laptop.js").Laptop} laptop */
const left = async (laptop) => (await laptop.factory.databases()).map((each) => each.name);

test("a blocked laptop says so, and goes on saving and sending", async () => {
  const { world, laptop, tab, mark } = await begin();
  world.server.told = "frozen";
  await world.exchange(laptop);
  assert.equal(world.arrived(mark).length, 1);
  const line = inWords(await tab.sync.status());
  assert.deepEqual([line.text, line.action], ["This laptop is blocked. Ask your manager.", ""]);
  const again = await world.write(laptop, "visit", 1);
  world.server.signedIn = false;
  await world.exchange(laptop);
  const out = inWords(await tab.sync.status());
  assert.deepEqual([out.text, out.detail, out.action], [line.text, "Sign in to send 1 visit", "sign_in"]);
  world.server.signedIn = true;
  await world.exchange(laptop);
  assert.deepEqual([...new Set((await unsettled(tab.real)).map((item) => item.verdict))], ["held"]);
  assert.equal(world.arrived(again).length, 1);
  world.server.told = "active";
  await world.exchange(laptop);
  assert.notEqual(inWords(await tab.sync.status()).text, line.text);
});

test("a laptop without a session hears that it is blocked", async () => {
  const { world, laptop, tab } = await begin();
  world.server.told = "frozen";
  world.server.signedIn = false;
  await world.exchange(laptop);
  assert.equal((await tab.sync.status()).told, "frozen");
  assert.equal((await unsettled(tab.real)).length, 1);
});

test("a laptop that shall erase itself sends what waits, erases everything and says so", async () => {
  const { world, laptop, tab, mark } = await begin();
  const [{ device }] = (await laptop.content()).meta.filter((each) => each.name === "device").map(({ value }) => ({ device: value }));
  world.server.told = "wipe";
  let told = null;
  tab.sync.addEventListener("erased", (event) => (told = /** @type {CustomEvent} */ (event).detail));
  await world.exchange(laptop);
  assert.equal(world.arrived(mark).length, 1);
  assert.deepEqual(world.server.wiped, [device]);
  assert.deepEqual(await left(laptop), []);
  assert.equal(world.server.signedIn, false, "nobody is signed in there any more, so nothing comes back by itself");
  assert.equal(told?.["total"], 0);
  await world.exchange(laptop);
  assert.deepEqual(await left(laptop), [], "and nothing is made anew");
});

test("without a session it erases itself, too, and says how much could not be sent", async () => {
  const { world, laptop, tab } = await begin();
  world.server.told = "wipe";
  world.server.signedIn = false;
  let told = null;
  tab.sync.addEventListener("erased", (event) => (told = /** @type {CustomEvent} */ (event).detail));
  await world.exchange(laptop);
  assert.equal(told?.["visits"], 1);
  assert.equal(world.server.wiped.length, 1);
  assert.deepEqual(await left(laptop), []);
});

test("a network that fails meanwhile is given three tries, then everything goes; it is told later", async () => {
  const { world, laptop, tab } = await begin();
  world.server.told = "wipe";
  await world.exchange(laptop, {}, [null, "lost"]);
  assert.equal((await tab.sync.status()).told, "wipe");
  await world.write(laptop, "visit", 1);
  await world.exchange(laptop, {}, ["lost"]);
  assert.equal((await unsettled(tab.real)).length, 2, "two tries are not enough");
  await world.exchange(laptop, {}, Array(9).fill("lost"));
  assert.deepEqual(await left(laptop), ["field"], "only that it is to be told");
  assert.deepEqual(world.server.wiped, []);
  await world.exchange(laptop, {}, ["hotel", "busy", "lost"]);
  assert.deepEqual(world.server.wiped, []);
  await world.exchange(laptop);
  assert.equal(world.server.wiped.length, 1);
  assert.deepEqual(await left(laptop), []);
});

test("erasing that was cut off at any request goes on at the next start", async () => {
  for (let cut = 0; cut < 4; cut += 1) {
    const { world, laptop, tab } = await begin();
    world.server.told = "wipe";
    world.server.signedIn = cut % 2 === 0;
    await tab.run(async () => {
      tab.real.close();
      world.server.faults = [...Array(cut).fill(null), "mute", "lost", "lost"];
      await erase({ user: "rep", device: "d" }).catch(() => undefined);
      world.server.faults = [];
      await goOnErasing();
      assert.equal(await goOnErasing(), 0);
    });
    assert.equal(new Set(world.server.wiped).size, 1);
    assert.ok(!(await left(laptop)).includes("field-rep"));
  }
});

test("what a rep saves after he signed in anew is not touched by an erasing that could not be told before", async () => {
  const { world, laptop } = await begin();
  world.server.told = "wipe";
  await world.exchange(laptop, {}, [null, null, null, null, "lost", "lost"]);
  assert.deepEqual([await left(laptop), world.server.signedIn], [["field"], false], "gone and signed out, not told");
  laptop.tabs.clear();
  const wiped = world.server.told;
  world.server.told = "active"; // to another device
  world.server.signedIn = true;
  const fresh = await world.write(laptop, "visit", 1);
  const tab = await laptop.anyTab();
  world.server.told = wiped;
  await tab.run(() => goOnErasing());
  assert.equal(world.server.wiped.length, 1);
  assert.equal(world.server.signedIn, true);
  assert.deepEqual((await unsettled(tab.real)).map((item) => item.body.patch.mark), [fresh]);
});

test("another user's copy in the same browser stays, and is asked for although he is not there", async () => {
  const { world, laptop, tab } = await begin();
  world.server.told = "wipe";
  tab.real.close();
  await tab.run(async () => {
    await rememberCopy({ user: "rep2", device: "device-2" });
    await eraseOthers("rep2");
  });
  assert.equal(world.server.wiped.length, 1, "the first rep's copy was erased from the second one's page");
  assert.deepEqual(await left(laptop), ["field"]);
  assert.equal(world.server.signedIn, false);
  await tab.run(() => eraseOthers("rep3"));
  assert.equal(world.server.wiped.at(-1), "device-2");
});
