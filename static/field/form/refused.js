/** What the server refused of a record: it is shown beside the field, and goes along with what mends it. */

import { unsettled } from "../records.js";

/**
 * The stuck changes of records that a group has, with the fields of the new ones over them: a correction replaces what
 * was refused, and what else stood in it must not be lost.
 * @param {IDBDatabase} database @param {import("../outbox.js").Group} group @param {import("../outbox.js").Change[]} changes
 */
export async function withRefused(database, group, changes) {
  const refused = (await unsettled(database)).filter(
    (item) => item.state === "stuck" && item.group === group.id && item.group_kind === group.kind,
  );
  /** @type {Map<string, import("../outbox.js").Change>} */
  const merged = new Map();
  for (const change of [...refused.map(changeOf), ...changes]) {
    const key = `${change.kind}:${change.id}`;
    const before = merged.get(key);
    merged.set(key, before ? over(before, change) : change);
  }
  return [...merged.values()].filter((change) => change.action !== "discard");
}

/** @param {{body: import("../types").Operation}} item @returns {import("../outbox.js").Change} */
function changeOf({ body: { kind, id, action, patch, base, base_version } }) {
  return { kind, id, action, patch, base, base_version };
}

/** One change made of two: what the rep saw first is what both started from. @param {import("../outbox.js").Change} first @param {import("../outbox.js").Change} second */
function over(first, second) {
  return { ...first, patch: { ...first.patch, ...second.patch }, base: { ...second.base, ...first.base } };
}

/**
 * What the server said of single fields of a record, by field.
 * @param {IDBDatabase} database @param {string} key @returns {Promise<Record<string, import("../types").Message>>}
 */
export async function refusals(database, key) {
  const stuck = (await unsettled(database)).filter((item) => item.key === key && item.state === "stuck");
  return Object.fromEntries(
    stuck.flatMap(({ message }) => (message?.field ? [[message.field, message]] : [])),
  );
}
