/** On the visit form: the surveys that are asked, each folded until it is begun. */

import { field, h } from "../dom.js";
import { newId } from "../ids.js";
import { answersOf, asked, isBegun, problemsOf } from "../survey.js";
import { _, number } from "../words.js";

/** @typedef {import("../survey.js").Question} Question */

/**
 * @param {import("./state.js").VisitState} state @param {any[]} surveys @param {() => void} changed
 * @param {import("./photos.js").Photos} photos
 */
export function surveysPart(state, surveys, changed, photos) {
  return surveys.map((survey) => {
    const answers = answersIn(state, survey.id);
    const place = h("div", { class: "body stack" });
    const note = (/** @type {string} */ key, /** @type {any} */ value) => {
      const before = asked(survey.questions, answers).length;
      answers[key] = value;
      state.surveys = { ...state.surveys, [survey.id]: answers };
      if (asked(survey.questions, answers).length !== before) paint();
      changed();
    };
    const paint = () => {
      const focused = place.contains(document.activeElement) ? document.activeElement?.id : "";
      place.replaceChildren(...asked(survey.questions, answers).map((question) => control(survey.id, question, answers, note, photos)));
      if (focused) /** @type {HTMLElement | null} */ (place.querySelector(`[id="${focused}"]`))?.focus();
    };
    paint();
    const summary = h("summary", null, h("strong", null, survey.title));
    return h("details", { class: "card remember", open: isBegun(answers), data: { survey: survey.id } }, summary, place);
  });
}

/** @param {import("./state.js").VisitState} state @param {string} id of the version */
const answersIn = (state, id) => ({ ...state.surveys?.[id] });

/** The id of a question's control. @param {string} survey @param {string} key */
const idOf = (survey, key) => `survey-${survey}-${key}`;

/** @param {string} survey @param {Question} question @param {Record<string, any>} answers @param {(key: string, value: any) => void} note @param {import("./photos.js").Photos} photos */
function control(survey, question, answers, note, photos) {
  const { key, kind, text, unit, required } = question;
  const id = idOf(survey, key);
  if (kind === "photo") return pictures(id, question, answers, note, photos);
  if (kind === "multiple") return choices(id, question, answers, note);
  if (kind === "matrix") return matrix(id, question, answers, note);
  if (kind === "single") return field(text, picker(id, question.choices, answers[key], (value) => note(key, value)), { id, optional: !required });
  const look = kind === "text" ? { tag: "textarea", rows: 2, maxlength: 5000 } : { tag: "input", ...(kind === "date" ? { type: "date" } : { inputmode: "decimal", maxlength: 16 }) };
  const { tag, ...attributes } = look;
  const input = /** @type {HTMLInputElement} */ (h(tag, { class: "form-control", autocomplete: "off", ...attributes }));
  input.value = answers[key] ?? "";
  input.addEventListener("input", () => note(key, input.value));
  return field(unit ? `${text} (${unit})` : text, input, { id, optional: !required });
}

/** @param {string} id @param {Question} question @param {Record<string, any>} answers @param {(key: string, value: any) => void} note @param {import("./photos.js").Photos} photos */
function pictures(id, { key, text }, answers, note, photos) {
  const place = { id: `${id}-add`, alt: text, ids: () => answers[key] ?? [], put: (/** @type {string[]} */ ids) => note(key, ids) };
  return h("fieldset", { class: "field" }, h("legend", null, text), h("div", { id, class: "stack", tabindex: "-1" }, ...photos.part(place)));
}

/** The ids of photos in what is asked and answered. @param {import("./state.js").VisitState} state @param {any[]} surveys */
export const answeredIds = (state, surveys) =>
  surveys.flatMap(({ id, questions }) => Object.values(answersOf(questions, answersIn(state, id))).filter(Array.isArray).flat());

/** @param {string} id @param {string[]} offered @param {string | undefined} chosen @param {(value: string) => void} take */
function picker(id, offered, chosen, take) {
  const options = ["", ...offered].map((each) => h("option", { value: each }, each || "–"));
  const select = /** @type {HTMLSelectElement} */ (h("select", { class: "form-select", id }, ...options));
  select.value = chosen ?? "";
  select.addEventListener("input", () => take(select.value));
  return select;
}

/** @param {string} id @param {Question} question @param {Record<string, any>} answers @param {(key: string, value: any) => void} note */
function choices(id, { key, text, choices: offered }, answers, note) {
  const boxes = offered.map((choice, place) => {
    const own = `${id}-${place}`;
    const box = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: place ? own : id, checked: (answers[key] ?? []).includes(choice) }));
    box.addEventListener("change", () => {
      const rest = (answers[key] ?? []).filter((/** @type {string} */ each) => each !== choice);
      note(key, box.checked ? [...rest, choice] : rest);
    });
    return h("label", { class: "check", for: place ? own : id }, box, choice);
  });
  return h("fieldset", { class: "field" }, h("legend", null, text), ...boxes);
}

/** @param {string} id @param {Question} question @param {Record<string, any>} answers @param {(key: string, value: any) => void} note */
function matrix(id, { key, text, choices: offered, rows }, answers, note) {
  const lines = rows.map((row, place) => {
    const own = place ? `${id}-${place}` : id;
    return field(row, picker(own, offered, answers[key]?.[row], (value) => note(key, { ...answers[key], [row]: value || undefined })), { id: own });
  });
  return h("fieldset", { class: "group-card" }, h("legend", null, text), ...lines);
}

/**
 * What is wrong with what was begun, by the ids of the controls.
 * @param {import("./state.js").VisitState} state @param {any[]} surveys @returns {Record<string, string>}
 */
export function surveyProblems(state, surveys) {
  const begun = surveys.filter((survey) => isBegun(answersIn(state, survey.id)));
  return Object.fromEntries(
    begun.flatMap(({ id, questions }) =>
      Object.entries(problemsOf(questions, answersIn(state, id))).map(([key, text]) => [idOf(id, key), text]),
    ),
  );
}

/**
 * The responses that saving the visit means: new ones, and those whose answers changed.
 * @param {import("./state.js").VisitState} state @param {any[]} surveys @param {any[]} known responses of this visit
 * @param {boolean} fresh whether the visit, and all that belongs to it, is made anew
 */
export function responses(state, surveys, known, fresh) {
  return surveys
    .map((survey) => response(state, survey, known.find((each) => each.survey_version_id === survey.id), fresh))
    .filter((change) => change !== null);
}

/** @param {import("./state.js").VisitState} state @param {any} survey @param {any} before @param {boolean} fresh @returns {import("../outbox.js").Change | null} */
function response(state, { id, questions }, before, fresh) {
  const answers = answersOf(questions, answersIn(state, id));
  const change = { kind: "survey_response", id: before?.id ?? newId() };
  if (before && !fresh) {
    if (JSON.stringify(inOrder(before.answers)) === JSON.stringify(inOrder(answers))) return null;
    return { ...change, action: "patch", patch: { answers }, base: { answers: before.answers }, base_version: before.version };
  }
  if (!isBegun(answers)) return null;
  const place = { account_id: state.account, visit_id: state.id, survey_version_id: id };
  return { ...change, action: "create", patch: { ...place, answered_at: new Date(state.happened_at).toISOString(), answers } };
}

/** @param {Record<string, any>} answers */
const inOrder = (answers) => Object.keys(answers).sort().map((key) => [key, answers[key]]);

/** The answers of responses as a form holds them, by version. @param {any[]} known @param {any[]} surveys */
export function answersFrom(known, surveys) {
  return Object.fromEntries(
    known.map(({ survey_version_id: id, answers }) => {
      const questions = surveys.find((each) => each.id === id)?.questions ?? [];
      const typed = questions.map((/** @type {Question} */ { key, kind }) => [key, kind === "number" && answers[key] ? number(answers[key]) : answers[key]]);
      return [id, Object.fromEntries(typed.filter((/** @type {any[]} */ [, value]) => value !== undefined))];
    }),
  );
}
