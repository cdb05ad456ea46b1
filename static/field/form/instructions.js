/** On the visit form: what the manager asks about this account, answered and closed on the spot. */

import { field, h } from "../dom.js";
import { answering, stateChip } from "../instructions.js";
import { _ } from "../words.js";

/**
 * @param {import("./state.js").VisitState} state @param {any[]} instructions the open ones @param {() => void} changed
 */
export function instructionsPart(state, instructions, changed) {
  if (!instructions.length) return null;
  return h(
    "section",
    { class: "card", id: "instructions" },
    h("header", null, h("h2", null, _("Your manager asks"))),
    ...instructions.map((each) => one(state, each, changed)),
  );
}

/** @param {import("./state.js").VisitState} state @param {any} instruction @param {() => void} changed */
function one(state, instruction, changed) {
  const { id } = instruction;
  const said = saidOf(state, instruction);
  const note = (/** @type {Partial<typeof said>} */ part) => {
    state.instructions = { ...state.instructions, [id]: Object.assign(said, part) };
    changed();
  };
  const answer = /** @type {HTMLTextAreaElement} */ (
    h("textarea", { class: "form-control", rows: 2, maxlength: 5000, oninput: () => note({ answer: answer.value }) })
  );
  answer.value = said.answer;
  const done = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", id: `done-${id}`, checked: said.done, onchange: () => note({ done: done.checked }) })
  );
  return h(
    "div",
    { class: "body stack", data: { instruction: id } },
    h("p", { class: "prose" }, instruction.text),
    h("p", { class: "row muted small" }, instruction.author_name ?? "", stateChip(instruction)),
    field(_("Your answer"), answer, { id: `answer-${id}`, optional: true }),
    h("label", { class: "check", for: `done-${id}` }, done, _("Done")),
  );
}

/** @param {import("./state.js").VisitState} state @param {any} instruction */
const saidOf = (state, { id, answer, closed_at: closed }) =>
  state.instructions?.[id] ?? { answer: answer ?? "", done: Boolean(closed) };

/**
 * The changes that the answers typed into a visit's form mean.
 * @param {import("./state.js").VisitState} state @param {any[]} instructions those that the form showed
 * @returns {import("../outbox.js").Change[]}
 */
export function answers(state, instructions) {
  return instructions.map((each) => answering(each, saidOf(state, each))).filter((change) => change !== null);
}
