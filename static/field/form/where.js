/** Where a place is and when it is open, as fields of a form: each place one text, the hours a text a weekday. */

import { h, icon } from "../dom.js";
import { byDay, DAYS, joined, readSpans } from "../opening.js";
import { placeText, readPlace, whereAmI } from "../places.js";
import { _, dayName, N_ } from "../words.js";

/**
 * A place kept in two fields, `latitude` and `longitude`, whose names may begin with `start`.
 * @param {string} label @param {string} [start] @returns {import("./record.js").Entry}
 */
export const placeEntry = (label, start = "") => ({
  name: `${start}place`,
  label,
  most: 60,
  show: (record) => placeText(record, start),
  read: readPlace,
  wrong: N_("This must be a latitude and a longitude, such as 38.4237, 27.1428."),
});

/** The two fields instead of the one text. @param {Record<string, any>} values @param {string} [start] */
export function withPlace(values, start = "") {
  const { [`${start}place`]: place, ...others } = values;
  return { ...others, [`${start}latitude`]: place?.[0] ?? null, [`${start}longitude`]: place?.[1] ?? null };
}

/** A button that fills in where the laptop is; the browser asks first. @param {import("./record.js").RecordForm} form @param {string} name of the entry */
export function hereButton(form, name) {
  const said = h("p", { class: "help", role: "status" });
  const fill = async () => {
    said.textContent = _("Looking for the place …");
    const input = /** @type {HTMLInputElement} */ (form.controls.get(name));
    try {
      input.value = await whereAmI();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      said.textContent = "";
    } catch {
      said.textContent = _("The place could not be found. Allow it in the browser, or copy it from a map.");
    }
  };
  const button = h("button", { class: "btn touch", type: "button", onclick: fill }, icon("map-pin"), _("Where I am now"));
  return h("div", null, button, said);
}

/** One entry a weekday. @returns {import("./record.js").Entry[]} */
export const hoursEntries = () =>
  DAYS.map((day, place) => ({
    name: `hours_${day}`,
    label: dayName(place),
    most: 80,
    show: (record) => (byDay(record.opening_hours)[day] ?? "").replaceAll(",", ", ").replace("off", "–"),
    read: readSpans,
    wrong: N_("This must be opening hours such as 09:00-12:30, 13:30-18:00, or a dash for closed."),
  }));

/** The one field instead of the seven texts. @param {Record<string, any>} values */
export function withHours(values) {
  const others = Object.entries(values).filter(([name]) => !name.startsWith("hours_"));
  return { ...Object.fromEntries(others), opening_hours: joined(Object.fromEntries(DAYS.map((day) => [day, values[`hours_${day}`] ?? null]))) };
}

/** The seven fields together. @param {HTMLElement[]} fields */
export function hoursGroup(fields) {
  const help = _("As 09:00-12:30, 13:30-18:00; a dash where it is closed. What you leave empty is not known.");
  const legend = h("legend", null, _("Opening hours"));
  return h("fieldset", { class: "group-card" }, legend, h("p", { class: "help" }, help), h("div", { class: "week-hours" }, ...fields));
}
