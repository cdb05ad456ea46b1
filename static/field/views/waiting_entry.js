/** One thing that waits or needs a person: what it is, where it stands, what it changes, what can be done about it. */

import { differences } from "../changes.js";
import { discard, Needed, onItsWay, retry, takeBack } from "../decide.js";
import { h, icon, notice } from "../dom.js";
import { button } from "../parts.js";
import { _, ngettext, time } from "../words.js";

/** @typedef {import("./waiting.js").Group} Group */
/** @typedef {import("./waiting.js").Act} Act */

/** What a group is and whom it is about. @param {Group} group */
export function titleOf({ kind, items, name }) {
  const kinds = {
    visit: items[0].body.patch.kind === "call" ? _("Call") : _("Visit"),
    account: _("Account"),
    comment: _("Comment"),
    contact: _("Person"),
    competitor_activity: _("Competitor activity"),
    supply_link: _("Supplier"),
    instruction: _("Instruction"),
    lead: _("Lead"),
    route: _("Route"),
    working_day: _("My day"),
    position_consent: _("Consent to the position"),
    quote: _("Quote"),
    order_draft: _("Draft of an order"),
    conflict: _("Decision about a conflict"),
    operation: _("Withdrawal"),
  };
  return [kinds[/** @type {keyof typeof kinds} */ (kind)] ?? _("A change"), name].filter(Boolean).join(" · ");
}

/**
 * @param {IDBDatabase} database @param {Group} group
 * @param {{act: Act, decisions: import("../types").Shown[], tried: number}} around
 */
export async function entry(database, group, { act, decisions, tried }) {
  const underWay = group.items.some((item) => onItsWay(item, tried));
  return h(
    "li",
    null,
    h(
      "details",
      { class: "entry", id: `entry-${group.kind}-${group.id}` },
      h(
        "summary",
        { class: "touch-row" },
        h(
          "span",
          { class: "touch-main" },
          h("span", { class: "touch-title" }, titleOf(group)),
          h("span", { class: "touch-below" }, state(group, decisions, underWay)),
        ),
        icon("chevron-down"),
      ),
      h(
        "div",
        { class: "body stack" },
        await changed(database, group),
        h("div", { class: "row" }, ...actions(database, group, act, underWay)),
      ),
    ),
  );
}

/** Where it stands, in words. @param {Group} group @param {import("../types").Shown[]} decisions @param {boolean} underWay */
function state({ items }, decisions, underWay) {
  const stuck = items.find((item) => item.state === "stuck");
  if (!stuck)
    return underWay
      ? _("Sent, the answer has not come yet. Saved on this laptop %(time)s", { time: time(items[0].saved_at) })
      : _("Saved on this laptop %(time)s", { time: time(items[0].saved_at) });
  const handed = decisions.filter((each) => each.op_id === stuck.op_id && each.outcome === "handed_over").at(-1);
  if (handed)
    return _("Your manager asked %(name)s to decide about it.", { name: handed.handed_to_name ?? _("Somebody") });
  if (stuck.message) return _(stuck.message.text, stuck.message.params);
  return _("The server could not take this in. It is kept and will be looked at.");
}

/** Before and after, field by field. @param {IDBDatabase} database @param {Group} group */
async function changed(database, group) {
  const all = (await Promise.all(group.items.map((item) => differences(database, item)))).flat();
  if (!all.length) return h("p", { class: "muted" }, _("Ends on the server what you gave up or wrote anew."));
  return h(
    "dl",
    { class: "changes" },
    all.flatMap(({ label, before, after }) => [
      h("dt", null, label),
      h(
        "dd",
        null,
        before && [h("del", null, h("span", { class: "sr-only" }, _("Before"), ": "), before), icon("arrow-right")],
        h("ins", null, h("span", { class: "sr-only" }, _("After"), ": "), after),
      ),
    ]),
  );
}

/** @param {IDBDatabase} database @param {Group} group @param {Act} act @param {boolean} underWay */
function actions(database, group, act, underWay) {
  const stuck = group.items.some((item) => item.state === "stuck");
  const { shown, edit } = pagesOf(group);
  const again = () => act(() => retry(database, group));
  const drop = () =>
    act(() => discard(database, group).catch(explain), discardedNotice(database, group, act, underWay));
  return [
    shown && button(shown, _("Show"), "eye", "touch"),
    edit && button(edit, _("Edit"), "edit", "touch"),
    stuck && pressed("again", group, "refresh", _("Try again"), again),
    pressed("drop", group, "trash", _("Discard"), drop),
  ].filter(Boolean);
}

/** Where a thing is shown and where it is changed. @param {Group} group @returns {{shown?: string, edit?: string}} */
export function pagesOf({ id, kind }) {
  const pages = {
    visit: { shown: `#/visits/${id}`, edit: `#/visits/${id}/edit` },
    account: { shown: `#/accounts/${id}`, edit: `#/accounts/${id}/edit` },
    comment: { shown: `#/visits/${id}` },
    route: { shown: `#/route/${id}` },
    working_day: { shown: "#/day" },
    quote: { shown: `#/quotes/${id}` },
    order_draft: { shown: `#/order-drafts/${id}`, edit: `#/order-drafts/${id}/edit` },
    lead: { shown: `#/leads/${id}` },
    instruction: { shown: `#/instructions/${id}` },
    contact: { edit: `#/contacts/${id}/edit` },
    competitor_activity: { edit: `#/activities/${id}/edit` },
    supply_link: { edit: `#/supply/${id}/edit` },
  };
  return pages[/** @type {keyof typeof pages} */ (kind)] ?? {};
}

/** @param {string} name @param {Group} group @param {string} picture @param {string} text @param {() => void} onclick */
function pressed(name, group, picture, text, onclick) {
  const id = `${name}-${group.kind}-${group.id}`;
  return h("button", { class: "btn touch", type: "button", id, data: { act: name }, onclick }, icon(picture), text);
}

/** Say in words why something was not discarded. @param {unknown} error */
function explain(error) {
  if (!(error instanceof Needed)) throw error;
  const names = error.titles.filter(Boolean).join(", ");
  const text = ngettext(
    "Something else stands on it. Discard that first: %(names)s",
    "Other things stand on it. Discard those first: %(names)s",
    error.titles.length,
    { names },
  );
  throw new Error(text);
}

/** @param {IDBDatabase} database @param {Group} group @param {Act} act @param {boolean} underWay */
function discardedNotice(database, group, act, underWay) {
  const undo = () => act(() => takeBack(database, group));
  return notice(
    "info",
    h("strong", null, _("Discarded.")),
    " ",
    titleOf(group),
    " ",
    underWay && h("p", null, _("It may have been sent before; then it comes back with the next exchange.")),
    h("button", { class: "btn touch", type: "button", id: "undo", onclick: undo }, icon("rotate"), _("Undo")),
  );
}

/** What was discarded can be taken back for as long as it is remembered. @param {IDBDatabase} database @param {Group} group @param {Act} act */
export async function discardedEntry(database, group, act) {
  const back = () => act(() => takeBack(database, group));
  return h(
    "li",
    null,
    h(
      "details",
      { class: "entry", id: `entry-${group.kind}-${group.id}` },
      h(
        "summary",
        { class: "touch-row" },
        h(
          "span",
          { class: "touch-main" },
          h("span", { class: "touch-title" }, titleOf(group)),
          h("span", { class: "touch-below" }, _("Not sent. Kept for thirty days.")),
        ),
        icon("chevron-down"),
      ),
      h(
        "div",
        { class: "body stack" },
        await changed(database, group),
        h("div", { class: "row" }, pressed("back", group, "rotate", _("Take back"), back)),
      ),
    ),
  );
}
