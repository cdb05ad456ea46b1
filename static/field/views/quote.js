/** A quote: what it holds, what became of the prices since it was drafted, and issuing or discarding it. */

import { card, chip, h, head, icon, notice } from "../dom.js";
import { save } from "../outbox.js";
import { button, row, standingChip } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { _, date, money, N_ } from "../words.js";
import { changedPrices, differing, isPriced, linesCard, net, productsOf } from "./drafted.js";

/** @type {Record<string, [string, "good" | "soon" | "late" | "info" | ""]>} */
const STATES = {
  drafted: [N_("drafted"), ""],
  issued: [N_("issued"), "info"],
  accepted: [N_("accepted"), "good"],
  declined: [N_("declined"), "late"],
  expired: [N_("expired"), "soon"],
};

/** @param {any} quote */
export function quoteChip(quote) {
  if (quote.pending.length) return standingChip(quote.pending);
  const [text, tone] = STATES[quote.status] ?? [quote.status ?? "", ""];
  return chip(_(text), tone);
}

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function quote(context, id) {
  const { database } = context;
  const element = h("div", { class: "stack" });
  const refresh = async () => {
    const found = await read(database, "quote", id);
    if (!found) return element.replaceChildren(missing().element);
    const [where, account, products] = await Promise.all([
      whereItStands(database, { id, kind: "quote" }, `#/quotes/${id}/edit`),
      read(database, "account", found.account_id),
      productsOf(database, found),
    ]);
    const title = found.number ? _("Quote %(number)s", { number: found.number }) : _("Draft of a quote");
    const name = account && h("a", { href: `#/accounts/${account.id}` }, account.name);
    const line = h("span", { class: "row" }, name, h("span", { id: "standing" }, quoteChip(found)));
    return element.replaceChildren(
      head(title, /** @type {any} */ (line), ...deeds(context, found, account?.name ?? "")),
      ...where.problems,
      prices(found) ?? "",
      linesCard(found, products, totals(found)),
    );
  };
  await refresh();
  return { element, title: _("Quote"), refresh };
}

/** What the server made of the prices, or that it has not seen them yet. @param {any} found */
function prices(found) {
  if (!isPriced(found))
    return notice("info", _("These are the prices that this laptop knows. The server prices it anew, and you see what differs before anything is issued."));
  return found.status === "drafted" ? changedPrices(found) : null;
}

/** @param {any} found */
const totals = (found) => [
  _("without VAT %(net)s %(currency)s", { net: money(net(found)), currency: found.currency }),
  isPriced(found) && _("with VAT %(total)s", { total: money(found.total) }),
  found.valid_until && _("valid until %(date)s", { date: date(found.valid_until) }),
];

/** What can be done with it: a draft that the server has priced is issued or discarded. @param {import("../router.js").Context} context @param {any} found @param {string} about */
function deeds({ database, sync, user }, found, about) {
  if (found.user_id && found.user_id !== user.id) return [];
  if (!isPriced(found) || found.status !== "drafted" || found.pending.length) return [];
  const act = (/** @type {Record<string, string>} */ patch) => async () => {
    const change = { kind: "quote", id: found.id, action: /** @type {const} */ ("patch"), base: { status: found.status } };
    await save(database, { id: found.id, kind: "quote", about }, [{ ...change, patch }]);
    sync.saved();
  };
  const text = differing(found).length ? _("Take these prices and issue") : _("Issue");
  const issue = act({ status: "issued", total: found.total });
  return [
    h("button", { class: "btn btn-primary touch", type: "button", id: "issue", onclick: issue }, icon("send"), text),
    h("button", { class: "btn touch", type: "button", id: "discard", onclick: act({ status: "discarded" }) }, icon("trash"), _("Discard")),
  ];
}

/**
 * Quotes as a card: those of an account, or all; drafts first, then the newest.
 * @param {IDBDatabase} database @param {string} [account]
 */
export async function quotesCard(database, account) {
  const when = (/** @type {any} */ each) => each.quoted_on ?? each.created_at ?? "";
  const rank = (/** @type {any} */ each) => (isPriced(each) && each.status !== "drafted" ? 1 : 0);
  const all = (await list(database, "quote", account)).filter((each) => each.status !== "discarded");
  all.sort((a, b) => rank(a) - rank(b) || when(b).localeCompare(when(a)));
  const items = await Promise.all(all.map((each) => quoteRow(database, each, !account)));
  const add = account && button(`#/accounts/${account}/quote`, _("New quote"), "plus", "touch more");
  const none = h("div", { class: "body" }, h("p", { class: "muted" }, _("No quotes yet. Draft one from an account, also with no network.")));
  return card(_("Quotes"), add, items.length ? h("ul", { class: "touch-list", id: "quotes" }, ...items) : none);
}

/** @param {IDBDatabase} database @param {any} each @param {boolean} named */
async function quoteRow(database, each, named) {
  const account = named ? await read(database, "account", each.account_id) : null;
  const title = [account?.name, each.number ?? _("Draft of a quote")].filter(Boolean).join(" · ");
  const below = [`${money(net(each))} ${each.currency}`, each.quoted_on && date(each.quoted_on)].filter(Boolean).join(" · ");
  return row(`#/quotes/${each.id}`, title, [below, " ", quoteChip(each)], icon("chevron-right"));
}
