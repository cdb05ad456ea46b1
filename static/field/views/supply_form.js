/** From whom an account buys a brand: a dealer of ours, or another company by its name. */

import { h, head } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { day } from "../ids.js";
import { loadCatalogue } from "../market.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { _, byName, N_ } from "../words.js";
import { notAhead } from "./activity_form.js";

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function supplyForm(context, what) {
  const { database } = context;
  const known = what.id ? await read(database, "supply_link", what.id) : null;
  const values = { observed_on: known?.observed_on ?? day() };
  const begun = await beginRecord(database, "supply_link", { account: known?.account_id, ...what, values });
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account) return missing();
  const [catalogue, dealers, links] = await Promise.all([
    loadCatalogue(database),
    list(database, "dealer"),
    list(database, "supply_link"),
  ]);
  const form = new RecordForm(context, begun, sheet(begun, catalogue, dealers, links), {
    next: () => `#/accounts/${account.id}`,
    about: () => account.name,
  });
  const [brand, group, dealer, supplier, ...dates] = form.fields();
  const show = () => supplier.toggleAttribute("hidden", Boolean(form.typed("dealer_id")));
  form.element.addEventListener("input", show);
  show();
  const title = begun.known ? _("Edit supplier") : _("New supplier");
  const fields = h("div", { class: "body stack form-narrow" }, brand, group, dealer, supplier, ...dates);
  form.element.append(
    head(title, h("a", { href: `#/accounts/${account.id}` }, account.name)),
    form.above,
    h("section", { class: "card" }, fields),
    form.saveBar(_("Save supplier")),
  );
  return { element: form.element, title, leave: () => form.leave() };
}

/**
 * @param {import("../form/draft.js").Begun} begun @param {{groups: any[], brands: any[]}} catalogue @param {any[]} dealers @param {any[]} links
 * @returns {import("../form/record.js").Sheet}
 */
function sheet({ state, known }, { groups, brands }, dealers, links) {
  const order = byName();
  const named = (/** @type {any[]} */ records) => /** @type {[string, string][]} */ (records.map(({ id, name }) => [id, name]));
  const ours = dealers.filter((dealer) => dealer.active).sort((a, b) => order(a.name, b.name));
  const others = [...new Set(links.map((link) => link.supplier).filter(Boolean))].sort(order);
  /** @type {import("../form/record.js").Entry[]} */
  const entries = [
    { name: "brand_id", label: _("Brand"), control: "select", required: true, choices: [["", _("Choose a brand")], ...named(brands)] },
    { name: "product_group_id", label: _("Product group"), control: "select", choices: [["", _("All product groups")], ...named(groups)] },
    { name: "dealer_id", label: _("Dealer"), control: "select", choices: [["", _("Another company")], ...named(ours)] },
    { name: "supplier", label: _("Name of the company"), control: "search", choices: others.map((name) => [name, name]) },
    { name: "observed_on", label: _("Heard on"), control: "date", required: true },
  ];
  if (known) entries.push({ name: "ended_on", label: _("No longer since"), control: "date" });
  return { kind: "supply_link", fixed: { account_id: state.account }, entries, mend, check };
}

/** A dealer needs no name beside it. @param {Record<string, any>} values */
const mend = (values) => (values.dealer_id ? { ...values, supplier: null } : values);

/** @param {Record<string, any>} values @returns {Record<string, string>} */
function check({ dealer_id: dealer, supplier, observed_on: heard, ended_on: ended }) {
  return {
    ...notAhead("observed_on", heard),
    ...(ended && heard && ended < heard ? { ended_on: N_("This lies before the day it was heard on.") } : {}),
    ...(!dealer && !supplier ? { supplier: N_("Choose a dealer, or write the company's name.") } : {}),
  };
}
