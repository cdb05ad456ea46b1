/** A new account, made on the spot, with or without a network. */

import { field, h, head, icon, notice } from "../dom.js";
import { newId } from "../ids.js";
import { save } from "../outbox.js";
import { _ } from "../words.js";
import { hold } from "../worker.js";

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function newAccount({ database, sync, user }) {
  const territories = user.territories ?? [];
  const input = (/** @type {string} */ type = "text", /** @type {number} */ most = 200) =>
    /** @type {HTMLInputElement} */ (
      h("input", {
        class: "form-control",
        type,
        maxlength: most,
        autocomplete: "off",
        oninput: () => hold("form", true),
      })
    );
  const name = input();
  const town = input("text", 100);
  const phone = input("tel", 40);
  const interval = /** @type {HTMLInputElement} */ (
    h("input", { class: "form-control", type: "number", min: 1, max: 730, inputmode: "numeric" })
  );
  const territory = /** @type {HTMLSelectElement} */ (
    h(
      "select",
      { class: "form-select" },
      ...territories.map((/** @type {any} */ each) => h("option", { value: each.id }, each.name)),
    )
  );
  const above = h("div");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!name.value.trim()) {
      above.replaceChildren(notice("late", _("An account needs a name.")));
      return name.focus();
    }
    const id = newId();
    const patch = {
      name: name.value.trim(),
      territory_id: territory.value,
      town: town.value.trim() || null,
      phone: phone.value.trim() || null,
      visit_interval_days: interval.valueAsNumber > 0 ? Math.round(interval.valueAsNumber) : null,
    };
    try {
      await save(database, { id, kind: "account", about: patch.name }, [{ kind: "account", id, action: "create", patch }]);
    } catch {
      return above.replaceChildren(
        notice("late", _("Not saved: this laptop has no space left. Free some, then save again.")),
      );
    }
    hold("form", false);
    sync.saved();
    return location.replace(`#/accounts/${id}`);
  };
  const element = h(
    "form",
    { class: "stack", novalidate: true, onsubmit: submit },
    head(_("New account"), _("Works without a network, too.")),
    above,
    h(
      "section",
      { class: "card" },
      h(
        "div",
        { class: "body stack form-narrow" },
        field(_("Name"), name, { id: "name" }),
        field(_("Town"), town, { id: "town", optional: true }),
        field(_("Phone"), phone, { id: "phone", optional: true }),
        field(_("Days between visits"), interval, {
          id: "interval",
          optional: true,
          help: _("Then it shows up under Today when it is due."),
        }),
        territories.length > 1 ? field(_("Territory"), territory, { id: "territory" }) : "",
      ),
      h(
        "div",
        { class: "save-bar field-save" },
        h("span", { class: "bar-state" }),
        h("button", { class: "btn btn-primary touch", type: "submit", id: "save" }, icon("check"), _("Save account")),
      ),
    ),
  );
  return { element, title: _("New account"), leave: () => hold("form", false) };
}
