/** I7: a browser killed between any two steps, and started again, loses nothing and does nothing twice. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { World } from "./world.js";

/** @param {World} world @param {(phase: number) => import("./laptop.js").Fault} fault */
async function day(world, fault) {
  const [laptop] = world.laptops;
  await world.exchange(laptop, fault(0));
  await world.write(laptop, "visit", 0, fault(1));
  await world.write(laptop, "edit", 1, fault(2));
  world.server.write("account", "a2", { town: "Manisa" });
  await world.exchange(laptop, fault(3));
  await world.write(laptop, "again", 0, fault(4));
  world.server.restore(world.server.backup(), true);
  await world.exchange(laptop, fault(5));
}

/** @param {number} phase @param {import("./laptop.js").Fault} fault */
async function interrupted(phase, fault) {
  const world = new World();
  world.server.page = 2;
  let steps = 0;
  await day(world, (now) => (now === phase ? fault : {}));
  for (const laptop of world.laptops) for (const tab of laptop.tabs) steps = Math.max(steps, tab.steps);
  await world.nothingIsLost();
  await world.pendingIsShown();
  await world.comesToRest();
  return world;
}

/** How many steps a phase has when nothing happens. @param {number} phase */
async function stepsOf(phase) {
  const world = new World();
  world.server.page = 2;
  let steps = 0;
  await day(world, (now) => {
    if (now === phase + 1) steps = [...world.laptops[0].tabs][0].steps;
    return {};
  });
  return steps || [...world.laptops[0].tabs][0].steps;
}

for (const [phase, name] of [
  "first load",
  "save",
  "save of an edit",
  "exchange",
  "second edit",
  "restored server",
].entries()) {
  test(`killed at every step of the ${name}`, async () => {
    const steps = await stepsOf(phase);
    assert(steps > 4, `only ${steps} steps`);
    for (let at = 1; at <= steps; at += 1) await interrupted(phase, { killAt: at });
  });

  test(`a transaction aborted at every step of the ${name}`, async () => {
    const steps = await stepsOf(phase);
    for (let at = 1; at <= steps; at += 1) await interrupted(phase, { failAt: at });
  });
}
