/** What was answered to a survey, as it was asked then. */

import { card, h } from "../dom.js";
import { standingChip } from "../parts.js";
import { read } from "../records.js";
import { asked } from "../survey.js";
import { _, date, number } from "../words.js";

/** @param {IDBDatabase} database @param {any} response */
export async function surveyCard(database, response) {
  const survey = await read(database, "survey", response.survey_version_id);
  if (!survey) return "";
  const state = response.pending.length ? standingChip(response.pending) : null;
  const pairs = asked(survey.questions, response.answers).flatMap((question) => [
    h("dt", null, question.text),
    h("dd", null, inWords(question, response.answers[question.key])),
  ]);
  return card(survey.title, state, h("div", { class: "body" }, h("dl", { class: "facts" }, ...pairs)));
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
