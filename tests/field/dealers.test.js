/** Which dealer an order goes to, what he paid last, and how many packs it is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dealersFor, kilometres } from "../../static/field/dealers.js";
import { dealerPrice, packs } from "../../static/field/pricing.js";

const IZMIR = { latitude: 38.4237, longitude: 27.1428 };
const ANKARA = { latitude: 39.9334, longitude: 32.8597 };

test("suppliers come first, then the nearest, and who is nowhere comes last by name", () => {
  const dealers = [
    { id: "far", name: "Ankara", active: true, branches: [ANKARA] },
    { id: "near", name: "Konak", active: true, branches: [ANKARA, IZMIR] },
    { id: "z", name: "Zeytin", active: true, branches: [] },
    { id: "b", name: "Bora", active: true, branches: [{ latitude: null, longitude: null }] },
    { id: "old", name: "Eski", active: false, branches: [IZMIR] },
    { id: "supplies", name: "Tedarik", active: true, branches: [ANKARA] },
  ];
  const links = [
    { dealer_id: "supplies", ended_on: null },
    { dealer_id: "far", ended_on: "2026-01-01" },
    { dealer_id: null, supplier: "Another company", ended_on: null },
  ];
  const { supplying, others } = dealersFor(dealers, links, { latitude: 38.5, longitude: 27.1 });
  assert.deepEqual(supplying.map(({ dealer }) => dealer.id), ["supplies"]);
  assert.deepEqual(others.map(({ dealer }) => dealer.id), ["near", "far", "b", "z"]);
  assert.equal(others[2].km, null);
  const unplaced = dealersFor(dealers, [], null);
  assert.deepEqual(unplaced.others.map(({ dealer }) => dealer.name), ["Ankara", "Bora", "Konak", "Tedarik", "Zeytin"]);
});

test("distances are those of a sphere", () => {
  assert.ok(Math.abs(kilometres(IZMIR, ANKARA) - 522) < 5);
  assert.equal(kilometres(IZMIR, IZMIR), 0);
});

test("the dealer's price is the server's last word, unless the list is newer or speaks of another currency", () => {
  const line = (/** @type {string} */ price) => ({ product_id: "p", price, amount: "1" });
  const draft = (/** @type {any} */ more) => ({ dealer_id: "d", currency: "TRY", priced_on: "2026-03-01", lines: [line("90")], ...more });
  const listed = { price: "100", currency: "TRY", list: "Open", valid_from: "2026-01-01", valid_until: null };
  const drafts = [draft({}), draft({ priced_on: "2026-03-05", lines: [line("92")] }), draft({ dealer_id: "e", priced_on: "2026-03-09", lines: [line("1")] })];
  assert.deepEqual(dealerPrice(drafts, "d", "p", listed), { price: "92", on: "2026-03-05" });
  assert.equal(dealerPrice(drafts, "d", "q", listed), null);
  assert.equal(dealerPrice(drafts, "d", "p", { ...listed, valid_from: "2026-03-06" }), null);
  assert.equal(dealerPrice(drafts, "d", "p", { ...listed, currency: "EUR" }), null);
  const unpriced = draft({ priced_on: undefined, lines: [{ product_id: "p", price: "77" }] });
  assert.equal(dealerPrice([unpriced, draft({ lines: [{ product_id: "p", price: "77" }] })], "d", "p", listed), null);
});

test("packs are counted up to the one that is begun", () => {
  assert.deepEqual(packs("8", "4"), { whole: true, count: 2n, filled: "8" });
  assert.deepEqual(packs("9", "4"), { whole: false, count: 3n, filled: "12" });
  assert.deepEqual(packs("0.7", "0.25"), { whole: false, count: 3n, filled: "0.75" });
  for (const nothing of [packs("9", "1"), packs("9", null), packs(null, "4"), packs("0", "4")]) assert.equal(nothing, null);
  const thousandths = fc.integer({ min: 1, max: 10 ** 9 });
  fc.assert(
    fc.property(thousandths, thousandths, (quantity, size) => {
      const found = packs(String(quantity / 1000), String(size / 1000));
      if (!found) return size === 1000;
      const filled = Math.round(Number(found.filled) * 1000);
      return filled % size === 0 && filled >= quantity && filled - quantity < size && found.whole === (filled === quantity);
    }),
  );
});
