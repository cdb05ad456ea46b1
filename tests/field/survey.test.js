/** Surveys on the laptop: what is asked, what is wrong, and what travels, as the server's rules have it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answersOf, asked, isBegun, problemsOf } from "../../static/field/survey.js";

/** @param {Partial<import("../../static/field/survey.js").Question>} more */
const question = (more) => ({ key: "q", kind: "text", text: "?", required: false, unit: "", choices: [], rows: [], when: null, ...more });
const OVEN = question({ key: "q1", kind: "single", choices: ["Yes", "No"], required: true });
const AGE = question({ key: "q2", kind: "number", required: true, when: { key: "q1", is: "Yes" } });
const GAS = question({ key: "q3", kind: "multiple", choices: ["Ar", "Mix"] });
const MIX = question({ key: "q4", when: { key: "q3", is: "Mix" } });
const DEEP = question({ key: "q5", when: { key: "q2", is: "4" } });
const ALL = [OVEN, AGE, GAS, MIX, DEEP];
const keys = (/** @type {any} */ answers) => asked(ALL, answers).map(({ key }) => key);

test("what depends on an answer is asked only after it, and on an answer that is not asked nothing depends", () => {
  assert.deepEqual(keys({}), ["q1", "q3"]);
  assert.deepEqual(keys({ q1: "Yes", q2: "4", q3: ["Ar", "Mix"] }), ["q1", "q2", "q3", "q4", "q5"]);
  assert.deepEqual(keys({ q1: "No", q2: "4" }), ["q1", "q3"]);
});

test("what travels is read, tidied, and only what was asked", () => {
  const typed = { q1: "No", q2: "5", q3: [], q4: " x " };
  assert.deepEqual(answersOf(ALL, typed), { q1: "No" });
  assert.deepEqual(answersOf(ALL, { q1: "Yes", q2: "1,200.5", q3: ["Mix"], q4: " 80/20 " }), { q1: "Yes", q2: "1200.5", q3: ["Mix"], q4: "80/20" });
});

test("what is required or no number is said by its key", () => {
  assert.deepEqual(Object.keys(problemsOf(ALL, {})), ["q1"]);
  assert.deepEqual(Object.keys(problemsOf(ALL, { q1: "Yes", q2: "old" })), ["q2"]);
  assert.deepEqual(problemsOf(ALL, { q1: "Yes", q2: "4" }), {});
  assert.equal(isBegun({ q1: "", q3: [] }), false);
  assert.equal(isBegun({ q5: { row: "Good" } }), true);
});
