/** One account: who is there, what they use, and everything that happened. */

import { card, chip, empty, h, head, icon } from "../dom.js";
import { day } from "../ids.js";
import { byDay, DAYS, spansInWords } from "../opening.js";
import { latestPotential, latestUsage, loadCatalogue } from "../market.js";
import { button, row, standingChip, visitRow, whereAndWhat } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { orderDraftsCard } from "./order_draft.js";
import { quotesCard } from "./quote.js";
import { _, byName, date, dayName, ngettext, number } from "../words.js";
import { leadsCard } from "./leads.js";
import { instructionsCard } from "./instructions.js";
import { activityCard, supplyCard } from "./competitors.js";

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function account({ database, user }, id) {
  const element = h("div", { class: "stack" });
  let name = "";
  const refresh = async () => {
    const found = await read(database, "account", id);
    if (!found) return element.replaceChildren(missing().element);
    name = found.name;
    const [where, contacts, visits, catalogue, usage, potential, activities, links, dealers, asked, leads, quotes, orderDrafts] = await Promise.all([
      whereItStands(database, { id, kind: "account" }, `#/accounts/${id}/edit`),
      list(database, "contact", id),
      list(database, "visit", id),
      loadCatalogue(database),
      list(database, "brand_usage", id),
      list(database, "potential", id),
      list(database, "competitor_activity", id),
      list(database, "supply_link", id),
      list(database, "dealer"),
      instructionsCard(database, id),
      leadsCard(database, id),
      quotesCard(database, id),
      orderDraftsCard(database, id),
    ]);
    const { brands, groups } = catalogue;
    const market = used(catalogue, latestUsage(usage), latestPotential(potential));
    return element.replaceChildren(
      head(found.name, contextLine(found, where), ...actions(id, visits)),
      ...where.problems,
      h(
        "div",
        { class: "split" },
        h("div", { class: "stack" }, asked, history(visits), market, activityCard(activities, brands, `#/accounts/${id}/activity`, user.id), leads, orderDrafts, quotes),
        h("div", { class: "stack" }, facts(found), people(contacts, id), supplyCard(links, brands, groups, dealers, `#/accounts/${id}/supply`)),
      ),
    );
  };
  await refresh();
  return { element, title: name || _("Account"), refresh };
}

/** @param {any} found @param {{known: boolean, text: string, tone: any}} where */
function contextLine(found, where) {
  const state = where.known && h("span", { id: "standing" }, chip(where.text, where.tone));
  return h("span", { class: "row" }, whereAndWhat(found), state);
}

/** What was planned until today is begun; else a visit that nobody planned. @param {string} id @param {any[]} visits */
function actions(id, visits) {
  const planned = visits.find(
    (visit) => visit.status === "planned" && visit.kind === "visit" && visit.planned_on <= day(),
  );
  const start = planned ? `#/visits/${planned.id}/edit` : `#/accounts/${id}/visit`;
  return [
    button(start, _("Start visit"), "", "touch btn-primary"),
    button(`#/accounts/${id}/call`, _("Note a call"), "phone", "touch"),
    button(`#/accounts/${id}/plan`, _("Plan"), "calendar-event", "touch"),
    button(`#/accounts/${id}/edit`, _("Edit"), "edit", "touch"),
  ];
}

/** @param {any[]} visits */
function history(visits) {
  const order = (/** @type {any} */ visit) => visit.happened_at ?? visit.planned_on ?? "";
  const newest = visits
    .filter((visit) => visit.status !== "cancelled")
    .sort((a, b) => order(b).localeCompare(order(a)));
  if (!newest.length)
    return card(
      _("History"),
      null,
      empty("history", _("No visits yet"), _("What you note here stays in sight for the next visit.")),
    );
  return card(
    _("History"),
    chip(ngettext("%(count)s entry", "%(count)s entries", newest.length)),
    h("ul", { class: "touch-list", id: "history" }, ...newest.map((visit) => visitRow(visit))),
  );
}

/** @param {any} account */
function facts(account) {
  /** @type {[string, any][]} */
  const pairs = [
    [_("Phone"), account.phone && h("a", { href: `tel:${account.phone}` }, account.phone)],
    [_("E-mail"), account.email && h("a", { href: `mailto:${account.email}` }, account.email)],
    [_("Tax number"), account.tax_number],
    [_("Address"), [account.address, account.town].filter(Boolean).join(", ")],
    [
      _("Visit every"),
      account.visit_interval_days && ngettext("%(count)s day", "%(count)s days", account.visit_interval_days),
    ],
  ];
  const hours = byDay(account.opening_hours);
  for (const [place, each] of DAYS.entries())
    if (hours[each]) pairs.push([dayName(place), spansInWords(hours[each], _("closed"))]);
  const shown = pairs.filter(([, value]) => value);
  if (!shown.length) return null;
  return card(
    _("Account"),
    null,
    h(
      "div",
      { class: "body" },
      h(
        "dl",
        { class: "facts" },
        shown.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
      ),
    ),
  );
}

/** @param {any[]} contacts @param {string} id the account's */
function people(contacts, id) {
  const order = byName();
  const items = contacts
    .sort((a, b) => order(a.name, b.name))
    .map((contact) => {
      const state = contact.pending.length ? standingChip(contact.pending) : null;
      const below = [contact.position, contact.email].filter(Boolean).join(" · ");
      return row(`#/contacts/${contact.id}/edit`, contact.name, [below, state], call(contact));
    });
  const body = items.length
    ? h("ul", { class: "touch-list", id: "people" }, ...items)
    : h("div", { class: "body" }, h("p", { class: "muted" }, _("Nobody yet. Add people here, or while you note a visit.")));
  return card(_("People"), button(`#/accounts/${id}/contacts/new`, _("New contact"), "plus", "touch more"), body);
}

/** @param {any} contact */
function call({ phone, name }) {
  const label = h("span", { class: "sr-only" }, _("Call %(name)s", { name }));
  return phone ? h("a", { class: "btn touch", href: `tel:${phone}` }, icon("phone"), label) : null;
}

/** @param {any} catalogue @param {Map<string, any>} usage @param {Map<string, any>} potential */
function used(catalogue, usage, potential) {
  const groups = catalogue.groups.filter(
    (/** @type {any} */ group) =>
      potential.has(group.id) ||
      catalogue.brands.some((/** @type {any} */ brand) => usage.has(`${group.id}:${brand.id}`)),
  );
  if (!groups.length) return null;
  const rows = groups.map((/** @type {any} */ group) => {
    const brands = catalogue.brands
      .filter((/** @type {any} */ brand) => usage.has(`${group.id}:${brand.id}`))
      .map((/** @type {any} */ brand) => {
        const known = usage.get(`${group.id}:${brand.id}`);
        return h(
          "li",
          { class: brand.ours ? "use use-ours" : "use" },
          h("span", null, brand.name),
          h("span", { class: "num" }, number(known.quantity)),
          h("span", { class: "muted small" }, date(known.observed_on)),
        );
      });
    const total = potential.get(group.id);
    const size =
      total && h("span", { class: "muted" }, _("potential %(quantity)s", { quantity: number(total.quantity) }));
    return h(
      "section",
      { class: "body" },
      h(
        "h3",
        null,
        group.name,
        " ",
        h("span", { class: "muted small" }, _("%(unit)s a year", { unit: group.base_unit })),
        " ",
        size,
      ),
      h("ul", { class: "uses" }, ...brands),
    );
  });
  return card(_("What they use"), null, ...rows);
}
