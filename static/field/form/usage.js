/** What they use: brand by product group, with last time's number in grey beside each field. */

import { h, icon } from "../dom.js";
import { _, date, number } from "../words.js";

/**
 * @param {import("./state.js").VisitState} state
 * @param {{groups: any[], brands: any[]}} catalogue
 * @param {{usage: Map<string, any>, potential: Map<string, any>}} last
 * @param {() => void} changed
 */
export function usagePart(state, catalogue, last, changed) {
  const known = catalogue.groups.filter(
    (group) => hasNumbers(group, catalogue.brands, last) || hasTyped(state, group.id),
  );
  const chosen = new Set([...state.groups, ...known.map((group) => group.id)]);
  const place = h("div", { class: "groups" });
  const more = h("div", { class: "more-groups" });
  const paint = () => {
    const shown = catalogue.groups.filter((group) => chosen.has(group.id));
    const rest = catalogue.groups.filter((group) => !chosen.has(group.id));
    place.replaceChildren(...shown.map((group) => groupPart(group)));
    more.replaceChildren(...(rest.length ? [picker(rest)] : []));
  };
  const groupPart = (/** @type {any} */ group) => groupFields(state, group, catalogue.brands, last, changed);
  const picker = (/** @type {any[]} */ rest) => {
    const choose = (/** @type {Event} */ event) => {
      const id = /** @type {HTMLSelectElement} */ (event.target).value;
      chosen.add(id);
      state.groups = [...chosen];
      paint();
      changed();
      /** @type {HTMLElement | null} */ (place.querySelector(`[data-group="${id}"] input`))?.focus();
    };
    const options = rest.map((group) => h("option", { value: group.id }, group.name));
    const label = _("Add a product group");
    return h(
      "select",
      { class: "form-select", id: "add-group", "aria-label": label, data: { quiet: "" }, onchange: choose },
      h("option", { value: "" }, label),
      ...options,
    );
  };
  paint();
  if (!catalogue.groups.length) return null;
  return h(
    "section",
    { class: "card" },
    h("header", null, h("h2", null, _("What they use")), h("span", { class: "muted small" }, _("Quantity a year"))),
    h("div", { class: "body stack" }, place, more),
  );
}

/** @param {any} group @param {any[]} brands @param {any} last */
const hasNumbers = (group, brands, last) =>
  last.potential.has(group.id) || brands.some((brand) => last.usage.has(`${group.id}:${brand.id}`));

/** @param {import("./state.js").VisitState} state @param {string} group */
const hasTyped = (state, group) =>
  Boolean(state.potential[group]) || Object.keys(state.usage).some((key) => key.startsWith(`${group}:`));

/** @param {import("./state.js").VisitState} state @param {any} group @param {any[]} brands @param {any} last @param {() => void} changed */
function groupFields(state, group, brands, last, changed) {
  const fields = [
    ...brands.map((brand) =>
      cell(
        state.usage,
        `${group.id}:${brand.id}`,
        brand.name,
        last.usage.get(`${group.id}:${brand.id}`),
        brand.ours,
        `usage:${group.id}:${brand.id}`,
        changed,
      ),
    ),
    cell(
      state.potential,
      group.id,
      _("All brands together"),
      last.potential.get(group.id),
      false,
      `potential:${group.id}`,
      changed,
      "cell-total",
    ),
  ];
  const same = () => {
    for (const field of fields) field.fill();
    changed();
  };
  const dates = [...brands.map((brand) => last.usage.get(`${group.id}:${brand.id}`)), last.potential.get(group.id)]
    .filter(Boolean)
    .map((each) => each.observed_on)
    .sort();
  const again =
    dates.length > 0 &&
    h(
      "button",
      { class: "btn btn-quiet touch", type: "button", data: { same: group.id }, onclick: same },
      icon("copy"),
      _("Same as last time"),
    );
  return h(
    "fieldset",
    { class: "group-card", data: { group: group.id } },
    h("legend", null, group.name, " ", h("span", { class: "muted" }, _("%(unit)s a year", { unit: group.base_unit }))),
    dates.length > 0 &&
      h("p", { class: "muted small last-time" }, _("Last time %(date)s", { date: date(dates.at(-1)) })),
    ...fields.map((field) => field.element),
    again,
  );
}

/**
 * One field with its grey number.
 * @param {Record<string, string>} values @param {string} key @param {string} label @param {any} last @param {boolean} ours @param {string} id @param {() => void} changed @param {string} [look]
 */
function cell(values, key, label, last, ours, id, changed, look = "") {
  const input = /** @type {HTMLInputElement} */ (
    h("input", {
      class: "form-control num",
      id,
      inputmode: "decimal",
      autocomplete: "off",
      maxlength: 16,
      value: values[key] ?? "",
    })
  );
  const note = () => {
    if (input.value.trim()) values[key] = input.value;
    else delete values[key];
  };
  input.addEventListener("input", () => {
    note();
    changed();
  });
  const fill = () => {
    if (last && !input.value.trim()) {
      input.value = number(last.quantity);
      note();
    }
  };
  const name = h("label", { for: id, class: ours && "cell-ours" }, label);
  const before = h(
    "span",
    { class: "last num", title: last ? date(last.observed_on) : false },
    last ? number(last.quantity) : "–",
  );
  return { element: h("div", { class: `cell ${look}`.trim() }, name, before, input), fill };
}
