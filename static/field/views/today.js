/** Today: where to go and why, what the manager asks, what was begun, what waits to be sent. */

import { card, chip, empty, h, head, icon } from "../dom.js";
import { stops, unreadComments } from "../plan.js";
import { waysTo } from "../route.js";
import { button, reason, row, wayInWords, whereAndWhat } from "../parts.js";
import { read } from "../records.js";
import { waitingInWords } from "../status.js";
import { _, longDate, ngettext, time } from "../words.js";
import { instructionsCard } from "./instructions.js";
import { begun } from "./drafts.js";

const SHOWN = 20;

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function today(context) {
  const where = (context.user.territories ?? []).map((/** @type {any} */ territory) => territory.name).join(", ");
  const element = h("div", { class: "stack" });
  let shown = SHOWN;
  const refresh = async () => {
    const [plan, asked, comments, drafts, status] = await Promise.all([
      stops(context.database),
      instructionsCard(context.database),
      unread(context),
      begun(context.database),
      context.sync.status(),
    ]);
    const ways = await waysTo(context.database, context.user.id, plan.visits);
    const visits = plan.visits.map((each) => ({ ...each, way: ways.get(each.visit.id) }));
    const total = plan.visits.length + plan.due.length;
    const line = [
      where,
      longDate(new Date()),
      status.lastPulled && ngettext("%(count)s stop", "%(count)s stops", total),
    ];
    element.replaceChildren(
      head(_("Today"), line.filter(Boolean).join(" · "), button("#/route", _("Route"), "route", "touch")),
      ...[asked, comments, drafts].flat().filter((part) => part !== null),
      h(
        "div",
        { class: "split" },
        route([...visits, ...plan.due], plan.accounts, status, shown, more),
        waits(status),
      ),
    );
  };
  const more = () => {
    shown += SHOWN;
    refresh();
  };
  await refresh();
  return { element, title: _("Today"), refresh };
}

/** @param {any[]} all @param {number} accounts @param {any} status @param {number} shown @param {() => void} more */
function route(all, accounts, status, shown, more) {
  if (!all.length) return h("section", { class: "card" }, nothing(accounts, status));
  const items = all.slice(0, shown).map((each, place) => stop(each, place === 0));
  const rest =
    all.length > shown && h("button", { class: "btn btn-wide touch", type: "button", onclick: more }, _("Show more"));
  return card(
    _("Stops"),
    chip(String(all.length)),
    h("ul", { class: "touch-list", id: "stops" }, ...items),
    rest && h("footer", null, rest),
  );
}

/** The next stop is the one thing that stands out. @param {any} each @param {boolean} next */
function stop(each, next) {
  const start = each.visit ? `#/visits/${each.visit.id}/edit` : `#/accounts/${each.account.id}/visit`;
  const way = each.way?.km > 0 && wayInWords(each.way);
  const where = h("span", null, [whereAndWhat(each.account), way].filter(Boolean).join(" · "));
  return row(
    `#/accounts/${each.account.id}`,
    each.account.name,
    [reason(each), where],
    button(start, _("Start visit"), "", next ? "touch btn-primary" : "touch"),
  );
}

/** @param {number} accounts @param {any} status */
function nothing(accounts, status) {
  if (!status.lastPulled) {
    return empty(
      "download",
      _("Nothing here yet"),
      _(
        "Your accounts come to this laptop the first time it reaches the server. Afterwards everything works without a network.",
      ),
    );
  }
  if (!accounts)
    return empty(
      "building-factory-2",
      _("No accounts yet"),
      _("Create the first one, also without a network."),
      button("#/accounts/new", _("New account"), "plus", "btn-primary touch"),
    );
  return empty(
    "checks",
    _("Nothing is due today"),
    _("Every account with a visit interval was seen in time."),
    button("#/accounts", _("All accounts"), "", "touch"),
  );
}

/** @param {any} status */
function waits(status) {
  const total = status.waiting.total + status.stuck.total;
  const text = total
    ? [
        waitingInWords(status.waiting),
        status.stuck.total &&
          ngettext("%(count)s needs your attention", "%(count)s need your attention", status.stuck.total),
      ]
        .filter(Boolean)
        .join(", ")
    : _("Nothing waits. What you save goes out by itself.");
  const last =
    status.lastSent && h("p", { class: "muted small" }, _("Last sent %(time)s", { time: time(status.lastSent) }));
  const link = h("a", { class: "more", href: "#/waiting" }, _("Show"));
  return card(_("To be sent"), link, h("div", { class: "body", id: "to-be-sent" }, h("p", null, text), last));
}

/** @param {import("../router.js").Context} context */
async function unread({ database, user }) {
  const comments = await unreadComments(database, user.id);
  if (!comments.length) return null;
  const items = await Promise.all(comments.slice(0, 5).map((comment) => commentRow(database, comment)));
  return card(
    _("New comments"),
    h("span", { class: "count count-waiting" }, String(comments.length)),
    h("ul", { class: "touch-list", id: "comments" }, ...items),
  );
}

/** @param {IDBDatabase} database @param {any} comment */
async function commentRow(database, comment) {
  const visit = await read(database, "visit", comment.visit_id);
  const account = visit?.account_id && (await read(database, "account", visit.account_id));
  const about = [comment.user_name, account?.name, time(comment.created_at)].filter(Boolean).join(" · ");
  return row(
    `#/visits/${comment.visit_id}`,
    h("span", { class: "two-lines" }, comment.text),
    about,
    icon("chevron-right"),
  );
}
