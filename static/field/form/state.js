/** What a visit form holds, and which operations saving it means. No page in here. */

import { newId } from "../ids.js";
import { N_ } from "../words.js";
import { photosOf } from "./attachments.js";

/**
 * @typedef {object} VisitState
 * @property {string} id the visit's
 * @property {string} account
 * @property {"visit" | "call"} kind
 * @property {string} happened_at local, as a form writes it: `2026-05-05T14:05`
 * @property {string[]} participants
 * @property {{id: string, name: string, position: string, phone: string}[]} people made in this form
 * @property {string} summary
 * @property {string} next_steps
 * @property {string} next_step_on
 * @property {Record<string, string>} usage `group:brand` → what was typed
 * @property {Record<string, string>} potential group → what was typed
 * @property {string[]} groups those that are shown
 * @property {import("./attachments.js").FormPhoto[]} [photos] all that were added, those that answer questions included
 * @property {string[]} [removed] ids of photos that were taken out again
 * @property {any} [check_in] the arrival, if it was noted in this form
 * @property {Record<string, Record<string, any>>} [surveys] what was answered, by the version of a survey
 * @property {Record<string, {answer: string, done: boolean}>} [instructions] what was answered to the manager
 */

/** A form for a visit that begins now. @param {string} account @param {"visit" | "call"} kind @returns {VisitState} */
export function blankState(account, kind) {
  return {
    id: newId(),
    account,
    kind,
    happened_at: localMoment(new Date()),
    participants: [],
    people: [],
    summary: "",
    next_steps: "",
    next_step_on: "",
    usage: {},
    potential: {},
    groups: [],
  };
}

/**
 * The form of a visit that exists.
 * @param {any} visit @param {any[]} usages @param {any[]} potentials those noted in this visit @param {any[]} people made with it and refused with it
 * @returns {VisitState}
 */
export function stateOf(visit, usages, potentials, people) {
  return {
    ...blankState(visit.account_id, visit.kind),
    id: visit.id,
    happened_at: localMoment(visit.happened_at ? new Date(visit.happened_at) : new Date()),
    participants: visit.participants ?? [],
    people: people.map(({ id, name, position, phone }) => ({ id, name, position: position ?? "", phone: phone ?? "" })),
    summary: visit.summary ?? "",
    next_steps: visit.next_steps ?? "",
    next_step_on: visit.next_step_on ?? "",
    usage: Object.fromEntries(usages.map((each) => [`${each.product_group_id}:${each.brand_id}`, each.quantity])),
    potential: Object.fromEntries(potentials.map((each) => [each.product_group_id, each.quantity])),
    groups: [],
  };
}

/** @param {Date} moment */
export function localMoment(moment) {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * What is wrong with the form: field → message. Numbers come in already read: null where one was no number.
 * @param {VisitState} state @param {Record<string, string | null>} numbers
 * @returns {Record<string, string>}
 */
export function problems(state, numbers) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (value === null) found[name] = N_("This is not a number.");
  }
  if (!state.happened_at) found.happened_at = N_("Say when it was.");
  const said = state.summary.trim() || state.next_steps.trim() || Object.keys(numbers).length || photosOf(state).length;
  if (!said) found.summary = N_("Write a few words, or note what they use.");
  return found;
}

/**
 * The operations of a visit that the server does not have yet.
 * @param {VisitState} state @param {Record<string, string>} numbers what was typed, by `usage:group:brand` and `potential:group`
 * @returns {import("../outbox.js").Change[]}
 */
export function creation(state, numbers) {
  const { id, account } = state;
  return [
    ...newPeople(state),
    { kind: "visit", id, action: "create", patch: { account_id: account, ...visitFields(state) } },
    ...observations(state, numbers, new Map()),
  ];
}

/**
 * The operations that bring a known visit to what the form says.
 * @param {VisitState} state @param {Record<string, string>} numbers @param {any} visit @param {Map<string, any>} noted its observations, by the same names as the numbers
 * @returns {import("../outbox.js").Change[]}
 */
export function changes(state, numbers, visit, noted) {
  const fields = Object.entries(visitFields(state)).filter(([name, value]) => !alike(visit[name] ?? null, value));
  const patch = Object.fromEntries(fields);
  const base = Object.fromEntries(fields.map(([name]) => [name, visit[name] ?? null]));
  const edited = fields.length
    ? [
        {
          kind: "visit",
          id: state.id,
          action: /** @type {const} */ ("patch"),
          patch,
          base,
          base_version: visit.version,
        },
      ]
    : [];
  return [...newPeople(state), ...edited, ...observations(state, numbers, noted)];
}

/** @param {VisitState} state */
function visitFields(state) {
  return {
    kind: state.kind,
    status: "completed",
    happened_at: new Date(state.happened_at).toISOString(),
    summary: state.summary.trim() || null,
    next_steps: state.next_steps.trim() || null,
    next_step_on: state.next_step_on || null,
    participants: state.participants,
  };
}

/** @param {VisitState} state @returns {import("../outbox.js").Change[]} */
function newPeople(state) {
  return state.people.map(({ id, name, position, phone }) => ({
    kind: "contact",
    id,
    action: "create",
    patch: { account_id: state.account, name, position: position || null, phone: phone || null },
  }));
}

/** @param {VisitState} state @param {Record<string, string>} numbers @param {Map<string, any>} noted @returns {import("../outbox.js").Change[]} */
function observations(state, numbers, noted) {
  const place = { account_id: state.account, visit_id: state.id, observed_on: state.happened_at.slice(0, 10) };
  /** @type {import("../outbox.js").Change[]} */
  const found = [];
  for (const [name, quantity] of Object.entries(numbers)) {
    const [what, group, brand] = name.split(":");
    const known = noted.get(name);
    const kind = what === "usage" ? "brand_usage" : "potential";
    if (known && Number(known.quantity) === Number(quantity)) continue;
    if (known) {
      const base = { quantity: known.quantity };
      found.push({ kind, id: known.id, action: "patch", patch: { quantity }, base, base_version: known.version });
    } else {
      const of = what === "usage" ? { brand_id: brand, source: state.kind } : {};
      const patch = { ...place, product_group_id: group, ...of, quantity };
      found.push({ kind, id: newId(), action: "create", patch });
    }
  }
  return found;
}

/** @param {any} one @param {any} other */
function alike(one, other) {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((each) => other.includes(each));
  if (typeof one === "string" && typeof other === "string" && /^\d{4}-\d\d-\d\dT/.test(one))
    return new Date(one).getTime() === new Date(other).getTime();
  return one === other;
}
