/** Drafting a quote with the prices that this laptop knows: find a product, say how much, take something off. */

import { field, h, head } from "../dom.js";
import { LinesForm, loadOffered, typedLines } from "../form/lines.js";
import { newId } from "../ids.js";
import { get, getAll } from "../db.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { unseal } from "../vault.js";
import { _ } from "../words.js";

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function quoteForm(context, what) {
  const { database } = context;
  const begun = await begin(database, what);
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account) return missing();
  const [products, contacts] = await Promise.all([loadOffered(database), list(database, "contact", account.id)]);
  const form = new QuoteForm(context, begun, account, products, contacts);
  form.build();
  return { element: form.element, title: _("New quote"), leave: () => form.leave() };
}

/** @param {IDBDatabase} database @param {{id?: string, draft?: string, account?: string}} what */
async function begin(database, { id, draft, account = "" }) {
  const of = async () => (await getAll(database, "drafts")).find((each) => each.account === account && each.kind === "quote")?.id;
  const stored = await get(database, "drafts", draft ?? id ?? (await of()) ?? "");
  const known = id ? await read(database, "quote", id) : null;
  if (stored) return { state: (await unseal(database, [stored.payload]))[0], keptAt: stored.saved_at, known };
  if (id && !known) return null;
  const lines = typedLines(known);
  const state = { id: known?.id ?? newId(), kind: "quote", account: known?.account_id ?? account, contact: known?.customer_contact ?? "", lines };
  return { state, keptAt: null, known };
}

class QuoteForm extends LinesForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {any} account @param {Map<string, any>} products @param {any[]} contacts */
  constructor(context, begun, account, products, contacts) {
    super(context, begun, "quote", products, { discounts: true });
    this.account = account;
    this.contacts = contacts;
  }

  build() {
    const title = h("a", { href: `#/accounts/${this.account.id}` }, this.account.name);
    this.element.replaceChildren(
      head(_("New quote"), /** @type {any} */ (title)),
      this.above,
      h("section", { class: "card" }, h("div", { class: "body stack" }, this.contact(), this.search(), this.lines, this.total)),
      this.saveBar(_("Save draft")),
    );
    this.paint();
  }

  contact() {
    const names = this.contacts.map(({ name }) => h("option", { value: name }));
    const input = /** @type {HTMLInputElement} */ (h("input", { class: "form-control", maxlength: 200, list: "contacts", autocomplete: "off" }));
    input.value = this.state.contact;
    input.addEventListener("input", () => {
      this.state.contact = input.value;
      this.changed();
    });
    return field(_("Contact person"), h("div", null, input, h("datalist", { id: "contacts" }, ...names)), { id: "contact", optional: true });
  }

  /** @override */
  result() {
    const { id } = this.state;
    const patch = {
      account_id: this.account.id,
      currency: this.currency,
      locale: document.documentElement.lang,
      customer_contact: this.state.contact.trim() || null,
      lines: this.wishes(),
    };
    const group = { id, kind: "quote", about: this.account.name };
    return { group, operations: [{ kind: "quote", id, action: /** @type {const} */ ("create"), patch }], next: `#/quotes/${id}` };
  }
}
