/** Accounts: found as one types, among all that are on the laptop. */

import { empty, h, head, icon } from "../dom.js";
import { button, row, whereAndWhat } from "../parts.js";
import { lastVisits } from "../last_visits.js";
import { list } from "../records.js";
import { find, indexOf } from "../search.js";
import { _, byName, date, ngettext } from "../words.js";

const SHOWN = 50;

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function accounts({ database }) {
  /** @type {any[]} */
  let entries = [];
  /** @type {Map<string, string>} */
  let last = new Map();
  let shown = SHOWN;
  const results = h("div", { id: "results" });
  const counted = h("p", { class: "muted", role: "status", id: "found" });
  const search = /** @type {HTMLInputElement} */ (
    h("input", {
      class: "form-control",
      id: "search",
      type: "search",
      autocomplete: "off",
      placeholder: _("Name, town or segment"),
      oninput: () => paint(SHOWN),
    })
  );
  const paint = (/** @type {number} */ count) => {
    shown = count;
    const found = find(entries, search.value);
    counted.textContent = ngettext("%(count)s account", "%(count)s accounts", found.length);
    results.replaceChildren(found.length ? listed(found.slice(0, shown), last) : none(search.value));
    if (found.length > shown) {
      const more = () => paint(shown + SHOWN);
      results.append(h("button", { class: "btn btn-wide touch", type: "button", onclick: more }, _("Show more")));
    }
  };
  const refresh = async () => {
    const order = byName();
    entries = (await list(database, "account")).sort((a, b) => order(a.name, b.name)).map(indexOf);
    last = await lastVisits(database);
    paint(shown);
  };
  await refresh();
  const element = h(
    "div",
    { class: "stack" },
    head(_("Accounts"), counted, button("#/accounts/new", _("New account"), "plus", "touch")),
    h("section", { class: "card" }, h("div", { class: "filters" }, searchField(search)), results),
  );
  return { element, title: _("Accounts"), refresh };
}

/** @param {HTMLElement} search */
function searchField(search) {
  return h(
    "div",
    { class: "search search-wide" },
    icon("search"),
    h("label", { class: "sr-only", for: "search" }, _("Search")),
    search,
  );
}

/** @param {any[]} found @param {Map<string, string>} last */
function listed(found, last) {
  const items = found.map((account) => {
    const seen = last.get(account.id);
    const when = seen ? _("Last visit %(date)s", { date: date(seen) }) : _("Not visited yet");
    return row(
      `#/accounts/${account.id}`,
      account.name,
      whereAndWhat(account),
      h("span", { class: "muted small nowrap" }, when),
    );
  });
  return h("ul", { class: "touch-list" }, ...items);
}

/** @param {string} query */
function none(query) {
  if (!query)
    return empty("building-factory-2", _("No accounts yet"), _("Create the first one, also without a network."));
  return empty(
    "search",
    _("Nothing found"),
    _("No account on this laptop has these words in its name, town or segment."),
    button("#/accounts/new", _("New account"), "plus", "touch"),
  );
}
