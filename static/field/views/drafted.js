/** What was drafted with this laptop's prices, as it is shown: its lines, and what the server made of the prices. */

import { card, chip, h, notice } from "../dom.js";
import { amount, difference, sum } from "../pricing.js";
import { read } from "../records.js";
import { _, money, number } from "../words.js";

/** Whether the server has priced the lines as they stand. @param {any} found */
export const isPriced = (found) => found.lines.every((/** @type {any} */ line) => line.amount !== undefined);

/** What it comes to without VAT: the server's word, else as the laptop adds it up. @param {any} found @returns {string} */
export const net = (found) => sum(found.lines.map((/** @type {any} */ line) => line.amount ?? amount(line)));

/** The lines whose price is another than the one that they were drafted with. @param {any} found @returns {any[]} */
export const differing = (found) =>
  found.lines.filter((/** @type {any} */ line) => line.drafted_price && line.drafted_price !== line.price);

/** The products of the lines. @param {IDBDatabase} database @param {any} found @returns {Promise<any[]>} */
export const productsOf = (database, found) =>
  Promise.all(found.lines.map((/** @type {any} */ line) => read(database, "product", line.product_id ?? "")));

/** What the server made of the prices, in words; null where it changed none. @param {any} found @param {string} [title] */
export function changedPrices(found, title = _("Prices have changed since you drafted it. The server's stand.")) {
  const changed = differing(found);
  const shown = found.drafted_currency ?? found.currency;
  if (!changed.length && shown === found.currency) return null;
  const before = sum(found.lines.map((/** @type {any} */ line) => amount({ ...line, price: line.drafted_price ?? line.price })));
  const after = net(found);
  if (shown !== found.currency) return inAnotherCurrency(found, before, shown, after);
  const params = { before: money(before), after: money(after), currency: found.currency, apart: money(difference(after, before), true) };
  return notice(
    "soon",
    h("strong", null, title),
    h("p", { id: "drafted-total" }, _("Drafted at %(before)s, today %(after)s %(currency)s without VAT: %(apart)s.", params)),
    h("ul", { id: "differences" }, ...changed.map((line) => h("li", null, changeOf(line, found.currency)))),
  );
}

/** @param {any} found @param {string} before @param {string} shown @param {string} after */
function inAnotherCurrency({ currency }, before, shown, after) {
  const params = { before: money(before), shown, after: money(after), currency };
  return notice(
    "soon",
    h("strong", null, _("The dealer buys in another currency than the open lists say.")),
    h("p", { id: "drafted-total" }, _("Drafted at %(before)s %(shown)s, for the dealer %(after)s %(currency)s without VAT.", params)),
  );
}

/** @param {any} line @param {string} currency */
const changeOf = (line, currency) =>
  _("%(code)s: a unit was %(before)s, now %(after)s %(currency)s.", {
    code: line.code, before: money(line.drafted_price), after: money(line.price), currency,
  });

/** @param {any} found @param {any[]} products @param {string[]} totals what stands below the lines */
export function linesCard(found, products, totals) {
  const items = found.lines.map((/** @type {any} */ line, /** @type {number} */ place) => {
    const product = products[place];
    const much = `${number(line.quantity)} ${line.unit ?? product?.unit ?? ""} × ${money(line.price)}`;
    const less = Number(line.discount_percent) > 0 && _("less %(percent)s percent", { percent: number(line.discount_percent) });
    return h(
      "li",
      { class: "touch-row" },
      h(
        "span",
        { class: "touch-main" },
        h("span", { class: "touch-title" }, line.description ?? product?.name ?? "–"),
        h("span", { class: "touch-below" }, [line.code ?? product?.code, much, less].filter(Boolean).join(" · ")),
      ),
      h("span", { class: "num" }, money(line.amount ?? amount(line))),
    );
  });
  return card(
    _("Lines"),
    chip(String(found.lines.length)),
    h("ul", { class: "touch-list", id: "lines" }, ...items),
    h("footer", null, h("p", { id: "totals" }, totals.filter(Boolean).join(" · "))),
  );
}
