/** A person at an account, new or changed. */

import { h, head } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { read } from "../records.js";
import { missing } from "../router.js";
import { _ } from "../words.js";

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function contactForm(context, what) {
  const { database } = context;
  const account = what.account ?? (what.id && (await read(database, "contact", what.id))?.account_id) ?? "";
  const begun = await beginRecord(database, "contact", { ...what, account });
  const place = begun && (await read(database, "account", begun.state.account));
  if (!begun || !place) return missing();
  const { known } = begun;
  /** @type {import("../form/record.js").Sheet} */
  const sheet = {
    kind: "contact",
    fixed: { account_id: place.id },
    entries: [
      { name: "name", label: _("Name"), required: true },
      { name: "position", label: _("Position"), most: 100 },
      { name: "phone", label: _("Phone"), control: "tel", most: 40 },
      { name: "email", label: _("E-mail"), control: "email" },
    ],
  };
  const form = new RecordForm(context, begun, sheet, {
    next: () => `#/accounts/${place.id}`,
    about: () => [form.typed("name").trim(), place.name].join(" · "),
  });
  const title = known ? _("Edit contact") : _("New contact");
  form.element.append(
    head(title, h("a", { href: `#/accounts/${place.id}` }, place.name)),
    form.above,
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, ...form.fields())),
    form.saveBar(_("Save contact")),
  );
  return { element: form.element, title, leave: () => form.leave() };
}
