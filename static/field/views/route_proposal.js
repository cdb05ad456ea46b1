/** What the server proposes for a day: the stops in order and why they are on it, and what is not and why. */

import { card, chip, h } from "../dom.js";
import { reason, row, wayInWords, whereAndWhat } from "../parts.js";
import { _, number } from "../words.js";

const LISTED = 15;

/** @returns {Record<string, string>} */
const WHY = () => ({
  no_place: _("place not known"),
  closed: _("closed then"),
  too_far: _("too far for a day"),
  no_time: _("no time left"),
  unsent: _("not sent yet"),
});

/**
 * @param {{proposal: import("../types").Routed, known: any, due: any[]}} what
 * @param {(stops: import("../route.js").Stop[] | null, rest: any[]) => unknown} decide the stops as they shall be, or none of it
 */
export function proposalCard({ proposal, known, due }, decide) {
  const visits = new Map(known.planned.map((/** @type {any} */ visit) => [visit.id, visit]));
  const stops = proposal.stops.flatMap((each) => {
    const account = known.accounts.get(each.account_id);
    const gone = each.visit_id !== null && !visits.has(each.visit_id);
    return account && !gone ? [{ account, visit: visits.get(each.visit_id) ?? null, told: each }] : [];
  });
  const chosen = new Set(stops.map(({ visit }) => visit?.id));
  const rest = known.stops.map((/** @type {any} */ stop) => stop.visit).filter((/** @type {any} */ visit) => !chosen.has(visit.id));
  const waits = new Map(due.map((stop) => [stop.account.id, stop]));
  const take = h("button", { class: "btn btn-primary touch", type: "button", id: "take", onclick: () => decide(stops, rest) }, _("Take it over"));
  const drop = h("button", { class: "btn touch", type: "button", id: "leave", onclick: () => decide(null, []) }, _("Leave it"));
  const items = stops.map((stop, at) => stopRow(stop, at, waits.get(stop.account.id)));
  const home = proposal.km.at(-1)?.[1] ?? 0;
  const km = stops.reduce((sum, { told }) => sum + told.km, stops.length ? home : 0);
  const line = stops.length
    ? _("Leave at %(start)s, done at %(end)s", { start: proposal.leaves, end: proposal.ends })
    : _("Nothing fits into this day.");
  return h(
    "div",
    { class: "stack" },
    card(
      _("Proposed route"),
      chip(`${number(Math.round(km))} km`),
      h("div", { class: "body stack" }, h("p", { class: "muted", id: "summary" }, line), h("div", { class: "row" }, stops.length > 0 && take, drop)),
      h("ol", { class: "touch-list", id: "proposed" }, ...items),
    ),
    leftOut(proposal, known, waits),
  );
}

/** @param {any} stop @param {number} at @param {any} due why an account that is not planned is on it */
function stopRow({ account, visit, told }, at, due) {
  const far = told.km > 0 && wayInWords(told);
  const why = visit ? chip(visit.locked_time ? _("expected at %(time)s", { time: visit.locked_time }) : _("planned"), "info") : due && reason(due);
  const below = [h("span", { class: "num" }, `${told.begins}–${told.leaves}`), why, far && h("span", null, far), h("span", null, account.town ?? "")];
  return row(`#/accounts/${account.id}`, [h("span", { class: "place" }, String(at + 1)), " ", account.name], below);
}

/** @param {import("../types").Routed} proposal @param {any} known @param {Map<string, any>} waits */
function leftOut(proposal, known, waits) {
  const told = new Set([...proposal.stops, ...proposal.left_out].map((each) => each.account_id));
  const unsent = known.stops
    .filter((/** @type {any} */ stop) => !told.has(stop.account.id))
    .map((/** @type {any} */ stop) => ({ account_id: stop.account.id, visit_id: stop.visit.id, why: "unsent" }));
  const all = [...unsent, ...proposal.left_out].filter((each) => known.accounts.has(each.account_id));
  if (!all.length) return null;
  const order = (/** @type {any} */ each) => (each.visit_id ? 0 : 1);
  const items = all
    .sort((a, b) => order(a) - order(b))
    .slice(0, LISTED)
    .map((each) => {
      const account = known.accounts.get(each.account_id);
      const due = waits.get(account.id);
      const why = chip(WHY()[each.why] ?? each.why, each.visit_id ? "late" : "soon");
      return row(`#/accounts/${account.id}`, account.name, [why, due && reason(due), h("span", null, whereAndWhat(account))]);
    });
  return card(_("Not on the route"), chip(String(all.length)), h("ul", { class: "touch-list", id: "left-out" }, ...items));
}
