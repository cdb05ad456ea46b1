/** An operation as people read it: which fields, what stood there before, what stands there after. */

import { meta } from "./db.js";
import { read } from "./records.js";
import { _, date, fileSize, N_, ngettext, number, time } from "./words.js";

/** How each field is called. A field that is not here only says where the record belongs. */
const LABELS = /** @type {Record<string, string>} */ ({
  name: N_("Name"),
  kind: N_("Kind"),
  status: N_("State"),
  town: N_("Town"),
  phone: N_("Phone"),
  email: N_("E-mail"),
  address: N_("Address"),
  segment: N_("Segment"),
  tax_number: N_("Tax number"),
  territory_id: N_("Territory"),
  visit_interval_days: N_("Days between visits"),
  opening_hours: N_("Opening hours"),
  latitude: N_("Latitude"),
  longitude: N_("Longitude"),
  place_in_day: N_("Stop of the day"),
  locked_time: N_("Expected at"),
  start_time: N_("Day begins"),
  end_time: N_("Day ends"),
  visit_minutes: N_("Minutes a visit"),
  start_latitude: N_("Start, latitude"),
  start_longitude: N_("Start, longitude"),
  end_latitude: N_("End, latitude"),
  end_longitude: N_("End, longitude"),
  position: N_("Position"),
  happened_at: N_("When"),
  read_at: N_("Comments read until"),
  told_by: N_("Who told us"),
  supplier: N_("Supplier"),
  happened_on: N_("When"),
  observed_on: N_("Heard on"),
  ended_on: N_("No longer since"),
  planned_on: N_("Planned for"),
  participants: N_("Who was there"),
  summary: N_("Summary"),
  next_steps: N_("Next steps"),
  next_step_on: N_("By when"),
  customer_contact: N_("Contact person"),
  currency: N_("Currency"),
  total: N_("Total, VAT included"),
  amount: N_("Amount"),
  note: N_("Note to the dealer"),
  dealer_id: N_("Dealer"),
  lines: N_("Lines"),
  caption: N_("What it shows"),
  size: N_("Photo"),
  taken_at: N_("Taken"),
  removed_at: N_("Removed"),
  answers: N_("Answers to a survey"),
  answered_at: N_("When"),
  checked_in_at: N_("Checked in"),
  given_at: N_("Agreed"),
  withdrawn_at: N_("Withdrawn"),
  wanted: N_("What is wanted"),
  company: N_("Company"),
  person: N_("Contact person"),
  unit: N_("Unit"),
  "lead.quantity": N_("Quantity"),
  answer: N_("Answer"),
  "instruction.read_at": N_("Read"),
  closed_at: N_("Done"),
  text: N_("Comment"),
  quantity: N_("Quantity a year"),
  "*": N_("The whole record"),
});

/** Words that stand for themselves in records. */
const WORDS = /** @type {Record<string, string>} */ ({
  customer: N_("Customer"),
  prospect: N_("Prospect"),
  visit: N_("Visit"),
  call: N_("Call"),
  planned: N_("planned"),
  completed: N_("completed"),
  cancelled: N_("cancelled"),
  issued: N_("issued"),
  discarded: N_("discarded"),
  drafted: N_("drafted"),
  proposed: N_("with the dealer"),
});

/** @param {string} name @param {string} [kind] of the record, where it has a word of its own */
export function label(name, kind = "") {
  const found = LABELS[`${kind}.${name}`] ?? LABELS[name];
  return found ? _(found) : name.replaceAll("_", " ");
}

/** @typedef {{label: string, before: string, after: string}} Difference */

/**
 * What an operation changes. Of a new record only what was filled in.
 * @param {IDBDatabase} database @param {{body: import("./types").Operation}} item
 * @returns {Promise<Difference[]>}
 */
export async function differences(database, { body }) {
  const creates = body.action === "create";
  const fields = Object.entries(body.patch).filter(([name, value]) => LABELS[name] && !(creates && isNothing(value)));
  const before = (/** @type {string} */ name) =>
    creates ? Promise.resolve("") : inWords(database, name, body.base[name]);
  const found = fields.map(async ([name, value]) => ({
    label: name === "quantity" && body.kind !== "lead" ? await whatIsMeasured(database, body) : label(name, body.kind),
    before: await before(name),
    after: await inWords(database, name, value),
  }));
  return Promise.all(found);
}

/** @param {any} value */
const isNothing = (value) => value === null || value === "" || (Array.isArray(value) && !value.length);

/** A value as it is read. @param {IDBDatabase} database @param {string} name @param {any} value @returns {Promise<string>} */
export async function inWords(database, name, value) {
  if (isNothing(value) || value === undefined) return "–";
  if (name === "answers") return Object.values(value).flatMap(answerInWords).join(" · ");
  if (name === "size") return fileSize(value);
  if (name === "lines") return number(value.length);
  if (name === "participants")
    return (await Promise.all(value.map((/** @type {string} */ id) => person(database, id)))).join(", ");
  if (name === "dealer_id") return (await read(database, "dealer", value))?.name ?? "–";
  if (name === "territory_id") return territory(database, value);
  if (name.endsWith("_at")) return time(value);
  if (name.endsWith("_on")) return date(value);
  if (name === "quantity" || name === "visit_interval_days") return number(value);
  if (name === "kind" || name === "status") return WORDS[value] ? _(WORDS[value]) : value;
  if (typeof value === "object") return (await described(database, value)).join(" · ");
  return String(value);
}

/** @param {any} answer @returns {string[]} */
function answerInWords(answer) {
  if (Array.isArray(answer) && answer.every(isId)) return [ngettext("%(count)s photo", "%(count)s photos", answer.length)];
  return typeof answer === "object" ? Object.values(answer) : [answer];
}

/** @param {any} value whether it names a photo: nothing else in a list does */
const isId = (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);

/** @param {IDBDatabase} database @param {Record<string, any>} record */
function described(database, record) {
  const known = Object.entries(record).filter(([name, value]) => LABELS[name] && !isNothing(value));
  return Promise.all(known.map(async ([name, value]) => `${label(name)}: ${await inWords(database, name, value)}`));
}

/** @param {IDBDatabase} database @param {string} id */
const person = async (database, id) => (await read(database, "contact", id))?.name ?? _("Somebody");

/** @param {IDBDatabase} database @param {string} id @returns {Promise<string>} */
async function territory(database, id) {
  const user = await meta(database, "user");
  return user?.territories?.find((/** @type {any} */ each) => each.id === id)?.name ?? "–";
}

/** Of which brand and product group a quantity is. @param {IDBDatabase} database @param {import("./types").Operation} body */
async function whatIsMeasured(database, body) {
  const record = { ...(await read(database, body.kind, body.id)), ...body.patch };
  const group = await read(database, "product_group", record.product_group_id ?? "");
  const brand = body.kind === "brand_usage" && (await read(database, "brand", record.brand_id ?? ""));
  const whose = body.kind === "potential" ? _("All brands together") : brand && brand.name;
  return [whose, group?.name].filter(Boolean).join(" · ") || label("quantity");
}
