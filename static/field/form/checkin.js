/** On the visit form: one touch says "I am here". */

import { consentOf, roughlyHere } from "../checkin.js";
import { h, icon } from "../dom.js";
import { newId } from "../ids.js";
import { _, time } from "../words.js";

/**
 * @param {IDBDatabase} database @param {import("./state.js").VisitState} state @param {any[]} known check-ins of this visit @param {() => void} changed
 */
export function checkInPart(database, state, known, changed) {
  const place = h("div", { class: "row", id: "check-in", role: "status" });
  const paint = () => {
    const made = known[0] ? { ...known[0], at: known[0].checked_in_at } : state.check_in;
    place.replaceChildren(...(made ? done(made) : [now]));
  };
  const press = async () => {
    state.check_in = { id: newId(), at: new Date().toISOString() };
    paint();
    changed();
    if (!(await consentOf(database))) return;
    Object.assign(state.check_in, await roughlyHere());
    paint();
    changed();
  };
  const now = h("button", { class: "btn touch", type: "button", id: "check-in-now", onclick: press }, icon("map-pin"), _("Check in"));
  paint();
  const why = h("a", { href: "#/position", class: "small" }, _("Position at check-in"));
  return h("div", { class: "row" }, place, why);
}

/** @param {any} made */
function done({ at, latitude }) {
  const where = typeof latitude === "number" ? _("position to about 100 m") : _("without position");
  return [icon("circle-check"), h("span", null, [_("Checked in %(time)s", { time: time(at) }), where].join(" · "))];
}
