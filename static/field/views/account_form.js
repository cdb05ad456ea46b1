/** A new account, or a known one changed, with or without a network. */

import { h, head, notice } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { hereButton, hoursEntries, hoursGroup, placeEntry, withHours, withPlace } from "../form/where.js";
import { list } from "../records.js";
import { missing } from "../router.js";
import { find, fold, indexOf } from "../search.js";
import { _, byName } from "../words.js";

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string}} what the account to change, or the draft to go on with
 * @returns {Promise<import("../router.js").Page>}
 */
export async function accountForm(context, what) {
  const begun = await beginRecord(context.database, "account", what);
  if (!begun) return missing();
  const accounts = await list(context.database, "account");
  const { known, state } = begun;
  const form = new RecordForm(context, begun, sheet(begun, context.user.territories ?? [], accounts), {
    next: (id) => `#/accounts/${id}`,
    about: () => form.typed("name").trim(),
  });
  const alike = h("div", { id: "alike" });
  const others = accounts.filter((account) => account.id !== state.id).map(indexOf);
  const look = () => alike.replaceChildren(...(known ? [] : similar(others, form.typed("name"))));
  form.element.addEventListener("input", look);
  look();
  const [name, ...rest] = form.fields();
  const hours = rest.splice(-7);
  const title = known ? _("Edit account") : _("New account");
  form.element.append(
    head(title, known ? known.name : _("Works without a network, too.")),
    form.above,
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, name, alike, ...rest, hereButton(form, "place"), hoursGroup(hours))),
    form.saveBar(_("Save account")),
  );
  return { element: form.element, title, leave: () => form.leave() };
}

/**
 * @param {import("../form/draft.js").Begun} begun @param {{id: string, name: string}[]} territories @param {any[]} accounts
 * @returns {import("../form/record.js").Sheet}
 */
function sheet({ known }, territories, accounts) {
  const segments = [...new Set(accounts.map((account) => account.segment).filter(Boolean))].sort(byName());
  /** @type {import("../form/record.js").Entry[]} */
  const entries = [
    { name: "name", label: _("Name"), required: true },
    { name: "kind", label: _("Customer or prospect"), control: "select", required: true, choices: KINDS() },
    { name: "town", label: _("Town"), most: 100 },
    { name: "address", label: _("Address"), most: 500 },
    { name: "phone", label: _("Phone"), control: "tel", most: 40 },
    { name: "email", label: _("E-mail"), control: "email" },
    { name: "segment", label: _("Segment"), control: "search", most: 60, choices: segments.map((each) => [each, each]) },
    { name: "tax_number", label: _("Tax number"), most: 20 },
    {
      name: "visit_interval_days",
      label: _("Days between visits"),
      control: "number",
      most: 730,
      help: _("Then it shows up under Today when it is due."),
    },
  ];
  const places = /** @type {[string, string][]} */ (territories.map(({ id, name }) => [id, name]));
  if (!known && places.length > 1)
    entries.push({ name: "territory_id", label: _("Territory"), control: "select", required: true, choices: places });
  const territory = known?.territory_id ?? places[0]?.[0];
  entries.push({ ...placeEntry(_("Place")), help: _("Latitude and longitude, as a map shows them: for the route of the day.") }, ...hoursEntries());
  return { kind: "account", entries, fixed: { territory_id: territory }, mend: (values) => withHours(withPlace(values)) };
}

/** @returns {[string, string][]} */
const KINDS = () => [
  ["prospect", _("Prospect")],
  ["customer", _("Customer")],
];

/** Accounts whose names hold the words typed: it may be there already. @param {any[]} accounts @param {string} name */
function similar(accounts, name) {
  if (fold(name).length < 3) return [];
  const found = find(accounts, name).slice(0, 3);
  if (!found.length) return [];
  const links = found.map((account) =>
    h("li", null, h("a", { href: `#/accounts/${account.id}` }, [account.name, account.town].filter(Boolean).join(", "))),
  );
  return [notice("info", _("Already on this laptop:"), h("ul", null, ...links))];
}
