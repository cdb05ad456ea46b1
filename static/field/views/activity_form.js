/** What a competitor did at an account: what, when, and who told us. */

import { h, head } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { day } from "../ids.js";
import { loadCatalogue } from "../market.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { _, N_ } from "../words.js";

/**
 * @param {import("../router.js").Context} context
 * @param {{id?: string, draft?: string, account?: string, visit?: string}} what the note to change, or where a new one belongs
 * @returns {Promise<import("../router.js").Page>}
 */
export async function activityForm(context, what) {
  const { database } = context;
  const known = what.id ? await read(database, "competitor_activity", what.id) : null;
  const visit = what.visit ? await read(database, "visit", what.visit) : null;
  const where = known?.account_id ?? visit?.account_id ?? what.account;
  const values = { happened_on: known?.happened_on ?? day() };
  const begun = await beginRecord(database, "competitor_activity", { ...what, account: where, values });
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account) return missing();
  begun.state.visit ??= begun.known?.visit_id ?? what.visit ?? null;
  const [{ brands }, contacts] = await Promise.all([loadCatalogue(database), list(database, "contact", account.id)]);
  const back = begun.state.visit ? `#/visits/${begun.state.visit}` : `#/accounts/${account.id}`;
  const form = new RecordForm(context, begun, sheet(begun.state, brands, contacts), {
    next: () => back,
    about: () => account.name,
  });
  const title = begun.known ? _("Edit competitor activity") : _("Competitor activity");
  form.element.append(
    head(title, h("a", { href: `#/accounts/${account.id}` }, account.name)),
    form.above,
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, ...form.fields())),
    form.saveBar(_("Save activity")),
  );
  return { element: form.element, title, leave: () => form.leave() };
}

/** @param {any} state @param {any[]} brands @param {any[]} contacts @returns {import("../form/record.js").Sheet} */
function sheet({ account, visit }, brands, contacts) {
  const rivals = brands.filter((brand) => !brand.ours);
  return {
    kind: "competitor_activity",
    fixed: { account_id: account, visit_id: visit },
    entries: [
      {
        name: "brand_id",
        label: _("Brand"),
        control: "select",
        required: true,
        choices: [["", _("Choose a brand")], .../** @type {[string, string][]} */ (rivals.map(({ id, name }) => [id, name]))],
      },
      { name: "text", label: _("What they did"), control: "area", most: 5000, required: true },
      { name: "happened_on", label: _("When"), control: "date", required: true },
      {
        name: "told_by",
        label: _("Who told us"),
        control: "search",
        choices: contacts.map(({ name }) => [name, name]),
        help: _("A person at the account, a dealer, or what you saw yourself."),
      },
    ],
    check: ({ happened_on: on }) => notAhead("happened_on", on),
  };
}

/** What was heard or seen does not lie ahead. @param {string} name @param {string | null} on @returns {Record<string, string>} */
export const notAhead = (name, on) => (on && on > day() ? { [name]: N_("Choose today or an earlier day.") } : {});
