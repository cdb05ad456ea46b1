/** Prices and amounts on the laptop: exact to the cent, and read from the lists as the server reads them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amount, difference, listPrice, sum } from "../../static/field/pricing.js";

const LISTS = new Map([
  ["a", { id: "a", code: "A", name: "First", currency: "TRY" }],
  ["b", { id: "b", code: "B", name: "Second", currency: "EUR" }],
]);
const entry = (/** @type {string} */ list, /** @type {string} */ price, /** @type {string} */ from, /** @type {string | null} */ until = null) =>
  ({ price_list_id: list, price, valid_from: from, valid_until: until });

test("the entry that began last counts, of several the first list's, and none outside its days", () => {
  const old = entry("a", "90", "2025-01-01");
  const now = entry("a", "100", "2026-01-01", "2026-06-30");
  const euro = entry("b", "3", "2026-01-01");
  assert.equal(listPrice([old, now, euro], LISTS, "2026-05-05")?.price, "100");
  assert.equal(listPrice([old, now], LISTS, "2026-07-01")?.price, "90");
  assert.equal(listPrice([old, now], LISTS, "2025-12-31")?.price, "90");
  assert.equal(listPrice([now], LISTS, "2025-12-31"), null);
  assert.equal(listPrice([euro], LISTS, "2026-05-05", "TRY"), null);
  assert.equal(listPrice([entry("of a dealer", "1", "2026-01-01")], LISTS, "2026-05-05"), null);
});

test("a line is rounded half up to the cent, and sums add rounded lines", () => {
  assert.equal(amount({ quantity: "10", price: "90", discount_percent: "5" }), "855.00");
  assert.equal(amount({ quantity: "1", price: "2.675" }), "2.68");
  assert.equal(amount({ quantity: "0.001", price: "0.01" }), "0.00");
  assert.equal(amount({ quantity: "9999999999", price: "99999999.9999" }), "999999999899000000.00");
  assert.equal(sum(["0.10", "0.20", "1000.00"]), "1000.30");
  assert.equal(sum([]), "0.00");
  assert.equal(difference("950", "855.00"), "95.0000");
  assert.equal(difference("0.05", "1"), "-0.9500");
});

test("amounts never stray from what whole numbers say", () => {
  const parts = fc.record({ quantity: fc.integer({ min: 1, max: 10 ** 9 }), price: fc.integer({ min: 0, max: 10 ** 8 }) });
  fc.assert(
    fc.property(parts, ({ quantity, price }) => {
      const cents = (BigInt(quantity) * BigInt(price) * 100n + 5000n) / 10000n;
      const got = amount({ quantity: String(quantity), price: `${Math.floor(price / 10000)}.${String(price % 10000).padStart(4, "0")}` });
      assert.equal(BigInt(got.replace(".", "")), cents);
    }),
  );
});
