/** A draft of an order: what it holds, what the dealer's prices made of it, and what became of it. */

import { card, chip, h, head, icon, notice } from "../dom.js";
import { save } from "../outbox.js";
import { button, row, standingChip } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { _, date, money, N_, time } from "../words.js";
import { changedPrices, differing, isPriced, linesCard, net, productsOf } from "./drafted.js";

/** @type {Record<string, [string, "good" | "soon" | "late" | "info" | ""]>} */
const STATES = {
  drafted: [N_("drafted"), ""],
  proposed: [N_("with the dealer"), "info"],
  ordered: [N_("ordered"), "good"],
  declined: [N_("declined"), "late"],
  discarded: [N_("discarded"), ""],
};

/** @param {any} draft */
function draftChip(draft) {
  if (draft.pending.length) return standingChip(draft.pending);
  const [text, tone] = STATES[draft.status] ?? [draft.status ?? "", ""];
  return chip(_(text), tone);
}

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function orderDraft(context, id) {
  const { database } = context;
  const element = h("div", { class: "stack" });
  const refresh = async () => {
    const found = await read(database, "order_draft", id);
    if (!found) return element.replaceChildren(missing().element);
    const [where, account, dealer, products] = await Promise.all([
      whereItStands(database, { id, kind: "order_draft" }, `#/order-drafts/${id}/edit`),
      found.account_id ? read(database, "account", found.account_id) : null,
      read(database, "dealer", found.dealer_id),
      productsOf(database, found),
    ]);
    const named = { ...found, dealer_name: dealer?.name ?? found.dealer_name ?? "–" };
    const name = account ? h("a", { href: `#/accounts/${account.id}` }, account.name) : (found.customer_name ?? _("For the dealer's own stock"));
    const line = h("span", { class: "row" }, name, " → ", named.dealer_name, h("span", { id: "standing" }, draftChip(found)));
    const about = account?.name ?? named.dealer_name;
    return element.replaceChildren(
      head(_("Draft of an order"), /** @type {any} */ (line), ...deeds(context, named, about)),
      ...where.problems,
      outcome(context, named, about) ?? prices(named) ?? "",
      linesCard(found, products, [_("without VAT %(net)s %(currency)s", { net: money(net(found)), currency: found.currency })]),
      found.note ? card(_("Note to the dealer"), null, h("div", { class: "body" }, h("p", { class: "prose" }, found.note))) : "",
    );
  };
  await refresh();
  return { element, title: _("Draft of an order"), refresh };
}

/** What the server made of the prices, or that it has not seen them yet. @param {any} found */
function prices(found) {
  const params = { name: found.dealer_name };
  if (isPriced(found)) return changedPrices(found, _("Priced for %(name)s: these are not the prices that the laptop showed. The server's stand.", params));
  return notice("info", _("These are the prices that this laptop knows. The server prices it for %(name)s, and you see what differs before the dealer gets it.", params));
}

/** What became of it, in words; null while it is being written. @param {import("../router.js").Context} context @param {any} found @param {string} about */
function outcome(context, found, about) {
  const params = { name: found.dealer_name, number: found.order_number, reason: found.reason };
  if (found.status === "ordered") return notice("good", h("span", { id: "outcome" }, found.order_number ? _("%(name)s ordered this: order %(number)s.", params) : _("%(name)s ordered this.", params)));
  if (found.status === "declined") return notice("late", h("span", { id: "outcome" }, _("%(name)s declined: %(reason)s", params)));
  if (found.status === "discarded") {
    const back = act(context, found, about, { status: "drafted" });
    return notice("info", h("strong", null, _("Discarded.")), " ", h("button", { class: "btn touch", type: "button", id: "undo", onclick: back }, icon("rotate"), _("Undo")));
  }
  if (found.status === "proposed" && found.proposed_at)
    return notice("info", h("span", { id: "outcome" }, _("%(name)s has it since %(time)s. The answer comes here.", { ...params, time: time(found.proposed_at) })));
  return null;
}

/** @param {import("../router.js").Context} context @param {any} found @param {string} about @param {Record<string, string>} patch */
const act = ({ database, sync }, found, about, patch) => async () => {
  const change = { kind: "order_draft", id: found.id, action: /** @type {const} */ ("patch"), base: { status: found.status }, patch };
  await save(database, { id: found.id, kind: "order_draft", about }, [change], { replaces: true });
  sync.saved();
};

/**
 * What can be done with it: it is written anew or discarded until the dealer has it, and his once the server priced it.
 * @param {import("../router.js").Context} context @param {any} found @param {string} about
 */
function deeds(context, found, about) {
  if (found.user_id && found.user_id !== context.user.id) return [];
  const stuck = found.pending.length > 0 && found.pending.every((/** @type {string} */ state) => state === "stuck");
  const refused = stuck && isPriced(found) && found.version !== 0;
  if (found.status !== "drafted" && !refused) return [];
  const text = differing(found).length ? _("Take these prices and propose it") : _("Propose it to the dealer");
  const propose = act(context, found, about, { status: "proposed", amount: net(found) });
  const ready = isPriced(found) && (!found.pending.length || refused);
  return [
    ready && h("button", { class: "btn btn-primary touch", type: "button", id: "propose", onclick: propose }, icon("send"), text),
    button(`#/order-drafts/${found.id}/edit`, _("Edit"), "edit", "touch"),
    !stuck && h("button", { class: "btn touch", type: "button", id: "discard", onclick: act(context, found, about, { status: "discarded" }) }, icon("trash"), _("Discard")),
  ].filter(Boolean);
}

/**
 * Drafts as a card: those for an account, or all; what is still being written first, then the newest.
 * @param {IDBDatabase} database @param {string} [account]
 */
export async function orderDraftsCard(database, account) {
  const rank = (/** @type {any} */ each) => (each.status === "drafted" ? 0 : 1);
  const all = (await list(database, "order_draft", account)).filter((each) => each.status !== "discarded");
  all.sort((a, b) => rank(a) - rank(b) || (b.created_at ?? "").localeCompare(a.created_at ?? ""));
  const items = await Promise.all(all.map((each) => draftRow(database, each, !account)));
  const add = button(account ? `#/accounts/${account}/order-draft` : "#/order-drafts/new", _("New draft"), "plus", "touch more");
  const none = h("div", { class: "body" }, h("p", { class: "muted" }, _("No drafts yet. Draft an order for a dealer, also with no network: the dealer orders it, and you see here what became of it.")));
  return card(_("Drafts of orders"), add, items.length ? h("ul", { class: "touch-list", id: "order-drafts" }, ...items) : none);
}

/** @param {IDBDatabase} database @param {any} each @param {boolean} named */
async function draftRow(database, each, named) {
  const account = named && each.account_id ? await read(database, "account", each.account_id) : null;
  const dealer = (await read(database, "dealer", each.dealer_id))?.name ?? each.dealer_name ?? "–";
  const title = [account?.name ?? (named ? each.customer_name : null), dealer].filter(Boolean).join(" → ");
  const below = [`${money(net(each))} ${each.currency}`, each.created_at && date(each.created_at)].filter(Boolean).join(" · ");
  return row(`#/order-drafts/${each.id}`, title, [below, " ", draftChip(each)], icon("chevron-right"));
}
