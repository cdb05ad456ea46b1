/** Product groups, brands, and the numbers that were heard last. */

import { list } from "./records.js";
import { byName } from "./words.js";

/**
 * The groups that quantities are noted for (those without groups beneath), and the brands: ours first.
 * @param {IDBDatabase} database
 */
export async function loadCatalogue(database) {
  const [groups, brands] = await Promise.all([list(database, "product_group"), list(database, "brand")]);
  const parents = new Set(groups.map((group) => group.parent_id).filter(Boolean));
  const order = byName();
  return {
    groups: groups.filter((group) => !parents.has(group.id)).sort((a, b) => order(a.name, b.name)),
    brands: brands.sort((a, b) => Number(b.ours) - Number(a.ours) || order(a.name, b.name)),
  };
}

/**
 * What was heard last of each group and brand: `group:brand` → usage.
 * @param {any[]} usages @param {string} [except] a visit whose own numbers do not count
 */
export function latestUsage(usages, except) {
  return latest(usages, (usage) => `${usage.product_group_id}:${usage.brand_id}`, except);
}

/** The potential that was heard last of each group. @param {any[]} potentials @param {string} [except] */
export function latestPotential(potentials, except) {
  return latest(potentials, (potential) => potential.product_group_id, except);
}

/**
 * @param {any[]} observations @param {(observation: any) => string} key @param {string} [except]
 * @returns {Map<string, any>}
 */
function latest(observations, key, except) {
  const order = (/** @type {any} */ each) => `${each.observed_on} ${each.created_at ?? ""}`;
  const found = new Map();
  for (const each of observations
    .filter((one) => one.visit_id !== except)
    .sort((a, b) => order(a).localeCompare(order(b)))) {
    found.set(key(each), each);
  }
  return found;
}
