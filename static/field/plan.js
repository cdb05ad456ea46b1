/** What is due: planned visits, and accounts that have not been seen for as long as was agreed. */

import { day, daysAfter, daysBetween } from "./ids.js";
import { inPlaces } from "./route.js";
import { lastVisits } from "./last_visits.js";
import { list, listBetween, listInState } from "./records.js";

const A_DAY = 86_400_000;

/** So many intervals without a visit make an account overdue, here as in the manager's coverage. */
const LATE_FROM = 1.25;

/**
 * How long an account has waited: on time until its interval has passed since the last visit or call (since it became
 * known, if there was none), then due, and overdue a quarter later. Null where no interval was agreed.
 * @param {any} account @param {string | undefined} last the moment of its last visit
 * @param {number} at the moment that counts, in milliseconds
 */
export function waitOf(account, last, at) {
  const days = account.visit_interval_days;
  if (!days) return null;
  const known = last ?? account.created_at;
  const since = known ? new Date(known).getTime() : at - days * A_DAY - 1;
  const intervals = (at - since) / A_DAY / days;
  const state = intervals <= 1 ? "on_time" : intervals <= LATE_FROM ? "due" : "overdue";
  const dueAt = new Date(since + days * A_DAY);
  return { state, intervals, dueAt, overdueAt: new Date(since + days * LATE_FROM * A_DAY) };
}

/** The last moment of a day where the laptop is. @param {string} on */
const endOf = (on) => new Date(`${on}T23:59:59.999`).getTime();

/**
 * The stops of today in their order: what was planned first, then what has waited longest.
 * @param {IDBDatabase} database
 */
export async function stops(database) {
  const today = day();
  const { accounts, planned, last } = await around(database);
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const visits = inPlaces(planned.filter((visit) => visit.planned_on <= today && byId.has(visit.account_id)))
    .sort((a, b) => a.planned_on.localeCompare(b.planned_on))
    .map((visit) => ({ account: byId.get(visit.account_id), visit, late: daysBetween(visit.planned_on, today) }));
  return { visits, due: dueUntil(today, { accounts, planned, last }), accounts: accounts.length };
}

/**
 * The accounts that are due by the end of a day and for which nothing is planned, the longest waiting first.
 * @param {string} on @param {{accounts: any[], planned: any[], last: Map<string, string>}} known
 */
function dueUntil(on, { accounts, planned, last }) {
  const taken = new Set(planned.map((visit) => visit.account_id));
  return accounts
    .filter((account) => !taken.has(account.id))
    .map((account) => ({ account, visit: null, last: last.get(account.id), wait: waitOf(account, last.get(account.id), endOf(on)) }))
    .filter((stop) => stop.wait !== null && stop.wait.state !== "on_time")
    .sort((a, b) => (b.wait?.intervals ?? 0) - (a.wait?.intervals ?? 0));
}

/** The accounts that are due by the end of a day and not planned. @param {IDBDatabase} database @param {string} on */
export const dueOn = async (database, on) => dueUntil(on, await around(database));

/** @param {IDBDatabase} database */
async function around(database) {
  const [accounts, planned, last] = await Promise.all([
    list(database, "account"),
    listInState(database, "visit", "planned"),
    lastVisits(database),
  ]);
  return { accounts, planned: planned.filter((visit) => visit.status === "planned"), last };
}

/** The Monday of a day's week. @param {string} on */
export const mondayOf = (on) => daysAfter(on, -((new Date(`${on}T12:00:00`).getDay() + 6) % 7));

/**
 * Seven days with what is planned and what was done in them, and what else becomes due by their end.
 * @param {IDBDatabase} database @param {string} monday
 */
export async function week(database, monday) {
  const days = Array.from({ length: 7 }, (_, place) => daysAfter(monday, place));
  const from = new Date(`${monday}T00:00:00`).toISOString();
  const until = new Date(`${daysAfter(monday, 7)}T00:00:00`).toISOString();
  const [known, completed] = await Promise.all([
    around(database),
    listBetween(database, "visit", "completed", from, until),
  ]);
  const byId = new Map(known.accounts.map((account) => [account.id, account]));
  const onDay = (/** @type {any} */ visit) =>
    visit.status === "planned" ? visit.planned_on : visit.happened_at && day(new Date(visit.happened_at));
  const visits = [...known.planned, ...completed.filter((visit) => visit.status === "completed")];
  const entries = days.map((on) => ({
    on,
    stops: inPlaces(visits.filter((visit) => onDay(visit) === on && byId.has(visit.account_id)))
      .sort((a, b) => (a.happened_at ?? "~").localeCompare(b.happened_at ?? "~"))
      .map((visit) => ({ visit, account: byId.get(visit.account_id) })),
  }));
  return { days: entries, due: dueUntil(days[6], known) };
}

/** Days after which nobody is asked to read a comment any more, as in the portal's inbox. */
const NEWS_DAYS = 30;

/**
 * Up to when the rep has read what stands under visits, here or anywhere: visit id → moment.
 * @param {IDBDatabase} database
 */
export async function readMarks(database) {
  /** @type {Map<string, string>} */
  const marks = new Map();
  for (const { id, visit_id: visit = id, read_at: at } of await list(database, "visit_read"))
    if (at > (marks.get(visit) ?? "")) marks.set(visit, at);
  return marks;
}

/**
 * Comments of others that the rep has not read yet, newest first.
 * @param {IDBDatabase} database @param {string} user
 */
export async function unreadComments(database, user) {
  const [comments, marks] = await Promise.all([list(database, "comment"), readMarks(database)]);
  const since = new Date(Date.now() - NEWS_DAYS * A_DAY).toISOString();
  return comments
    .filter(({ user_id: by, created_at: at }) => by && by !== user && at > since)
    .filter((comment) => comment.created_at > (marks.get(comment.visit_id) ?? ""))
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
}
