/** Where a piece of work stands: saved here, on its way, sent; and what a person must look at. */

import { h, icon } from "./dom.js";
import { button } from "./parts.js";
import { settled, unsettled } from "./records.js";
import { standing } from "./status.js";
import { _ } from "./words.js";

/**
 * What the save bar said last, and what the server found wrong.
 * @param {IDBDatabase} database @param {{id: string, kind: string}} group @param {string} mend where it is set right
 */
export async function whereItStands(database, group, mend) {
  const own = (/** @type {{group: string, group_kind: string}} */ item) =>
    item.group === group.id && item.group_kind === group.kind;
  const open = (await unsettled(database)).filter(own);
  const sent = (await settled(database)).filter((item) => own(item) && item.state === "sent").at(-1);
  const at = [...open.map((item) => item.sent_at), sent?.sent_at].filter(Boolean).sort().at(-1);
  const stuck = open.filter((item) => item.state === "stuck");
  const states = open.map((item) => item.state);
  return {
    known: open.length > 0 || Boolean(sent),
    ...standing(states, at),
    problems: stuck.length ? [problemCard(stuck.map(problem), mend)] : [],
  };
}

/** @param {any} item */
const problem = (item) =>
  h(
    "li",
    null,
    item.message
      ? _(item.message.text, item.message.params)
      : _("The server could not take this in. It is kept and will be looked at."),
  );

/** @param {HTMLElement[]} problems @param {string} mend */
function problemCard(problems, mend) {
  return h(
    "div",
    { class: "notice notice-soon", role: "status" },
    icon("alert-triangle"),
    h("div", null, h("strong", null, _("Kept, but not complete on the server")), h("ul", null, ...problems)),
    button(mend, _("Look over"), "edit", "touch"),
  );
}
