/** Conflicts: one field that two people changed, side by side, and a choice. The choice is an operation like any other. */

import { inWords, label } from "../changes.js";
import { card, chip, h, icon } from "../dom.js";
import { save } from "../outbox.js";
import { listInState, read } from "../records.js";
import { _, time } from "../words.js";

/** @typedef {import("../types").Shown} Shown */

/**
 * A card for each record with fields in conflict.
 * @param {IDBDatabase} database @param {import("../types").User} user @param {import("./waiting.js").Act} act
 */
export async function disputes(database, user, act) {
  const open = (await listInState(database, "conflict", "open")).filter((each) => each.status === "open");
  const records = [...new Set(open.map((each) => `${each.row_kind}:${each.row_id}`))];
  return Promise.all(
    records.map((key) =>
      dispute(
        database,
        open.filter((each) => `${each.row_kind}:${each.row_id}` === key),
        act,
      ),
    ),
  );
}

/** @param {IDBDatabase} database @param {Shown[]} fields @param {import("./waiting.js").Act} act */
async function dispute(database, fields, act) {
  const [{ row_kind: kind, row_id: id }] = fields;
  const record = await read(database, kind, id);
  const account = kind === "account" ? record : await read(database, "account", record?.account_id ?? "");
  const name = record?.name ?? account?.name ?? fields[0].mine?.name ?? "";
  const link = account ? h("a", { class: "more", href: `#/accounts/${account.id}` }, _("Show")) : null;
  const title = name ? _("Two changes at once: %(name)s", { name }) : _("Two changes at once");
  const rows = await Promise.all(fields.map((each) => side(database, each, name, act)));
  const says = h(
    "p",
    { class: "muted" },
    _("Somebody else changed the same while you were away. What the server has stands until one of you decides."),
  );
  return card(
    title,
    link ?? chip(String(fields.length), "late"),
    h("div", { class: "body stack disputes" }, says, ...rows),
  );
}

/** @param {IDBDatabase} database @param {Shown} conflict @param {string} name @param {import("./waiting.js").Act} act */
async function side(database, conflict, name, act) {
  const { id, field } = conflict;
  const [base, theirs, mine] = await Promise.all(
    [conflict.base, conflict.theirs, conflict.mine].map((value) =>
      inWords(database, field === "*" ? "" : field, value),
    ),
  );
  const removed = field === "*";
  const choose = (/** @type {string} */ status) => act(() => decide(database, conflict, name, status));
  return h(
    "div",
    { class: "dispute", id: `conflict-${id}` },
    h("h3", null, label(field), " ", h("span", { class: "muted small" }, time(conflict.opened_at))),
    h(
      "dl",
      { class: "sides" },
      !removed && [h("div", null, h("dt", null, _("You had seen")), h("dd", null, base))],
      h(
        "div",
        null,
        h("dt", null, _("On the server")),
        h("dd", null, removed ? _("It was removed.") : theirs),
        h(
          "dd",
          null,
          choice("theirs", id, removed ? _("Leave it removed") : _("Keep the server's"), () => choose("kept_theirs")),
        ),
      ),
      h(
        "div",
        null,
        h("dt", null, _("You wrote")),
        h("dd", null, mine),
        !removed &&
          h(
            "dd",
            null,
            choice("mine", id, _("Keep mine"), () => choose("kept_mine")),
          ),
      ),
    ),
  );
}

/** @param {string} which @param {string} id @param {string} text @param {() => void} onclick */
const choice = (which, id, text, onclick) =>
  h(
    "button",
    { class: "btn touch", type: "button", id: `${which}-${id}`, data: { keep: which }, onclick },
    icon("check"),
    text,
  );

/** @param {IDBDatabase} database @param {Shown} conflict @param {string} about @param {string} status */
function decide(database, { id, version, status: seen }, about, status) {
  const change = { kind: "conflict", id, action: /** @type {const} */ ("patch"), patch: { status } };
  return save(database, { id, kind: "conflict", about }, [
    { ...change, base: { status: seen }, base_version: version },
  ]);
}
