/** The order of a day: its stops with the times at which one gets there, as the server reckons them (models/route). */

import { meta, setMeta } from "./db.js";
import { day, newId } from "./ids.js";
import { minutesOf, windows } from "./opening.js";
import { save } from "./outbox.js";
import { hasPlace } from "./places.js";
import { list, listInState, read } from "./records.js";
import { longDate } from "./words.js";

/** @typedef {{latitude: number, longitude: number}} Place */
/** @typedef {{minutes: number, km: number}} Leg */
/** @typedef {{account: any, visit: any}} Stop `visit` is null for an account that is not planned yet */
/** @typedef {{leg: Leg, arrives: number, begins: number, leaves: number, kept: boolean}} Arrival */

const USUAL = { start_time: "08:30", end_time: "17:30", visit_minutes: 45 };
const TRAVEL = { detour: 1.3, km_an_hour: 50 };
const EARTH_KM = 6371.009;
const A_DAY = 24 * 60;
const LAST = 100;
const NOWHERE = { minutes: 0, km: 0 };

/** The ways that the server told since the app was opened, by road where it knows one. @type {Map<string, Leg>} */
const told = new Map();

/** Keep what an answer says of the ways among its stops. @param {IDBDatabase} database @param {import("./types").Routed} answer */
export async function learn(database, { nodes, minutes, km, travel }) {
  nodes.forEach((from, row) =>
    nodes.forEach((to, column) => {
      if (from && to && from !== to) told.set(`${from} ${to}`, { minutes: minutes[row][column], km: km[row][column] });
    }),
  );
  await setMeta(database, { travel });
}

/** The rep's own settings of a working day, else a usual one. @param {IDBDatabase} database @param {string} user */
export async function workingDay(database, user) {
  return { ...USUAL, ...(await read(database, "working_day", user)) };
}

/** The planned stops of a day in their order. @param {any[]} visits */
export const inPlaces = (visits) => visits.sort((a, b) => (a.place_in_day ?? LAST) - (b.place_in_day ?? LAST));

/**
 * One's own stops of a day in their order, with their times.
 * @param {IDBDatabase} database @param {string} user @param {string} on
 */
export async function dayOf(database, user, on) {
  const [settled, planned, accounts, travel] = await Promise.all([
    workingDay(database, user),
    listInState(database, "visit", "planned"),
    list(database, "account"),
    meta(database, "travel"),
  ]);
  /** @type {Map<string, any>} */
  const byId = new Map(accounts.map((account) => [account.id, account]));
  const own = planned
    .filter((visit) => visit.status === "planned" && visit.kind === "visit" && byId.has(visit.account_id))
    .filter((visit) => !visit.user_id || visit.user_id === user);
  const stops = inPlaces(own.filter((visit) => visit.planned_on === on)).map((visit) => ({
    visit,
    account: byId.get(visit.account_id),
  }));
  return { settled, stops, planned: own, accounts: byId, times: timetable(on, settled, stops, travel ?? TRAVEL) };
}

/**
 * The way to each of these stops, one after the other: visit id → leg. Nothing of stops without a place, nor of calls.
 * @param {IDBDatabase} database @param {string} user @param {Stop[]} stops
 */
export async function waysTo(database, user, stops) {
  const placed = stops.filter(({ account, visit }) => visit.kind === "visit" && hasPlace(account));
  const [settled, travel] = await Promise.all([workingDay(database, user), meta(database, "travel")]);
  const { arrivals } = timetable(day(), settled, placed, travel ?? TRAVEL);
  return new Map(placed.map(({ visit }, at) => [visit.id, arrivals[at].leg]));
}

/**
 * When one gets where who goes to stops in this order. The day begins as late as it can without ending later.
 * @param {string} on @param {any} settled the working day @param {Stop[]} stops @param {{detour: number, km_an_hour: number}} travel
 */
export function timetable(on, settled, stops, travel) {
  const minutes = settled.visit_minutes;
  const hours = { start: minutesOf(settled.start_time), end: minutesOf(settled.end_time) };
  const places = [placeOf(settled, "start_"), ...stops.map(({ account }) => placeOf(account)), placeOf(settled, "end_")];
  const ids = [null, ...stops.map(({ account }) => account.id), null];
  const way = (/** @type {number} */ at) => told.get(`${ids[at]} ${ids[at + 1]}`) ?? guess(places[at], places[at + 1], travel);
  const legs = places.slice(1).map((_place, at) => way(at));
  const opens = stops.map((stop) => openings(stop, on, minutes));
  const earliest = forward(hours, legs, opens, minutes, hours.start);
  if (!stops.length || !earliest.kept) return earliest;
  return forward(hours, legs, opens, minutes, latest(legs, opens, minutes, earliest));
}

/** @param {{start: number, end: number}} day @param {Leg[]} legs @param {[number, number][][]} opens @param {number} minutes @param {number} leaves */
function forward(day, legs, opens, minutes, leaves) {
  let at = leaves;
  const arrivals = opens.map((spans, place) => {
    const arrives = at + legs[place].minutes;
    const open = spans.find(([from, until]) => Math.max(from, arrives) + minutes <= until);
    const begins = open ? Math.max(open[0], arrives) : arrives;
    at = begins + minutes;
    return { leg: legs[place], arrives, begins, leaves: at, kept: Boolean(open) };
  });
  const home = legs[opens.length];
  const ends = at + home.minutes;
  return { leaves, arrivals, home, ends, kept: ends <= day.end && arrivals.every((each) => each.kept), late: ends > day.end };
}

/** The latest minute to leave at that keeps the end. @param {Leg[]} legs @param {[number, number][][]} opens @param {number} minutes @param {{arrivals: Arrival[], home: Leg, ends: number}} known */
function latest(legs, opens, minutes, { arrivals, home, ends }) {
  let until = ends - home.minutes;
  for (let place = opens.length - 1; place >= 0; place -= 1) {
    const { begins, leaves } = arrivals[place];
    const [, shuts] = /** @type {[number, number]} */ (opens[place].find(([from, to]) => from <= begins && leaves <= to));
    until = Math.min(until, shuts) - minutes - legs[place].minutes;
  }
  return until;
}

/** When a stop may take place. @param {Stop} stop @param {string} on @param {number} minutes @returns {[number, number][]} */
function openings({ account, visit }, on, minutes) {
  const locked = visit?.locked_time && minutesOf(visit.locked_time);
  if (typeof locked === "number") return [[locked, locked + minutes]];
  return windows(account.opening_hours, on) ?? [[0, A_DAY]];
}

/** @param {any} record @param {string} [start] of the fields' names @returns {Place | null} */
export function placeOf(record, start = "") {
  const place = { latitude: record[`${start}latitude`], longitude: record[`${start}longitude`] };
  return hasPlace(place) ? place : null;
}

/** The great circle and a detour. @param {Place | null} from @param {Place | null} to @param {{detour: number, km_an_hour: number}} travel @returns {Leg} */
function guess(from, to, travel) {
  if (!from || !to) return NOWHERE;
  const radians = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
  const [south, north] = [radians(from.latitude), radians(to.latitude)];
  const east = radians(to.longitude - from.longitude);
  const square = Math.sin((north - south) / 2) ** 2 + Math.cos(south) * Math.cos(north) * Math.sin(east / 2) ** 2;
  const km = 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(square))) * travel.detour;
  return { minutes: Math.ceil((km / travel.km_an_hour) * 60), km: Math.round(km * 10) / 10 };
}

/**
 * Keep an order: each stop gets its place, and is planned for the day if it was not; `rest` is in no order.
 * @param {IDBDatabase} database @param {string} on @param {Stop[]} stops @param {any[]} [rest] visits
 */
export async function keepOrder(database, on, stops, rest = []) {
  const changes = [
    ...stops.flatMap(({ account, visit }, at) =>
      visit
        ? changed(visit, { planned_on: on, place_in_day: at + 1 })
        : [planned(account.id, { planned_on: on, place_in_day: at + 1 })],
    ),
    ...rest.flatMap((visit) => changed(visit, { place_in_day: null })),
  ];
  const about = longDate(new Date(`${on}T12:00:00`));
  if (changes.length) await save(database, { id: on, kind: "route", about }, changes);
  return changes.length;
}

/** Lock a stop to a time, or free it. @param {IDBDatabase} database @param {any} visit @param {string} about @param {string | null} time */
export async function lock(database, visit, about, time) {
  await save(database, { id: visit.id, kind: "visit", about }, changed(visit, { locked_time: time }));
}

/** @param {string} account @param {Record<string, any>} fields @returns {import("./outbox.js").Change} */
const planned = (account, fields) => ({
  kind: "visit",
  id: newId(),
  action: "create",
  patch: { account_id: account, kind: "visit", status: "planned", ...fields },
});

/** @param {any} visit @param {Record<string, any>} fields @returns {import("./outbox.js").Change[]} */
function changed(visit, fields) {
  const names = Object.keys(fields).filter((name) => (visit[name] ?? null) !== fields[name]);
  if (!names.length) return [];
  const patch = Object.fromEntries(names.map((name) => [name, fields[name]]));
  const base = Object.fromEntries(names.map((name) => [name, visit[name] ?? null]));
  return [{ kind: "visit", id: visit.id, action: "patch", patch, base, base_version: visit.version }];
}
