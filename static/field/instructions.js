/** What the manager asks: what is open, how it stands, and noting that it was read. */

import { chip } from "./dom.js";
import { day } from "./ids.js";
import { MARK, save } from "./outbox.js";
import { list } from "./records.js";
import { _, date } from "./words.js";

/** @param {any} instruction */
export const isOpen = (instruction) => !instruction.closed_at && !instruction.withdrawn_at;

/**
 * What is to be done, the most urgent first; of one account, or all.
 * @param {IDBDatabase} database @param {string} [account]
 */
export async function openInstructions(database, account) {
  const all = await list(database, "instruction", account);
  return all.filter(isOpen).sort((a, b) => a.due_on.localeCompare(b.due_on));
}

/** How it stands, in a word. @param {any} instruction */
export function stateChip(instruction) {
  if (instruction.withdrawn_at) return chip(_("withdrawn"));
  if (instruction.closed_at) return chip(_("done"), "good");
  const until = _("by %(date)s", { date: date(instruction.due_on) });
  return chip(until, instruction.due_on < day() ? "late" : instruction.due_on === day() ? "soon" : "info");
}

/**
 * Let the manager know that these were read, once.
 * @param {import("./router.js").Context} context @param {any[]} instructions @param {string} about
 */
export async function noteRead({ database, sync }, instructions, about) {
  const unread = instructions.filter((each) => !each.read_at);
  for (const { id, version } of unread) {
    const change = { kind: "instruction", id, action: /** @type {const} */ ("patch"), base: { read_at: null } };
    const patch = { read_at: new Date().toISOString() };
    await save(database, { id, kind: MARK, about }, [{ ...change, base_version: version, patch }]);
  }
  if (unread.length) sync.saved();
}

/**
 * The change that answers an instruction, closes it or opens it again; null where nothing is different.
 * @param {any} instruction @param {{answer: string, done: boolean}} said
 * @returns {import("./outbox.js").Change | null}
 */
export function answering(instruction, { answer, done }) {
  const closed = done ? (instruction.closed_at ?? new Date().toISOString()) : null;
  const wanted = { answer: answer.trim() || null, closed_at: closed };
  const fields = Object.entries(wanted).filter(([name, value]) => (instruction[name] ?? null) !== value);
  if (!fields.length) return null;
  return {
    kind: "instruction",
    id: instruction.id,
    action: "patch",
    patch: Object.fromEntries(fields),
    base: Object.fromEntries(fields.map(([name]) => [name, instruction[name] ?? null])),
    base_version: instruction.version,
  };
}
