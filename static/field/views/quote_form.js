/** Drafting a quote with the prices that this laptop knows: find a product, say how much, take something off. */

import { field, h, head, icon } from "../dom.js";
import { DraftForm } from "../form/draft.js";
import { day, newId } from "../ids.js";
import { get, getAll } from "../db.js";
import { amount, listPrice, sum } from "../pricing.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { find, fold } from "../search.js";
import { unseal } from "../vault.js";
import { _, date, money, N_, readNumber } from "../words.js";

const OFFERED = 8;

/**
 * @typedef {object} Line one line as it is typed
 * @property {string} product_id
 * @property {string} quantity
 * @property {string} discount
 */

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function quoteForm(context, what) {
  const { database } = context;
  const begun = await begin(database, what);
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account) return missing();
  const [products, entries, lists, contacts] = await Promise.all([
    list(database, "product"),
    list(database, "price"),
    list(database, "price_list"),
    list(database, "contact", account.id),
  ]);
  const form = new QuoteForm(context, begun, account, priced(products, entries, lists), contacts);
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
  const lines = (known?.lines ?? []).map((/** @type {any} */ line) => ({ ...line, discount: line.discount_percent ?? "" }));
  const state = { id: known?.id ?? newId(), kind: "quote", account: known?.account_id ?? account, contact: known?.customer_contact ?? "", lines };
  return { state, keptAt: null, known };
}

/** The products that this laptop knows a price of today. @param {any[]} products @param {any[]} entries @param {any[]} lists */
function priced(products, entries, lists) {
  const byList = new Map(lists.map((each) => [each.id, each]));
  /** @type {Map<string, any[]>} */
  const byProduct = new Map();
  for (const entry of entries) byProduct.set(entry.product_id, [...(byProduct.get(entry.product_id) ?? []), entry]);
  const today = day();
  const found = products
    .filter((product) => product.active)
    .map((product) => ({ ...product, listed: listPrice(byProduct.get(product.id) ?? [], byList, today) }))
    .filter((product) => product.listed);
  return new Map(found.map((product) => [product.id, { ...product, words: ` ${fold(`${product.code} ${product.name}`)}` }]));
}

class QuoteForm extends DraftForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {any} account @param {Map<string, any>} products @param {any[]} contacts */
  constructor(context, begun, account, products, contacts) {
    super(context, begun, "quote");
    this.account = account;
    this.products = products;
    this.contacts = contacts;
    this.lines = h("div", { class: "stack", id: "lines" });
    this.total = h("p", { id: "totals" });
  }

  /** The currency of the quote: that of its first line. */
  get currency() {
    return this.products.get(this.state.lines[0]?.product_id)?.listed.currency ?? null;
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

  /** Find a product by words of its code or name. */
  search() {
    const offers = h("ul", { class: "touch-list", id: "offers" });
    const input = /** @type {HTMLInputElement} */ (
      h("input", { class: "form-control", type: "search", autocomplete: "off", placeholder: _("Code or name"), data: { quiet: "" } })
    );
    const offer = () => {
      const fitting = input.value.trim() ? find([...this.products.values()], input.value) : [];
      const own = this.currency;
      offers.replaceChildren(
        ...fitting.filter((each) => !own || each.listed.currency === own).slice(0, OFFERED).map((each) => this.offer(each, take)),
      );
    };
    const take = (/** @type {string} */ product) => {
      this.state.lines.push({ product_id: product, quantity: "", discount: "" });
      input.value = "";
      offer();
      this.paint();
      this.changed();
      /** @type {HTMLElement | null} */ (this.lines.querySelector("fieldset:last-of-type input"))?.focus();
    };
    input.addEventListener("input", offer);
    return h("div", null, field(_("Add a product"), input, { id: "product" }), offers);
  }

  /** @param {any} product @param {(id: string) => void} take */
  offer(product, take) {
    const cost = `${money(product.listed.price)} ${product.listed.currency}`;
    return h(
      "li",
      { class: "touch-row" },
      h(
        "button",
        { class: "touch-main btn-link", type: "button", data: { product: product.id }, onclick: () => take(product.id) },
        h("span", { class: "touch-title" }, product.name),
        h("span", { class: "touch-below" }, [product.code, cost, product.unit].join(" · ")),
      ),
    );
  }

  /** The lines, built anew when one comes or goes. */
  paint() {
    this.lines.replaceChildren(...this.state.lines.map((/** @type {Line} */ line, /** @type {number} */ place) => this.line(line, place)));
    this.addUp();
  }

  /** @param {Line} line @param {number} place */
  line(line, place) {
    const product = this.products.get(line.product_id);
    const input = (/** @type {"quantity" | "discount"} */ name, /** @type {string} */ label) => {
      const control = /** @type {HTMLInputElement} */ (h("input", { class: "form-control num", inputmode: "decimal", maxlength: 16, autocomplete: "off" }));
      control.value = line[name];
      control.addEventListener("input", () => {
        line[name] = control.value;
        this.addUp();
        this.changed();
      });
      return field(label, control, { id: `${name}-${place}` });
    };
    const remove = () => {
      this.state.lines.splice(place, 1);
      this.paint();
      this.changed();
    };
    const since = product && _("%(price)s %(currency)s a %(unit)s, %(list)s, since %(date)s", {
      ...product.listed, price: money(product.listed.price), unit: product.unit, date: date(product.listed.valid_from),
    });
    const drop = h("button", { class: "btn btn-quiet touch", type: "button", data: { remove: place }, onclick: remove }, icon("trash"), _("Remove"));
    return h(
      "fieldset",
      { class: "group-card" },
      h("legend", null, product?.name ?? _("Not sold any more")),
      h("p", { class: "muted small" }, since ?? _("This laptop knows no price of it today.")),
      h("div", { class: "pair" }, input("quantity", _("Quantity")), input("discount", _("Discount in percent"))),
      drop,
    );
  }

  addUp() {
    const amounts = this.wishes().filter((/** @type {any} */ wish) => wish.quantity && wish.discount_percent).map(amount);
    const { currency } = this;
    this.total.textContent = currency ? _("without VAT %(net)s %(currency)s", { net: money(sum(amounts)), currency }) : "";
  }

  /** The lines as they travel; null where something typed is no number. */
  wishes() {
    return this.state.lines.map((/** @type {Line} */ { product_id, quantity, discount }) => ({
      product_id,
      quantity: readNumber(quantity),
      price: this.products.get(product_id)?.listed.price ?? "0",
      discount_percent: discount.trim() ? readNumber(discount) : "0",
    }));
  }

  /** @override */
  problems() {
    /** @type {Record<string, string>} */
    const found = this.state.lines.length ? {} : { product: N_("Add at least one product.") };
    this.wishes().forEach((/** @type {any} */ wish, /** @type {number} */ place) => {
      if (!(Number(wish.quantity) > 0)) found[`quantity-${place}`] = N_("This is not a number.");
      if (wish.discount_percent === null || Number(wish.discount_percent) > 100) found[`discount-${place}`] = N_("This is not a number.");
      if (!this.products.has(wish.product_id)) found[`quantity-${place}`] = N_("This laptop knows no price of it today.");
    });
    return found;
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
