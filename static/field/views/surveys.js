/** What was answered to a survey, as it was asked then. */

import { card, h } from "../dom.js";
import { standingChip } from "../parts.js";
import { read } from "../records.js";
import { asked } from "../survey.js";
import { _, date, number } from "../words.js";

/** @param {IDBDatabase} database @param {any} response @param {any[]} shots photos of the visit @param {import("../pictures.js").Pictures} pictures */
export async function surveyCard(database, response, shots, pictures) {
  const survey = await read(database, "survey", response.survey_version_id);
  if (!survey) return "";
  const state = response.pending.length ? standingChip(response.pending) : null;
  const pairs = asked(survey.questions, response.answers).map(async (question) => {
    const answer = response.answers[question.key];
    const said = question.kind === "photo" && answer ? photos(question, answer, shots, pictures) : inWords(question, answer);
    return [h("dt", null, question.text), h("dd", null, await said)];
  });
  return card(survey.title, state, h("div", { class: "body" }, h("dl", { class: "facts" }, ...(await Promise.all(pairs)).flat())));
}

/** @param {import("../survey.js").Question} question @param {string[]} ids @param {any[]} shots @param {import("../pictures.js").Pictures} pictures */
async function photos({ text }, ids, shots, pictures) {
  const found = shots.filter(({ id, removed_at }) => ids.includes(id) && !removed_at);
  const items = found.map(async (shot) => h("li", null, await pictures.show(shot, text)));
  return items.length ? h("ul", { class: "photos" }, ...(await Promise.all(items))) : "–";
}

/** @param {import("../survey.js").Question} question @param {any} answer */
function inWords({ kind, unit }, answer) {
  if (answer === undefined || answer === null) return "–";
  if (kind === "number") return [number(answer), unit].filter(Boolean).join(" ");
  if (kind === "date") return date(answer);
  if (Array.isArray(answer)) return answer.join(", ");
  if (typeof answer === "object") return Object.entries(answer).map(([row, choice]) => `${row}: ${choice}`).join(" · ");
  return answer;
}
