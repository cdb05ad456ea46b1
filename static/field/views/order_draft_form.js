/** Drafting an order that a dealer will place: for whom, which dealer, what, and a word to him. */

import { get, getAll } from "../db.js";
import { dealersFor } from "../dealers.js";
import { field, h, head } from "../dom.js";
import { LinesForm, loadOffered, typedLines } from "../form/lines.js";
import { newId } from "../ids.js";
import { dealerPrice } from "../pricing.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { unseal } from "../vault.js";
import { _, date, money, N_, number } from "../words.js";

const MOST = 1000;

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function orderDraftForm(context, what) {
  const { database } = context;
  const begun = await begin(database, what);
  const account = begun?.state.account ? await read(database, "account", begun.state.account) : null;
  if (!begun || (begun.state.account && !account && !begun.known)) return missing();
  const [products, dealers, links, drafts] = await Promise.all([
    loadOffered(database),
    list(database, "dealer"),
    account ? list(database, "supply_link", account.id) : [],
    list(database, "order_draft"),
  ]);
  const form = new OrderDraftForm(context, begun, { account, products, near: dealersFor(dealers, links, account), drafts });
  form.build();
  return { element: form.element, title: form.title, leave: () => form.leave() };
}

/** @param {IDBDatabase} database @param {{id?: string, draft?: string, account?: string}} what */
async function begin(database, { id, draft, account = "" }) {
  const of = async () => (await getAll(database, "drafts")).find((each) => each.account === account && each.kind === "order_draft")?.id;
  const stored = await get(database, "drafts", draft ?? id ?? (await of()) ?? "");
  if (stored) {
    const [state] = await unseal(database, [stored.payload]);
    return { state, keptAt: stored.saved_at, known: await read(database, "order_draft", state.id) };
  }
  const known = id ? await read(database, "order_draft", id) : null;
  if (id && !known) return null;
  const { dealer_id: dealer = "", note = "", account_id: of_account = account } = /** @type {any} */ (known ?? {});
  const state = { id: known?.id ?? newId(), kind: "order_draft", account: of_account ?? "", dealer, note: note ?? "", lines: typedLines(known) };
  return { state, keptAt: null, known };
}

class OrderDraftForm extends LinesForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {{account: any, products: Map<string, any>, near: ReturnType<typeof dealersFor>, drafts: any[]}} around */
  constructor(context, begun, { account, products, near, drafts }) {
    super(context, begun, "order_draft", products);
    this.account = account;
    this.near = near;
    this.drafts = drafts;
    this.state.dealer ||= near.supplying[0]?.dealer.id ?? "";
    this.title = this.known ? _("Draft of an order") : _("New draft of an order");
  }

  build() {
    const { account } = this;
    const whom = account ? h("a", { href: `#/accounts/${account.id}` }, account.name) : _("For the dealer's own stock");
    const inputs = h("div", { class: "body stack" }, this.dealer(), this.search(), this.lines, this.total, this.note());
    this.element.replaceChildren(
      head(this.title, /** @type {any} */ (whom)),
      this.above,
      h("section", { class: "card" }, inputs),
      this.saveBar(_("Save draft")),
    );
    this.paint();
  }

  dealer() {
    const { supplying, others } = this.near;
    const option = (/** @type {import("../dealers.js").Near} */ { dealer, km }) =>
      h("option", { value: dealer.id }, km === null ? dealer.name : _("%(name)s, %(km)s km", { name: dealer.name, km: number(Math.round(km)) }));
    const select = /** @type {HTMLSelectElement} */ (
      h(
        "select",
        { class: "form-select" },
        h("option", { value: "" }, _("Choose a dealer")),
        supplying.length > 0 && h("optgroup", { label: _("Supply this account") }, ...supplying.map(option)),
        others.length > 0 && h("optgroup", { label: supplying.length ? _("Other dealers") : _("Dealers") }, ...others.map(option)),
      )
    );
    select.value = this.state.dealer;
    select.addEventListener("change", () => {
      this.state.dealer = select.value;
      this.paint();
      this.changed();
    });
    return field(_("Dealer"), select, { id: "dealer" });
  }

  note() {
    const area = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "form-control", rows: 2, maxlength: MOST }));
    area.value = this.state.note;
    area.addEventListener("input", () => {
      this.state.note = area.value;
      this.changed();
    });
    return field(_("Note to the dealer"), area, { id: "note", optional: true });
  }

  /** What the dealer paid last, as far as the laptop knows and the list has not changed since. @param {any} product */
  ofDealer(product) {
    return this.state.dealer ? dealerPrice(this.drafts, this.state.dealer, product.id, product.listed) : null;
  }

  /** The dealer by his name. */
  get dealerName() {
    const found = [...this.near.supplying, ...this.near.others].find(({ dealer }) => dealer.id === this.state.dealer);
    return found?.dealer.name ?? this.known?.dealer_name ?? _("the dealer");
  }

  /** @override @param {any} product */
  priceOf(product) {
    return { ...product.listed, ...this.ofDealer(product) };
  }

  /** @override @param {any} product */
  priceInWords(product) {
    const found = this.ofDealer(product);
    const words = { currency: product.listed.currency, unit: product.unit, name: this.dealerName, list: product.listed.list };
    if (found) return _("%(price)s %(currency)s a %(unit)s: what %(name)s paid on %(date)s", { ...words, price: money(found.price), date: date(found.on) });
    const listed = { ...words, price: money(product.listed.price) };
    return _("%(price)s %(currency)s a %(unit)s: the list price (%(list)s). What %(name)s pays is not on this laptop; the server works it out.", listed);
  }

  /** @override */
  problems() {
    /** @type {Record<string, string>} */
    const chosen = this.state.dealer ? {} : { dealer: N_("Choose a dealer.") };
    return { ...chosen, ...super.problems() };
  }

  /** @override */
  result() {
    const { id, dealer, note } = this.state;
    const lines = this.wishes().map(({ discount_percent: _none, ...wish }) => wish);
    const fields = { dealer_id: dealer, currency: this.currency, note: note.trim() || null, lines, status: "drafted" };
    const group = { id, kind: "order_draft", about: this.account?.name ?? this.dealerName };
    const next = `#/order-drafts/${id}`;
    if (this.fresh) {
      const patch = { account_id: this.account?.id ?? null, ...fields };
      return { group, operations: [{ kind: "order_draft", id, action: /** @type {const} */ ("create"), patch }], next };
    }
    const base = { dealer_id: this.known.dealer_id, note: this.known.note, lines: this.known.lines, status: this.known.status };
    return { group, operations: [{ kind: "order_draft", id, action: /** @type {const} */ ("patch"), patch: fields, base }], next };
  }
}
