/** The route of a day: its stops in order with their times; a proposal for it; and a map. */

import { card, chip, empty, h, head, icon, notice } from "../dom.js";
import { day, daysAfter } from "../ids.js";
import { clockOf } from "../opening.js";
import { button, reason, row, standingChip, wayInWords, whereAndWhat } from "../parts.js";
import { hasPlace } from "../places.js";
import { dueOn } from "../plan.js";
import { dayOf, keepOrder, learn, lock } from "../route.js";
import { Trouble } from "../transport.js";
import { _, date, longDate, number } from "../words.js";
import { proposalCard } from "./route_proposal.js";
import { routeMap } from "./route_map.js";

const LISTED = 10;

/** @param {import("../router.js").Context} context @param {string} [on] @returns {Promise<import("../router.js").Page>} */
export async function route({ database, sync, user }, on = day()) {
  const element = h("div", { class: "stack" });
  const said = h("div", { id: "said", "aria-live": "polite" });
  /** @type {import("../types").Routed | null} */
  let proposal = null;
  /** Keep a change and say so, or that it cannot be kept. @param {() => Promise<unknown>} work @param {string} [done] */
  const act = async (work, done = "") => {
    try {
      await work();
      sync.saved();
    } catch (error) {
      console.error(error);
      said.replaceChildren(notice("late", _("Not saved: this laptop has no space left. Free some, then save again.")));
      return refresh();
    }
    await refresh();
    return said.replaceChildren(h("p", { class: "sr-only" }, done));
  };
  const propose = async () => {
    said.replaceChildren(notice("info", _("Looking for the best order …")));
    try {
      proposal = await sync.ask("route", question(on));
      await learn(database, proposal);
      said.replaceChildren();
    } catch (error) {
      said.replaceChildren(notice("soon", whyNot(error)));
    }
    await refresh();
  };
  const decide = (/** @type {import("../route.js").Stop[] | null} */ stops, /** @type {any[]} */ rest) => {
    proposal = null;
    return stops ? act(() => keepOrder(database, on, stops, rest)) : refresh();
  };
  const refresh = async () => {
    const focused = document.activeElement?.id;
    const known = await dayOf(database, user.id, on);
    const due = await dueOn(database, on);
    const ask = h("button", { class: proposal ? "btn touch" : "btn btn-primary touch", type: "button", id: "propose", onclick: propose }, icon("route"), _("Propose a route"));
    const list = proposal
      ? proposalCard({ proposal, known, due }, decide)
      : stopsCard(known, { on, act, database });
    element.replaceChildren(
      head(_("Route"), longDate(new Date(`${on}T12:00:00`)), ...turn(on), button("#/day", _("My day"), "settings", "touch"), ask),
      said,
      h("div", { class: "split" }, list, h("div", { class: "stack" }, mapCard(known, proposal), placeless(known.stops, due))),
    );
    focusOn(element, focused);
  };
  await refresh();
  return { element, title: _("Route"), refresh };
}

/** @param {string} on */
function turn(on) {
  const back = on > day() && button(`#/route/${daysAfter(on, -1)}`, _("Day before"), "chevron-left", "touch");
  return [back, button(`#/route/${daysAfter(on, 1)}`, _("Day after"), "chevron-right", "touch")].filter(Boolean);
}

/** What to ask of the server: a day that has begun goes on from now. @param {string} on */
function question(on) {
  const until = new Date(`${on}T23:59:59`).toISOString();
  const now = new Date();
  return { on, until, ...(on === day() ? { begins: clockOf(now.getHours() * 60 + now.getMinutes()) } : {}) };
}

/** @param {unknown} error */
function whyNot(error) {
  const kind = error instanceof Trouble ? error.kind : "";
  if (kind === "offline" || kind === "captive")
    return _("There is no connection. Put the stops in order by hand; a route can be proposed when the server is in reach.");
  if (kind === "signed_out") return _("You are signed out. Sign in, then ask for a route.");
  return _("The server did not answer with a route. Try again later.");
}

/** Pressing a button of a list draws the list anew: stay where one was. @param {HTMLElement} element @param {string | undefined} id */
function focusOn(element, id) {
  const found = id && /** @type {HTMLButtonElement | null} */ (element.querySelector(`[id="${id}"]`));
  if (!found) return;
  if (!found.disabled) found.focus();
  else /** @type {HTMLElement | null} */ (found.parentElement?.querySelector("button:not(:disabled)"))?.focus();
}

/** @param {Awaited<ReturnType<typeof dayOf>>} known @param {{on: string, act: (work: () => Promise<unknown>, done?: string) => Promise<unknown>, database: IDBDatabase}} around */
function stopsCard({ stops, times, settled }, { on, act, database }) {
  if (!stops.length)
    return h(
      "section",
      { class: "card" },
      empty("route", _("No stops yet"), _("Plan visits for this day, or let the server propose a route."), button(`#/plan/${on}`, _("Plan"), "", "touch")),
    );
  const move = (/** @type {number} */ from, /** @type {number} */ to) => {
    const order = stops.toSpliced(from, 1).toSpliced(to, 0, stops[from]);
    const done = _("%(name)s is stop %(place)s of %(count)s now.", { name: stops[from].account.name, place: to + 1, count: stops.length });
    return act(() => keepOrder(database, on, order), done);
  };
  const hold = (/** @type {import("../route.js").Stop} */ { visit, account }, /** @type {import("../route.js").Arrival} */ arrival) =>
    act(() => lock(database, visit, account.name, visit.locked_time ? null : clockOf(arrival.begins)));
  const items = stops.map((stop, at) => {
    const arrival = times.arrivals[at];
    return stopItem(stop, arrival, at, stops.length, { up: () => move(at, at - 1), down: () => move(at, at + 1), hold: () => hold(stop, arrival) });
  });
  const line = _("Leave at %(start)s, done at %(end)s", { start: clockOf(times.leaves), end: clockOf(times.ends) });
  const late = times.late && notice("late", _("The day ends after %(end)s.", { end: settled.end_time }));
  const total = times.arrivals.reduce((sum, each) => sum + each.leg.km, times.home.km);
  return card(
    _("Stops"),
    chip(`${number(Math.round(total))} km`),
    h("div", { class: "body" }, h("p", { class: "muted", id: "summary" }, line), late),
    h("ol", { class: "touch-list", id: "stops" }, ...items),
  );
}

/** @param {any} stop @param {import("../route.js").Arrival} arrival @param {number} at @param {number} count @param {{up: () => unknown, down: () => unknown, hold: () => unknown}} acts */
function stopItem({ account, visit }, arrival, at, count, acts) {
  const locked = Boolean(visit.locked_time);
  const press = (/** @type {string} */ name, /** @type {string} */ picture, /** @type {string} */ text, /** @type {any} */ more) =>
    h("button", { class: "tool touch", type: "button", id: `${name}-${visit.id}`, title: text, ...more }, icon(picture), h("span", { class: "sr-only" }, text));
  const name = account.name;
  const buttons = h(
    "div",
    { class: "tools" },
    press("up", "arrow-up", _("%(name)s earlier", { name }), { disabled: at === 0, onclick: acts.up }),
    press("down", "arrow-down", _("%(name)s later", { name }), { disabled: at === count - 1, onclick: acts.down }),
    press("lock", locked ? "lock" : "lock-open", _("Keep %(name)s at its time", { name }), { "aria-pressed": String(locked), onclick: acts.hold }),
  );
  const made = row(`#/visits/${visit.id}/plan`, [h("span", { class: "place" }, String(at + 1)), " ", name], stopFacts(account, visit, arrival), buttons);
  made.dataset.stop = visit.id;
  return made;
}

/** When one is there, how far it is, and what is wrong with that. @param {any} account @param {any} visit @param {any} arrival */
function stopFacts(account, visit, arrival) {
  const when = h("span", { class: "num" }, `${clockOf(arrival.begins)}–${clockOf(arrival.leaves)}`);
  const far = arrival.leg.km > 0 && h("span", null, wayInWords(arrival.leg));
  const state = visit.pending.length > 0 && standingChip(visit.pending);
  return [
    when,
    visit.locked_time && chip(_("expected at %(time)s", { time: visit.locked_time }), "info"),
    !arrival.kept && chip(visit.locked_time ? _("too late") : _("closed then"), "late"),
    !hasPlace(account) && chip(_("place not known"), "soon"),
    far,
    h("span", null, account.town ?? ""),
    state,
  ];
}

/** @param {Awaited<ReturnType<typeof dayOf>>} known @param {import("../types").Routed | null} proposal */
function mapCard({ settled, stops, accounts }, proposal) {
  const shown = proposal
    ? proposal.stops.flatMap((stop) => (accounts.has(stop.account_id) ? [{ account: accounts.get(stop.account_id), visit: null }] : []))
    : stops;
  const drawn = routeMap(settled, shown);
  return drawn && card(_("Map"), null, h("div", { class: "body" }, /** @type {any} */ (drawn)));
}

/** Accounts that no route can lead to. @param {import("../route.js").Stop[]} stops @param {any[]} due */
function placeless(stops, due) {
  const all = [...stops, ...due].filter(({ account }) => !hasPlace(account));
  if (!all.length) return null;
  const items = all.slice(0, LISTED).map((stop) => {
    const set = button(`#/accounts/${stop.account.id}/edit`, _("Set place"), "map-pin", "touch");
    const why = stop.visit ? chip(_("planned for %(date)s", { date: date(stop.visit.planned_on) }), "info") : reason(stop);
    return row(`#/accounts/${stop.account.id}`, stop.account.name, [why, h("span", null, whereAndWhat(stop.account))], set);
  });
  return card(_("Place not known"), chip(String(all.length), "soon"), h("ul", { class: "touch-list", id: "placeless" }, ...items));
}
