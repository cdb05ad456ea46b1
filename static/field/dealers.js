/** Which dealer an account's order goes to: those that supply it first, then the nearest, then the others by name. */

import { hasPlace } from "./places.js";
import { byName } from "./words.js";

const EARTH_KM = 6371;

/** How far two places lie apart, as the crow flies. @param {any} a @param {any} b */
export function kilometres(a, b) {
  const [one, other, apart] = [a.latitude, b.latitude, b.longitude - a.longitude].map((each) => (each * Math.PI) / 180);
  const chord = Math.sin((other - one) / 2) ** 2 + Math.cos(one) * Math.cos(other) * Math.sin(apart / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, chord)));
}

/** How far a dealer's nearest branch lies; null where one of the places is not known. @param {any} dealer @param {any} account */
function away(dealer, account) {
  const placed = hasPlace(account) ? (dealer.branches ?? []).filter(hasPlace) : [];
  return placed.length ? Math.min(...placed.map((/** @type {any} */ branch) => kilometres(branch, account))) : null;
}

/**
 * @typedef {object} Near
 * @property {any} dealer
 * @property {number | null} km
 */

/**
 * The dealers that buy from us: those that supply the account, by name, and the others, the nearest first.
 * @param {any[]} dealers @param {any[]} links of the account @param {any} account null for a dealer's own stock
 * @returns {{supplying: Near[], others: Near[]}}
 */
export function dealersFor(dealers, links, account) {
  const order = byName();
  const supplies = new Set(links.filter((link) => link.dealer_id && !link.ended_on).map((link) => link.dealer_id));
  const all = dealers
    .filter((dealer) => dealer.active)
    .map((dealer) => ({ dealer, km: away(dealer, account) }))
    .sort((a, b) => order(a.dealer.name, b.dealer.name));
  const far = (/** @type {Near} */ { km }) => km ?? Infinity;
  const others = all.filter(({ dealer }) => !supplies.has(dealer.id));
  others.sort((a, b) => (far(a) === far(b) ? 0 : far(a) - far(b)));
  return { supplying: all.filter(({ dealer }) => supplies.has(dealer.id)), others };
}
