/** A new account, or a known one changed, with or without a network. */

import { field, h, head, icon, notice } from "../dom.js";
import { newId } from "../ids.js";
import { save } from "../outbox.js";
import { read } from "../records.js";
import { missing } from "../router.js";
import { _ } from "../words.js";
import { hold } from "../worker.js";

/**
 * @param {import("../router.js").Context} context @param {string} [id] of the account to change
 * @returns {Promise<import("../router.js").Page>}
 */
export async function accountForm({ database, sync, user }, id) {
  const known = id ? await read(database, "account", id) : null;
  if (id && !known) return missing();
  const controls = fields(known, user.territories ?? []);
  const above = h("div");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const values = filledIn(controls);
    if (!values.name) {
      above.replaceChildren(notice("late", _("An account needs a name.")));
      return controls.name.focus();
    }
    try {
      await keep(database, known, values);
    } catch {
      const text = _("Not saved: this laptop has no space left. Free some, then save again.");
      return above.replaceChildren(notice("late", text));
    }
    hold("form", false);
    sync.saved();
    return location.replace(`#/accounts/${values.id ?? known?.id}`);
  };
  const title = known ? _("Edit account") : _("New account");
  const element = h(
    "form",
    { class: "stack", novalidate: true, onsubmit: submit, oninput: () => hold("form", true) },
    head(title, known ? known.name : _("Works without a network, too.")),
    above,
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, ...labelled(controls)), saveBar()),
  );
  return { element, title, leave: () => hold("form", false) };
}

/** @typedef {Record<"name" | "town" | "phone" | "email" | "address" | "interval", HTMLInputElement> & {territory: HTMLSelectElement | null}} Controls */

/** @param {Record<string, any> | null} known @param {{id: string, name: string}[]} territories @returns {Controls} */
function fields(known, territories) {
  const input = (
    /** @type {string} */ name,
    /** @type {string} */ type = "text",
    /** @type {number} */ maxlength = 200,
  ) =>
    /** @type {HTMLInputElement} */ (
      h("input", { class: "form-control", type, maxlength, autocomplete: "off", value: known?.[name] ?? "" })
    );
  const interval = /** @type {HTMLInputElement} */ (
    h("input", { class: "form-control", type: "number", min: 1, max: 730, inputmode: "numeric" })
  );
  interval.value = known?.visit_interval_days ?? "";
  const options = territories.map(({ id, name }) => h("option", { value: id }, name));
  const territory = known ? null : /** @type {HTMLSelectElement} */ (h("select", { class: "form-select" }, ...options));
  return {
    name: input("name"),
    town: input("town", "text", 100),
    phone: input("phone", "tel", 40),
    email: input("email", "email"),
    address: input("address", "text", 500),
    interval,
    territory,
  };
}

/** @param {Controls} controls */
function labelled({ name, town, phone, email, address, interval, territory }) {
  return [
    field(_("Name"), name, { id: "name" }),
    field(_("Town"), town, { id: "town", optional: true }),
    field(_("Phone"), phone, { id: "phone", optional: true }),
    field(_("E-mail"), email, { id: "email", optional: true }),
    field(_("Address"), address, { id: "address", optional: true }),
    field(_("Days between visits"), interval, {
      id: "interval",
      optional: true,
      help: _("Then it shows up under Today when it is due."),
    }),
    territory && territory.options.length > 1 ? field(_("Territory"), territory, { id: "territory" }) : "",
  ];
}

function saveBar() {
  return h(
    "div",
    { class: "save-bar field-save" },
    h("span", { class: "bar-state" }),
    h("button", { class: "btn btn-primary touch", type: "submit", id: "save" }, icon("check"), _("Save account")),
  );
}

/** What was filled in; `id` only for a new account. @param {Controls} controls @returns {Record<string, any>} */
function filledIn({ name, town, phone, email, address, interval, territory }) {
  const text = (/** @type {HTMLInputElement} */ input) => input.value.trim() || null;
  const days = interval.valueAsNumber;
  return {
    ...(territory && { id: newId(), territory_id: territory.value }),
    name: text(name),
    town: text(town),
    phone: text(phone),
    email: text(email),
    address: text(address),
    visit_interval_days: days > 0 ? Math.round(days) : null,
  };
}

/** Save a new account, or of a known one what is different. @param {IDBDatabase} database @param {Record<string, any> | null} known @param {Record<string, any>} filled */
async function keep(database, known, { id = known?.id, ...values }) {
  const group = { id, kind: "account", about: values.name };
  if (!known || (known.version === 0 && known.pending.includes("stuck"))) {
    const patch = known ? { territory_id: known.territory_id, ...values } : values;
    return save(database, group, [{ kind: "account", id, action: "create", patch }], { replaces: Boolean(known) });
  }
  const fields = Object.entries(values).filter(([name, value]) => (known[name] ?? null) !== value);
  const patch = Object.fromEntries(fields);
  const base = Object.fromEntries(fields.map(([name]) => [name, known[name] ?? null]));
  if (!fields.length) return undefined;
  const change = {
    kind: "account",
    id,
    action: /** @type {const} */ ("patch"),
    patch,
    base,
    base_version: known.version,
  };
  return save(database, group, [change], { replaces: true });
}
