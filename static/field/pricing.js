/** Prices as the laptop knows them: which open list says what on a day, and what a line comes to, exact to the cent. */

/** @typedef {{price: string, currency: string, list: string, valid_from: string, valid_until: string | null}} Listed */

/**
 * What one unit costs on a day: of the open lists the entry that began last; of several, that of the first list's code.
 * The server reads its lists the same way, with newer entries perhaps.
 * @param {any[]} entries of one product @param {Map<string, any>} lists by id @param {string} on @param {string} [currency]
 * @returns {Listed | null}
 */
export function listPrice(entries, lists, on, currency) {
  const code = (/** @type {any} */ entry) => lists.get(entry.price_list_id)?.code ?? "";
  const valid = entries
    .filter((entry) => lists.has(entry.price_list_id))
    .filter((entry) => entry.valid_from <= on && (!entry.valid_until || entry.valid_until >= on))
    .sort((a, b) => b.valid_from.localeCompare(a.valid_from) || code(a).localeCompare(code(b)));
  const found = valid[0];
  if (!found) return null;
  const { name, currency: in_currency } = lists.get(found.price_list_id);
  if (currency && in_currency !== currency) return null;
  const { price, valid_from, valid_until } = found;
  return { price, currency: in_currency, list: name, valid_from, valid_until };
}

/** A decimal text as a whole number of its smallest parts. @param {string} text @param {number} places */
function scaled(text, places) {
  const [whole, part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(places, "0").slice(0, places));
}

/**
 * What a line comes to, less its discount, rounded half up to the cent.
 * @param {{quantity: string, price: string, discount_percent?: string}} line @returns {string}
 */
export function amount({ quantity, price, discount_percent: discount = "0" }) {
  const rest = scaled("100", 3) - scaled(discount || "0", 3);
  const exact = scaled(quantity, 3) * scaled(price, 4) * rest; // 3 + 4 + 3 places, and the hundred of the percentage
  const cents = (exact + 5n * 10n ** 9n) / 10n ** 10n;
  return decimal(cents);
}

/** @param {string[]} amounts with two places each */
export const sum = (amounts) => decimal(amounts.reduce((total, each) => total + scaled(each, 2), 0n));

/**
 * How many packs a quantity is, and what fills the last one; null where nothing is packed, or nothing was said.
 * @param {string | null} quantity @param {string | null} [size] @returns {{whole: boolean, count: bigint, filled: string} | null}
 */
export function packs(quantity, size) {
  if (!quantity || !size || !(Number(size) > 0) || Number(size) === 1 || !(Number(quantity) > 0)) return null;
  const [much, each] = [scaled(quantity, 3), scaled(size, 3)];
  const count = (much + each - 1n) / each;
  return { whole: much % each === 0n, count, filled: thousandths(count * each) };
}

/**
 * What a dealer paid for a product when the server priced a draft for him last; null where it never did, or where the
 * list price is newer than that.
 * @param {any[]} drafts of orders @param {string} dealer @param {string} product @param {Listed} listed
 * @returns {{price: string, on: string} | null}
 */
export function dealerPrice(drafts, dealer, product, listed) {
  const priced = drafts
    .filter((draft) => draft.dealer_id === dealer && draft.currency === listed.currency && draft.priced_on >= listed.valid_from)
    .flatMap((draft) => draft.lines.map((/** @type {any} */ line) => ({ ...line, on: draft.priced_on })))
    .filter((line) => line.product_id === product && line.amount !== undefined)
    .sort((a, b) => b.on.localeCompare(a.on));
  return priced.length ? { price: priced[0].price, on: priced[0].on } : null;
}

/** How far one amount lies above another, with its sign. @param {string} after @param {string} before */
export function difference(after, before) {
  const apart = scaled(after, 4) - scaled(before, 4);
  return (apart < 0n ? "-" : "") + (apart < 0n ? -apart : apart).toString().padStart(5, "0").replace(/(\d{4})$/, ".$1");
}

/** @param {bigint} parts */
const thousandths = (parts) => parts.toString().padStart(4, "0").replace(/(\d{3})$/, ".$1").replace(/\.?0+$/, "");

/** @param {bigint} cents */
const decimal = (cents) => cents.toString().padStart(3, "0").replace(/(\d\d)$/, ".$1");
