/** Leads: noting one, what became of it, and lists of them. */

import { card, chip, h, head, icon } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { loadCatalogue } from "../market.js";
import { button, row, standingChip } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { _, date, N_, number, readNumber, time } from "../words.js";

/** Each state of a lead, in words and with its tone. */
const STATES = /** @type {Record<string, [string, "good" | "soon" | "late" | "info" | ""]>} */ ({
  received: [N_("Received"), "info"],
  offered: [N_("Offered"), "soon"],
  accepted: [N_("Accepted"), "good"],
  declined: [N_("Declined"), ""],
  expired: [N_("Pulled back"), "late"],
});

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function leadForm(context, what) {
  const { database, user } = context;
  const about = what.account ? await read(database, "account", what.account) : null;
  const values = { company: about?.name ?? "", town: about?.town ?? "", phone: about?.phone ?? "" };
  const begun = await beginRecord(database, "lead", { ...what, values });
  if (!begun) return missing();
  const place = begun.known?.account_id ?? begun.state.account;
  const account = place ? await read(database, "account", place) : null;
  const [catalogue, contacts] = await Promise.all([loadCatalogue(database), list(database, "contact", place)]);
  const form = new RecordForm(context, begun, sheet(account, catalogue, contacts, user.territories ?? []), {
    next: (id) => `#/leads/${id}`,
    about: () => form.typed("company"),
  });
  const context_line = account ? h("a", { href: `#/accounts/${account.id}` }, account.name) : _("Works without a network, too.");
  form.element.append(
    head(_("New lead"), /** @type {any} */ (context_line)),
    form.above,
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, ...form.fields())),
    form.saveBar(_("Save lead")),
  );
  return { element: form.element, title: _("New lead"), leave: () => form.leave() };
}

/** @param {any} account @param {any} catalogue @param {any[]} contacts @param {{id: string, name: string}[]} territories @returns {import("../form/record.js").Sheet} */
function sheet(account, { groups }, contacts, territories) {
  /** @type {import("../form/record.js").Entry[]} */
  const entries = [
    { name: "wanted", label: _("What is wanted"), control: "area", most: 1000, required: true },
    {
      name: "product_group_id",
      label: _("Product group"),
      control: "select",
      choices: [["", _("Not known yet")], ...groups.map((/** @type {any} */ { id, name }) => /** @type {[string, string]} */ ([id, name]))],
    },
    { name: "quantity", label: _("Quantity"), most: 16 },
    { name: "unit", label: _("Unit"), most: 20 },
    { name: "company", label: _("Company"), required: true },
    { name: "person", label: _("Contact person"), control: "search", choices: contacts.map(({ name }) => [name, name]) },
    { name: "phone", label: _("Phone"), control: "tel", most: 50 },
    { name: "email", label: _("E-mail"), control: "email" },
    { name: "town", label: _("Town"), most: 100 },
  ];
  const places = territories.map(({ id, name }) => /** @type {[string, string]} */ ([id, name]));
  if (!account && places.length > 1)
    entries.push({ name: "territory_id", label: _("Territory"), control: "select", required: true, choices: places });
  const fixed = { account_id: account?.id ?? null, territory_id: account?.territory_id ?? places[0]?.[0] };
  return { kind: "lead", entries, fixed, mend, check };
}

/** The quantity as it travels. @param {Record<string, any>} values */
const mend = (values) => ({ ...values, quantity: values.quantity && (readNumber(values.quantity) ?? values.quantity) });

/** @param {Record<string, any>} values @returns {Record<string, string>} */
const check = ({ quantity }) =>
  quantity && !(Number(readNumber(quantity) ?? quantity) > 0) ? { quantity: N_("This is not a number.") } : {};

/** What became of a lead, in a word. @param {any} lead */
export function leadChip(lead) {
  if (lead.pending.length) return standingChip(lead.pending);
  const [text, tone] = STATES[lead.status] ?? [lead.status ?? "", ""];
  return chip(_(text), tone);
}

/** The same in a sentence. @param {any} lead */
function story(lead) {
  const dealer = lead.dealer_name ?? _("a dealer of another territory");
  if (lead.status === "offered")
    return _("Offered to %(dealer)s, who answers by %(time)s.", { dealer, time: time(lead.answer_due_at) });
  if (lead.status === "accepted") return _("%(dealer)s took it on %(date)s.", { dealer, date: date(lead.answered_at) });
  if (lead.status === "declined") return _("Declined. Head office offers it to somebody else.");
  if (lead.status === "expired") return _("Nobody answered in time. Head office offers it to somebody else.");
  if (lead.status === "received") return _("Head office has it. It is offered to the dealer who fits best.");
  return _("Once it is sent, the server finds the dealer who fits best.");
}

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function lead({ database }, id) {
  const element = h("div", { class: "stack" });
  const refresh = async () => {
    const found = await read(database, "lead", id);
    if (!found) return element.replaceChildren(missing().element);
    const [where, account, group] = await Promise.all([
      whereItStands(database, { id, kind: "lead" }, `#/leads/${id}/edit`),
      read(database, "account", found.account_id ?? ""),
      read(database, "product_group", found.product_group_id ?? ""),
    ]);
    const title = found.number ? _("Lead %(number)s", { number: found.number }) : _("Lead");
    const line = h("span", { class: "row" }, found.company ?? "", h("span", { id: "standing" }, leadChip(found)));
    return element.replaceChildren(
      head(title, /** @type {any} */ (line)),
      ...where.problems,
      h("div", { class: "split" }, wanted(found, group), facts(found, account)),
    );
  };
  await refresh();
  return { element, title: _("Lead"), refresh };
}

/** @param {any} found @param {any} group */
function wanted(found, group) {
  const much = found.quantity && `${number(found.quantity)} ${found.unit ?? ""}`.trim();
  const step =
    found.next_step && _("Next step: %(step)s, %(date)s", { step: found.next_step, date: date(found.next_step_on) });
  const below = [group?.name, much].filter(Boolean).join(" · ");
  return card(
    _("What is wanted"),
    null,
    h(
      "div",
      { class: "body stack" },
      h("p", { class: "prose" }, found.wanted),
      below && h("p", { class: "muted" }, below),
      h("p", { id: "story" }, story(found)),
      step && h("p", null, step),
    ),
  );
}

/** @param {any} found @param {any} account */
function facts(found, account) {
  /** @type {[string, any][]} */
  const pairs = [
    [_("Account"), account && h("a", { href: `#/accounts/${account.id}` }, account.name)],
    [_("Contact person"), found.person],
    [_("Phone"), found.phone && h("a", { href: `tel:${found.phone}` }, found.phone)],
    [_("E-mail"), found.email],
    [_("Town"), found.town],
    [_("Received"), found.received_at && time(found.received_at)],
  ];
  const shown = pairs.filter(([, value]) => value);
  const items = shown.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]);
  return card(_("Who asks"), null, h("div", { class: "body" }, h("dl", { class: "facts" }, items)));
}

/**
 * Leads as a card: those of an account, or all; the newest first.
 * @param {IDBDatabase} database @param {string} [account]
 */
export async function leadsCard(database, account) {
  const when = (/** @type {any} */ each) => each.received_at ?? each.created_at ?? "~";
  const all = (await list(database, "lead", account)).sort((a, b) => when(b).localeCompare(when(a)));
  const add = button(account ? `#/accounts/${account}/lead` : "#/leads/new", _("New lead"), "plus", "touch more");
  const items = all.map((each) => {
    const below = [!account && each.company, each.dealer_name].filter(Boolean).join(" · ");
    return row(`#/leads/${each.id}`, h("span", { class: "two-lines" }, each.wanted), [below, leadChip(each)], icon("chevron-right"));
  });
  const none = h("div", { class: "body" }, h("p", { class: "muted" }, _("No leads yet. Note one when somebody asks for something.")));
  return card(_("Leads"), add, items.length ? h("ul", { class: "touch-list", id: "leads" }, ...items) : none);
}
