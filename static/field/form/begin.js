/** What a visit form starts from: the draft that was begun, the visit to change, or nothing. */

import { get, getAll } from "../db.js";
import { list, read, unsettled } from "../records.js";
import { unseal } from "../vault.js";
import { blankState, stateOf } from "./state.js";

/**
 * The draft that was begun, else the visit to change, else a blank form.
 * @param {IDBDatabase} database @param {{account?: string, kind?: string, visit?: string, draft?: string}} what
 */
export async function findState(database, { account, kind, visit, draft }) {
  const kept =
    draft ??
    visit ??
    (await getAll(database, "drafts")).find((each) => each.account === account && each.kind === kind)?.id;
  const stored = kept && (await get(database, "drafts", kept));
  const known = stored ? await read(database, "visit", stored.id) : visit && (await read(database, "visit", visit));
  const noted = known ? await observationsOf(database, known) : new Map();
  if (stored) return { state: (await unseal(database, [stored.payload]))[0], keptAt: stored.saved_at, known, noted };
  if (known) return { state: await stateFrom(database, known, noted), keptAt: null, known, noted };
  if (!account) return null;
  return { state: blankState(account, kind === "call" ? "call" : "visit"), keptAt: null, known: null, noted };
}

/** @param {IDBDatabase} database @param {any} visit @returns {Promise<Map<string, any>>} */
async function observationsOf(database, visit) {
  const [usages, potentials] = await Promise.all([
    list(database, "brand_usage", visit.account_id),
    list(database, "potential", visit.account_id),
  ]);
  const own = (/** @type {any} */ each) => each.visit_id === visit.id;
  return new Map([
    ...usages
      .filter(own)
      .map((each) => /** @type {[string, any]} */ ([`usage:${each.product_group_id}:${each.brand_id}`, each])),
    ...potentials
      .filter(own)
      .map((each) => /** @type {[string, any]} */ ([`potential:${each.product_group_id}`, each])),
  ]);
}

/** @param {IDBDatabase} database @param {any} visit @param {Map<string, any>} noted */
async function stateFrom(database, visit, noted) {
  const refused = (await unsettled(database)).filter(
    (item) => item.group === visit.id && item.state === "stuck" && item.kind === "contact",
  );
  const people = refused.map((item) => ({ ...item.body.patch, id: item.body.id }));
  const of = (/** @type {string} */ what) =>
    [...noted].filter(([name]) => name.startsWith(what)).map(([, each]) => each);
  return stateOf(visit, of("usage"), of("potential"), people);
}
