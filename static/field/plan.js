/** What is due: planned visits, and accounts that have not been seen for as long as was agreed. */

import { day, daysAfter, daysBetween } from "./ids.js";
import { lastVisits, list, listInState } from "./records.js";

/**
 * The stops of today in their order: what was planned first, then what is longest overdue.
 * @param {IDBDatabase} database
 */
export async function stops(database) {
  const today = day();
  const [accounts, planned, last] = await Promise.all([
    list(database, "account"),
    listInState(database, "visit", "planned"),
    lastVisits(database),
  ]);
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const visits = planned
    .filter((visit) => visit.status === "planned" && visit.planned_on <= today && byId.has(visit.account_id))
    .sort((a, b) => a.planned_on.localeCompare(b.planned_on))
    .map((visit) => ({ account: byId.get(visit.account_id), visit, late: daysBetween(visit.planned_on, today) }));
  const taken = new Set(planned.filter((visit) => visit.status === "planned").map((visit) => visit.account_id));
  const due = accounts
    .filter((account) => !taken.has(account.id))
    .map((account) => dueOf(account, last.get(account.id), today))
    .filter((stop) => stop !== null)
    .sort((a, b) => b.late - a.late);
  return { visits, due, accounts: accounts.length };
}

/**
 * When an account is due, if today or before.
 * @param {any} account @param {string | undefined} last @param {string} today
 */
function dueOf(account, last, today) {
  if (!account.visit_interval_days) return null;
  if (!last) return { account, visit: null, last: null, late: 0 };
  const due = daysAfter(day(new Date(last)), account.visit_interval_days);
  return due <= today ? { account, visit: null, last, late: daysBetween(due, today) } : null;
}

/**
 * Comments of others that were not looked at on this laptop, newest first.
 * @param {IDBDatabase} database @param {string} user @param {Record<string, string>} seen visit id → moment
 */
export async function unreadComments(database, user, seen) {
  const comments = await list(database, "comment");
  return comments
    .filter(
      (comment) => comment.user_id && comment.user_id !== user && comment.created_at > (seen[comment.visit_id] ?? ""),
    )
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
}
