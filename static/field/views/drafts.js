/** Forms that were begun and not saved: listed under Today, and opened again where they were left. */

import { get, getAll } from "../db.js";
import { card, h } from "../dom.js";
import { button, row } from "../parts.js";
import { list } from "../records.js";
import { missing } from "../router.js";
import { unseal } from "../vault.js";
import { _, N_, time } from "../words.js";
import { accountForm } from "./account_form.js";
import { activityForm } from "./activity_form.js";
import { dayForm } from "./day_form.js";
import { contactForm } from "./contact_form.js";
import { instruction } from "./instructions.js";
import { leadForm } from "./leads.js";
import { orderDraftForm } from "./order_draft_form.js";
import { quoteForm } from "./quote_form.js";
import { planForm } from "./plan_form.js";
import { supplyForm } from "./supply_form.js";
import { visitForm } from "./visit_form.js";

/** What each kind of draft is called, and the form that goes on with it. */
const FORMS = /** @type {Record<string, {label: string, open: typeof visitForm}>} */ ({
  visit: { label: N_("Visit"), open: visitForm },
  call: { label: N_("Call"), open: visitForm },
  account: { label: N_("Account"), open: accountForm },
  plan: { label: N_("Plan"), open: planForm },
  competitor_activity: { label: N_("Competitor activity"), open: activityForm },
  supply_link: { label: N_("Supplier"), open: supplyForm },
  quote: { label: N_("Quote"), open: quoteForm },
  order_draft: { label: N_("Draft of an order"), open: orderDraftForm },
  lead: { label: N_("Lead"), open: leadForm },
  instruction: { label: N_("Instruction"), open: instruction },
  contact: { label: N_("Contact"), open: contactForm },
  working_day: { label: N_("My day"), open: dayForm },
});

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function draft(context, id) {
  const stored = await get(context.database, "drafts", id);
  if (!stored) return missing();
  const [{ kind }] = await unseal(context.database, [stored.payload]);
  const form = FORMS[kind];
  return form ? form.open(context, { draft: id }) : missing();
}

/** What was begun, the newest first; null when there is nothing. @param {IDBDatabase} database */
export async function begun(database) {
  const drafts = (await getAll(database, "drafts")).sort((a, b) => b.saved_at.localeCompare(a.saved_at));
  if (!drafts.length) return null;
  const states = await unseal(database, drafts.map((draft) => draft.payload));
  const accounts = new Map((await list(database, "account")).map((account) => [account.id, account.name]));
  const items = drafts.map((draft, place) => {
    const { kind, typed, seen } = states[place];
    const name = [accounts.get(draft.account), typed?.name ?? typed?.company ?? seen?.name].filter(Boolean).join(" · ");
    const below = [_(FORMS[kind].label), _("Draft kept on this laptop %(time)s", { time: time(draft.saved_at) })];
    const href = `#/drafts/${draft.id}`;
    return row(href, name || _(FORMS[kind].label), below.join(" · "), button(href, _("Go on"), "", "touch"));
  });
  return card(_("Begun and not saved"), null, h("ul", { class: "touch-list", id: "drafts" }, ...items));
}
