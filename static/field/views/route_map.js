/** The stops of a day on a map that is drawn here, to scale: no tiles, and nobody learns who goes where. */

import { placeOf } from "../route.js";
import { _, number } from "../words.js";

const WIDTH = 400;
const HEIGHT = 300;
const MARGIN = 24;
/** Below everything lies the scale. */
const FOOT = 24;
const KM_A_DEGREE = 111.2;
const SMALLEST_KM = 2;
const BARS_KM = [200, 100, 50, 20, 10, 5, 2, 1];

/** @typedef {{x: number, y: number}} Spot */

/** @param {string} tag @param {Record<string, any>} properties @param {...(Element | string)} children */
function s(tag, properties, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * The drawing; null where fewer than one stop has a place. North is up.
 * @param {any} settled the working day @param {import("../route.js").Stop[]} stops
 */
export function routeMap(settled, stops) {
  const places = stops.map(({ account }) => placeOf(account));
  const ends = { start: placeOf(settled, "start_"), end: placeOf(settled, "end_") };
  const known = [ends.start, ...places, ends.end].filter((place) => place !== null);
  if (!places.some((place) => place !== null)) return null;
  const { spot, kilometre } = scale(known);
  const line = known.map(spot);
  const numbered = stops.flatMap(({ account }, at) => {
    const place = places[at];
    return place ? [mark(spot(place), String(at + 1), account.name)] : [];
  });
  const title = _("Map of the stops in their order");
  return s(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "route-map", role: "img", "aria-label": title },
    s("polyline", { points: line.map(({ x, y }) => `${x},${y}`).join(" ") }),
    ...[ends.start, ends.end].flatMap((place) => (place ? [home(spot(place))] : [])),
    ...numbered,
    ...bar(kilometre),
  );
}

/** From degrees to the drawing, so that everything is in sight. @param {import("../route.js").Place[]} places */
function scale(places) {
  const [south, north] = [Math.min, Math.max].map((pick) => pick(...places.map((each) => each.latitude)));
  const [west, east] = [Math.min, Math.max].map((pick) => pick(...places.map((each) => each.longitude)));
  const across = KM_A_DEGREE * Math.cos((((south + north) / 2) * Math.PI) / 180);
  const kilometre = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max((east - west) * across, SMALLEST_KM),
    (HEIGHT - FOOT - 2 * MARGIN) / Math.max((north - south) * KM_A_DEGREE, SMALLEST_KM),
  );
  const spot = (/** @type {import("../route.js").Place} */ place) => ({
    x: Math.round(WIDTH / 2 + (place.longitude - (west + east) / 2) * across * kilometre),
    y: Math.round((HEIGHT - FOOT) / 2 - (place.latitude - (south + north) / 2) * KM_A_DEGREE * kilometre),
  });
  return { spot, kilometre };
}

/** @param {Spot} at @param {string} text @param {string} name */
function mark({ x, y }, text, name) {
  return s(
    "g",
    { class: "stop" },
    s("title", {}, `${text}. ${name}`),
    s("circle", { cx: x, cy: y, r: 13 }),
    s("text", { x, y: y + 5, "text-anchor": "middle" }, text),
  );
}

/** @param {Spot} at */
const home = ({ x, y }) => s("rect", { class: "home", x: x - 7, y: y - 7, width: 14, height: 14 });

/** How long a kilometre is. @param {number} kilometre */
function bar(kilometre) {
  const km = BARS_KM.find((each) => each * kilometre <= WIDTH / 4) ?? 1;
  const width = Math.round(km * kilometre);
  return [
    s("path", { d: `M12 ${HEIGHT - 18} v6 h${width} v-6` }),
    s("text", { class: "scale", x: width + 20, y: HEIGHT - 11 }, `${number(km)} km`),
  ];
}
