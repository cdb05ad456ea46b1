/** What competitors do at an account, and from whom it buys: two cards of its page. */

import { card, chip, h } from "../dom.js";
import { button, row, standingChip } from "../parts.js";
import { _, date } from "../words.js";

/**
 * @param {any[]} activities @param {any[]} brands @param {string} add where another one is noted @param {string} me
 */
export function activityCard(activities, brands, add, me) {
  const newest = [...activities].sort((a, b) => b.happened_on.localeCompare(a.happened_on));
  const items = newest.map((each) => {
    const told = each.told_by && _("told by %(name)s", { name: each.told_by });
    const below = [date(each.happened_on), told].filter(Boolean).join(" · ");
    const parts = [
      h("span", { class: "touch-title" }, nameOf(brands, each.brand_id)),
      h("span", { class: "prose" }, each.text),
      h("span", { class: "touch-below" }, below, each.pending.length ? standingChip(each.pending) : null),
    ];
    const own = !each.user_id || each.user_id === me;
    const tag = own ? "a" : "span";
    return h("li", { class: "touch-row" }, h(tag, { class: "touch-main", href: own && `#/activities/${each.id}/edit` }, ...parts));
  });
  return listCard(_("Competitor activity"), items, "activities", button(add, _("New activity"), "plus", "touch more"), _("Nothing heard yet."));
}

/** @param {any[]} links @param {any[]} brands @param {any[]} groups @param {any[]} dealers @param {string} add */
export function supplyCard(links, brands, groups, dealers, add) {
  const place = new Map(brands.map((brand, at) => [brand.id, at]));
  const now = links.filter((link) => !link.ended_on).sort((a, b) => (place.get(a.brand_id) ?? 0) - (place.get(b.brand_id) ?? 0));
  const items = now.map((link) => {
    const dealer = link.dealer_id && _("our dealer");
    const what = [nameOf(brands, link.brand_id), link.product_group_id && nameOf(groups, link.product_group_id)];
    const below = [what.filter(Boolean).join(", "), dealer, _("heard %(date)s", { date: date(link.observed_on) })];
    const state = link.pending.length ? standingChip(link.pending) : null;
    const who = link.dealer_id ? nameOf(dealers, link.dealer_id) : link.supplier;
    return row(`#/supply/${link.id}/edit`, who, [below.filter(Boolean).join(" · "), state]);
  });
  return listCard(_("Who supplies"), items, "supply", button(add, _("New supplier"), "plus", "touch more"), _("Not known yet."));
}

/** @param {{id: string, name: string}[]} records @param {string} id */
const nameOf = (records, id) => records.find((each) => each.id === id)?.name ?? "–";

/** @param {string} title @param {HTMLElement[]} items @param {string} id @param {HTMLElement} add @param {string} none */
function listCard(title, items, id, add, none) {
  const body = items.length
    ? h("ul", { class: "touch-list", id }, ...items)
    : h("div", { class: "body" }, h("p", { class: "muted" }, none));
  const count = items.length > 1 && chip(String(items.length));
  return card(title, [count, add], body);
}
