/** Surveys: which are asked where one is, what is asked given what was answered, and what is not an answer. */

import { list } from "./records.js";
import { N_, readNumber } from "./words.js";

/**
 * @typedef {{key: string, kind: string, text: string, required: boolean, unit: string, choices: string[], rows: string[], when: {key: string, is: string} | null}} Question
 * @typedef {Record<string, any>} Answers by the keys of questions
 */

/**
 * The surveys that the rep is to ask: the newest version of each that is published, for everybody or for a region of his.
 * One that was begun with is kept, whatever was published meanwhile.
 * @param {IDBDatabase} database @param {import("./types").User} user @param {string[]} begun ids of versions
 */
export async function surveysFor(database, user, begun) {
  const regions = new Set((user.territories ?? []).map((territory) => territory.region_id));
  const all = await list(database, "survey");
  const kept = all.filter((each) => begun.includes(each.id));
  const open = all.filter((each) => !each.retired_at && (!each.region_id || regions.has(each.region_id)));
  const other = open.filter((each) => !kept.some((one) => one.survey_id === each.survey_id));
  return [...kept, ...other].sort((a, b) => a.published_at.localeCompare(b.published_at));
}

/**
 * The questions that are asked, given what was answered so far: what is not asked has no answer to depend on.
 * @param {Question[]} questions @param {Answers} answers
 */
export function asked(questions, answers) {
  /** @type {Answers} */
  const given = {};
  return questions.filter((question) => {
    const { when } = question;
    if (when && !(Array.isArray(given[when.key]) ? given[when.key].includes(when.is) : given[when.key] === when.is)) return false;
    given[question.key] = answers[question.key];
    return true;
  });
}

/** @param {any} value */
const isNone = (value) => value === null || value === undefined || value === "" || (typeof value === "object" && !Object.keys(value).length);

/** Whether anything was answered. @param {Answers} answers */
export const isBegun = (answers) => Object.values(answers).some((value) => !isNone(value));

/**
 * The answers as they travel: numbers read, blanks gone, and nothing that was not asked.
 * @param {Question[]} questions @param {Answers} answers @returns {Answers}
 */
export function answersOf(questions, answers) {
  const kept = asked(questions, answers)
    .map(({ key, kind }) => [key, kind === "number" ? readNumber(answers[key] ?? "") : tidy(answers[key])])
    .filter(([, value]) => !isNone(value));
  return Object.fromEntries(kept);
}

/** @param {any} value */
const tidy = (value) => (typeof value === "string" ? value.trim() : value);

/**
 * What is wrong with the answers: key → message.
 * @param {Question[]} questions @param {Answers} answers @returns {Record<string, string>}
 */
export function problemsOf(questions, answers) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const { key, kind, required } of asked(questions, answers)) {
    const value = tidy(answers[key]);
    if (required && isNone(value)) found[key] = N_("This must be filled in.");
    else if (kind === "number" && !isNone(value) && readNumber(value) === null) found[key] = N_("This is not a number.");
  }
  return found;
}
