/** Pieces that several pages show. */

import { chip, h, icon } from "./dom.js";
import { day } from "./ids.js";
import { standing } from "./status.js";
import { _, date, ngettext, number, time } from "./words.js";

/** Where an account is and what it is, in one line. @param {any} account */
export function whereAndWhat(account) {
  return [account.town, account.kind === "customer" ? _("Customer") : _("Prospect"), account.segment]
    .filter(Boolean)
    .join(" · ");
}

/** Why a stop is due. @param {any} stop */
export function reason(stop) {
  if (stop.visit) {
    const what = stop.visit.kind === "call" ? _("Planned call") : _("Planned visit");
    const when = stop.late > 0 ? overdue(stop.late) : _("today");
    const locked = stop.visit.locked_time && chip(_("expected at %(time)s", { time: stop.visit.locked_time }), "info");
    return [chip(`${what}, ${when}`, stop.late > 0 ? "late" : "info"), locked];
  }
  const wait = stop.last ? waitChip(stop.wait) : null;
  return wait ?? [chip(_("Not visited yet"), "soon"), stop.wait.state === "overdue" && waitChip(stop.wait)];
}

/** In the words of the manager's coverage: due, or overdue. @param {any} wait */
function waitChip({ state, dueAt, overdueAt }) {
  if (state === "overdue" && overdueAt <= new Date())
    return chip(_("overdue since %(date)s", { date: date(overdueAt.toISOString()) }), "late");
  return chip(_("due %(date)s", { date: date(dueAt.toISOString()) }), day(dueAt) < day() ? "soon" : "info");
}

/** @param {number} days */
const overdue = (days) => ngettext("%(count)s day overdue", "%(count)s days overdue", days);

/** A way: how far and how long. @param {{km: number, minutes: number}} leg */
export function wayInWords({ km, minutes }) {
  const long = ngettext("%(count)s minute", "%(count)s minutes", minutes);
  return `${number(km)} km · ${long}`;
}

/** A row that leads somewhere. @param {string} href @param {any} main @param {any} below @param {any} [end] */
export function row(href, main, below, end) {
  return h(
    "li",
    { class: "touch-row" },
    h(
      "a",
      { href, class: "touch-main" },
      h("span", { class: "touch-title" }, main),
      below && h("span", { class: "touch-below" }, below),
    ),
    end,
  );
}

/** A visit in a list. @param {any} visit @param {string} [name] whose visit it was */
export function visitRow(visit, name) {
  const what = visit.kind === "call" ? _("Call") : _("Visit");
  const when =
    visit.status === "planned" ? _("planned for %(date)s", { date: date(visit.planned_on) }) : time(visit.happened_at);
  const below = visit.summary || visit.next_steps || "";
  const state = visit.pending.length
    ? standingChip(visit.pending)
    : visit.status === "planned"
      ? chip(_("planned"), "info")
      : null;
  return row(`#/visits/${visit.id}`, [name ? `${name} · ` : "", `${what} · ${when}`], below.slice(0, 160), state);
}

/** @param {string[]} states @param {string | null} [sentAt] */
export function standingChip(states, sentAt) {
  const { text, tone } = standing(states, sentAt);
  return chip(text, tone);
}

/** One comment. @param {any} comment @param {string} me */
export function commentItem(comment, me) {
  const own = comment.pending.length > 0 || comment.user_id === me;
  const who = own ? _("You") : (comment.user_name ?? _("Somebody"));
  const state = comment.pending.length ? standingChip(comment.pending) : null;
  return h(
    "li",
    { class: own ? "word word-own" : "word" },
    h(
      "p",
      { class: "word-head" },
      h("strong", null, who),
      h("span", { class: "muted small" }, time(comment.created_at)),
      state,
    ),
    h("p", { class: "word-text" }, comment.text),
  );
}

/** A link drawn as a button. @param {string} href @param {string} text @param {string} [picture] @param {string} [look] */
export function button(href, text, picture, look = "") {
  return h("a", { class: `btn ${look}`.trim(), href }, picture && icon(picture), text);
}
