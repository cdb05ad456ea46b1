/** The plan of the week: what is planned and done on each day, and what else becomes due. */

import { card, chip, empty, h, head } from "../dom.js";
import { day, daysAfter } from "../ids.js";
import { button, reason, row, standingChip, whereAndWhat } from "../parts.js";
import { mondayOf, week } from "../plan.js";
import { _, longDate, ngettext } from "../words.js";

const SHOWN = 20;

/** @param {import("../router.js").Context} context @param {string} [on] a day of the week @returns {Promise<import("../router.js").Page>} */
export async function plan({ database, user }, on = day()) {
  const monday = mondayOf(on);
  const element = h("div", { class: "stack" });
  let shown = SHOWN;
  const more = () => {
    shown += SHOWN;
    refresh();
  };
  const refresh = async () => {
    const { days, due } = await week(database, monday);
    const planned = days.flatMap((each) => each.stops).filter(({ visit }) => visit.status === "planned").length;
    const line = [between(monday), ngettext("%(count)s planned", "%(count)s planned", planned)].join(" · ");
    element.replaceChildren(
      head(_("Plan"), line, ...turn(monday)),
      h(
        "div",
        { class: "split" },
        h("div", { class: "stack", id: "week" }, ...days.map((each) => dayCard(each, user.id))),
        dueCard(due, days, shown, more),
      ),
    );
  };
  await refresh();
  return { element, title: _("Plan"), refresh };
}

/** @param {string} on */
const noon = (on) => new Date(`${on}T12:00:00`);

/** @param {string} monday */
const between = (monday) => `${longDate(noon(monday))} – ${longDate(noon(daysAfter(monday, 6)))}`;

/** @param {string} monday */
function turn(monday) {
  return [
    button(`#/plan/${daysAfter(monday, -7)}`, _("Week before"), "chevron-left", "touch"),
    monday === mondayOf(day()) ? "" : button("#/plan", _("This week"), "", "touch"),
    button(`#/plan/${daysAfter(monday, 7)}`, _("Week after"), "chevron-right", "touch"),
  ];
}

/** @param {{on: string, stops: any[]}} entry @param {string} me */
function dayCard({ on, stops }, me) {
  const today = on === day() && chip(_("Today"), "info");
  const body = stops.length
    ? h("ul", { class: "touch-list" }, ...stops.map((each) => entry(each, me)))
    : h("div", { class: "body" }, h("p", { class: "muted" }, _("Nothing planned.")));
  const link = on >= day() && h("a", { class: "more", href: `#/route/${on}`, "aria-label": _("Route of %(day)s", { day: longDate(noon(on)) }) }, _("Route"));
  const made = card(longDate(noon(on)), [today, link], body);
  made.dataset.day = on;
  return made;
}

/** @param {{visit: any, account: any}} stop @param {string} me */
function entry({ visit, account }, me) {
  const what = visit.kind === "call" ? _("Call") : _("Visit");
  const done = visit.status === "completed" && chip(_("done"), "good");
  const state = visit.pending.length > 0 && standingChip(visit.pending);
  const own = !visit.user_id || visit.user_id === me;
  const href = done ? `#/visits/${visit.id}` : `#/accounts/${account.id}`;
  const change = !done && own && button(`#/visits/${visit.id}/plan`, _("Change"), "", "touch");
  return row(href, account.name, [done, state, h("span", null, [what, account.town].filter(Boolean).join(" · "))], change);
}

/** @param {any[]} due @param {{on: string}[]} days @param {number} shown @param {() => void} more */
function dueCard(due, days, shown, more) {
  const title = _("Due by the end of this week");
  if (!due.length)
    return card(title, null, empty("checks", _("Nothing else is due"), _("What is due is planned, or was seen in time.")));
  const first = days.map((each) => each.on).find((on) => on >= day()) ?? day();
  const items = due.slice(0, shown).map((stop) => {
    const add = button(`#/accounts/${stop.account.id}/plan/${first}`, _("Plan"), "plus", "touch");
    return row(`#/accounts/${stop.account.id}`, stop.account.name, [reason(stop), h("span", null, whereAndWhat(stop.account))], add);
  });
  const rest =
    due.length > shown && h("button", { class: "btn btn-wide touch", type: "button", onclick: more }, _("Show more"));
  return card(title, chip(String(due.length)), h("ul", { class: "touch-list", id: "due" }, ...items), rest && h("footer", null, rest));
}
