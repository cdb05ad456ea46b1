/** Checking in at a visit: when, and only with consent roughly where. The exact position never leaves this file. */

import { newId } from "./ids.js";
import { save } from "./outbox.js";
import { list } from "./records.js";

const PATIENCE = 10_000;

/** To about a hundred metres, as the server rounds it. @param {number} degrees */
export const rounded = (degrees) => Math.round(degrees * 1000) / 1000;

/** The consent that holds now; null without any. @param {IDBDatabase} database */
export async function consentOf(database) {
  return (await list(database, "position_consent")).find((each) => !each.withdrawn_at) ?? null;
}

/** Agree. @param {import("./router.js").Context} context */
export async function agree({ database, sync }) {
  const id = newId();
  const patch = { given_at: new Date().toISOString() };
  await save(database, { id, kind: "position_consent" }, [{ kind: "position_consent", id, action: "create", patch }]);
  sync.saved();
}

/** Agree no more: the server then forgets every position. @param {import("./router.js").Context} context @param {any} consent */
export async function withdraw({ database, sync }, consent) {
  const change = { kind: "position_consent", id: consent.id, action: /** @type {const} */ ("patch"), base: { withdrawn_at: null } };
  const patch = { withdrawn_at: new Date().toISOString() };
  await save(database, { id: consent.id, kind: "position_consent" }, [{ ...change, patch }]);
  sync.saved();
}

/**
 * Where the laptop is, rounded; nothing where the browser does not say so in time.
 * @returns {Promise<{latitude?: number, longitude?: number, accuracy_m?: number}>}
 */
export function roughlyHere() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve({});
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          latitude: rounded(coords.latitude),
          longitude: rounded(coords.longitude),
          accuracy_m: Math.min(Math.round(coords.accuracy), 100_000),
        }),
      () => resolve({}),
      { timeout: PATIENCE, maximumAge: 60_000 },
    );
  });
}

/**
 * The operation that a check-in means, if one was made in this form and is not kept yet.
 * @param {{id: string, check_in?: any}} state the visit form's @param {any[]} known check-ins of this visit
 * @returns {import("./outbox.js").Change[]}
 */
export function checkIn({ id, check_in: made }, known) {
  if (!made || known.length) return [];
  const { id: own, at, ...position } = made;
  return [{ kind: "check_in", id: own, action: "create", patch: { visit_id: id, checked_in_at: at, ...position } }];
}
