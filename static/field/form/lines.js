/** A form with lines of goods: find a product, say how much; the laptop's prices add up as one types. */

import { field, h, icon } from "../dom.js";
import { day } from "../ids.js";
import { amount, listPrice, packs, sum } from "../pricing.js";
import { list } from "../records.js";
import { find, fold } from "../search.js";
import { _, date, money, N_, number, readNumber } from "../words.js";
import { DraftForm } from "./draft.js";

const OFFERED = 8;

/**
 * @typedef {object} Line one line as it is typed
 * @property {string} product_id
 * @property {string} quantity
 * @property {string} discount
 */

/** The products that this laptop knows a price of today, by id. @param {IDBDatabase} database @returns {Promise<Map<string, any>>} */
export async function loadOffered(database) {
  const [products, entries, lists] = await Promise.all([list(database, "product"), list(database, "price"), list(database, "price_list")]);
  const byList = new Map(lists.map((each) => [each.id, each]));
  /** @type {Map<string, any[]>} */
  const byProduct = new Map();
  for (const entry of entries) byProduct.set(entry.product_id, [...(byProduct.get(entry.product_id) ?? []), entry]);
  const today = day();
  const found = products
    .filter((product) => product.active)
    .map((/** @type {any} */ product) => ({ ...product, listed: listPrice(byProduct.get(product.id) ?? [], byList, today) }))
    .filter((product) => product.listed);
  return new Map(found.map((product) => [product.id, { ...product, words: ` ${fold(`${product.code} ${product.name}`)}` }]));
}

/** The lines of a record as they are typed again. @param {any} known @returns {Line[]} */
export const typedLines = (known) =>
  (known?.lines ?? []).map((/** @type {any} */ { product_id, quantity, discount_percent: discount }) => ({
    product_id,
    quantity: number(quantity),
    discount: Number(discount) ? number(discount) : "",
  }));

export class LinesForm extends DraftForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {string} kind @param {Map<string, any>} products @param {{discounts?: boolean}} [more] */
  constructor(context, begun, kind, products, { discounts = false } = {}) {
    super(context, begun, kind);
    this.products = products;
    this.discounts = discounts;
    this.lines = h("div", { class: "stack", id: "lines" });
    this.total = h("p", { id: "totals" });
  }

  /** What a unit costs as far as the laptop knows. @param {any} product */
  priceOf(product) {
    return product.listed;
  }

  /** The same in words. @param {any} product @returns {string} */
  priceInWords(product) {
    return _("%(price)s %(currency)s a %(unit)s, %(list)s, since %(date)s", {
      ...product.listed, price: money(product.listed.price), unit: product.unit, date: date(product.listed.valid_from),
    });
  }

  /** The currency of the first line: one paper has one. */
  get currency() {
    return this.products.get(this.state.lines[0]?.product_id)?.listed.currency ?? null;
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
    const cost = `${money(this.priceOf(product).price)} ${product.listed.currency}`;
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
    const hint = h("p", { class: "muted small", role: "status", id: `packs-${place}` });
    const told = () => hint.replaceChildren(...(product ? this.packHint(line, place, product) : []));
    const input = (/** @type {"quantity" | "discount"} */ name, /** @type {string} */ label) => {
      const control = /** @type {HTMLInputElement} */ (h("input", { class: "form-control num", inputmode: "decimal", maxlength: 16, autocomplete: "off" }));
      control.value = line[name];
      control.addEventListener("input", () => {
        line[name] = control.value;
        told();
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
    told();
    const quantity = product ? _("Quantity, %(unit)s", { unit: product.unit }) : _("Quantity");
    const drop = h("button", { class: "btn btn-quiet touch", type: "button", data: { remove: place }, onclick: remove }, icon("trash"), _("Remove"));
    return h(
      "fieldset",
      { class: "group-card" },
      h("legend", null, product?.name ?? _("Not sold any more")),
      h("p", { class: "muted small" }, product ? this.priceInWords(product) : _("This laptop knows no price of it today.")),
      h("div", { class: "pair" }, input("quantity", quantity), this.discounts && input("discount", _("Discount in percent"))),
      hint,
      drop,
    );
  }

  /** How many packs that is, and how much fills the last one. @param {Line} line @param {number} place @param {any} product */
  packHint(line, place, product) {
    const found = packs(readNumber(line.quantity), product.pack_size);
    if (!found) return [];
    const words = { size: number(product.pack_size), unit: product.unit, count: number(String(found.count)) };
    if (found.whole) return [_("%(count)s × a pack of %(size)s %(unit)s", words)];
    const fill = () => {
      line.quantity = number(found.filled);
      this.paint();
      this.changed();
      /** @type {HTMLElement | null} */ (this.lines.querySelector(`[id="quantity-${place}"]`))?.focus();
    };
    const text = _("Not a whole number of packs of %(size)s %(unit)s.", words);
    return [text, " ", h("button", { class: "btn-link", type: "button", data: { fill: place }, onclick: fill }, _("Make it %(filled)s", { filled: number(found.filled) }))];
  }

  addUp() {
    const amounts = this.wishes().filter((/** @type {any} */ wish) => wish.quantity && wish.discount_percent).map(amount);
    const { currency } = this;
    this.total.textContent = currency ? _("without VAT %(net)s %(currency)s", { net: money(sum(amounts)), currency }) : "";
  }

  /** The lines as they travel; null where something typed is no number. @returns {any[]} */
  wishes() {
    return this.state.lines.map((/** @type {Line} */ { product_id, quantity, discount }) => {
      const product = this.products.get(product_id);
      return {
        product_id,
        quantity: readNumber(quantity),
        price: product ? this.priceOf(product).price : "0",
        discount_percent: discount.trim() ? readNumber(discount) : "0",
      };
    });
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
}
