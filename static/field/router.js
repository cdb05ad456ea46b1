/** From the address to the page. Addresses stand behind a `#`, so that one kept document serves them all. */

import { account } from "./views/account.js";
import { accounts } from "./views/accounts.js";
import { accountForm } from "./views/account_form.js";
import { activityForm } from "./views/activity_form.js";
import { changePin } from "./views/change_pin.js";
import { dayForm } from "./views/day_form.js";
import { contactForm } from "./views/contact_form.js";
import { signOut, switchUser } from "./views/door.js";
import { draft } from "./views/drafts.js";
import { instruction } from "./views/instructions.js";
import { lead, leadForm } from "./views/leads.js";
import { minutes } from "./views/minutes.js";
import { orderDraft } from "./views/order_draft.js";
import { orderDraftForm } from "./views/order_draft_form.js";
import { plan } from "./views/plan.js";
import { planForm } from "./views/plan_form.js";
import { position } from "./views/position.js";
import { quote } from "./views/quote.js";
import { quoteForm } from "./views/quote_form.js";
import { sales } from "./views/sales.js";
import { route as routePage } from "./views/route.js";
import { supplyForm } from "./views/supply_form.js";
import { today } from "./views/today.js";
import { visit } from "./views/visit.js";
import { visitForm } from "./views/visit_form.js";
import { waiting } from "./views/waiting.js";
import { h, head } from "./dom.js";
import { _ } from "./words.js";

/**
 * @typedef {object} Context
 * @property {IDBDatabase} database
 * @property {import("./sync.js").Sync} sync
 * @property {import("./types").User} user
 */

/**
 * @typedef {object} Page
 * @property {HTMLElement} element
 * @property {string} title
 * @property {() => unknown} [refresh] called when records changed beneath the page
 * @property {() => unknown} [leave] called before another page is shown
 */

/** @type {[RegExp, (context: Context, ...parts: string[]) => Promise<Page>][]} */
const ROUTES = [
  [/^\/$/, today],
  [/^\/accounts$/, accounts],
  [/^\/accounts\/new$/, (context) => accountForm(context, {})],
  [/^\/accounts\/([\w-]+)\/edit$/, (context, id) => accountForm(context, { id })],
  [/^\/accounts\/([\w-]+)\/contacts\/new$/, (context, id) => contactForm(context, { account: id })],
  [/^\/contacts\/([\w-]+)\/edit$/, (context, id) => contactForm(context, { id })],
  [/^\/accounts\/([\w-]+)$/, account],
  [/^\/accounts\/([\w-]+)\/(visit|call)$/, (context, id, kind) => visitForm(context, { account: id, kind })],
  [/^\/accounts\/([\w-]+)\/plan(?:\/([\d-]+))?$/, (context, id, on) => planForm(context, { account: id, on })],
  [/^\/accounts\/([\w-]+)\/activity$/, (context, id) => activityForm(context, { account: id })],
  [/^\/visits\/([\w-]+)\/activity$/, (context, id) => activityForm(context, { visit: id })],
  [/^\/activities\/([\w-]+)\/edit$/, (context, id) => activityForm(context, { id })],
  [/^\/accounts\/([\w-]+)\/supply$/, (context, id) => supplyForm(context, { account: id })],
  [/^\/supply\/([\w-]+)\/edit$/, (context, id) => supplyForm(context, { id })],
  [/^\/instructions\/([\w-]+)$/, (context, id) => instruction(context, { id })],
  [/^\/sales$/, sales],
  [/^\/quotes\/([\w-]+)$/, quote],
  [/^\/quotes\/([\w-]+)\/edit$/, (context, id) => quoteForm(context, { id })],
  [/^\/accounts\/([\w-]+)\/quote$/, (context, id) => quoteForm(context, { account: id })],
  [/^\/order-drafts\/new$/, (context) => orderDraftForm(context, {})],
  [/^\/order-drafts\/([\w-]+)$/, orderDraft],
  [/^\/order-drafts\/([\w-]+)\/edit$/, (context, id) => orderDraftForm(context, { id })],
  [/^\/accounts\/([\w-]+)\/order-draft$/, (context, id) => orderDraftForm(context, { account: id })],
  [/^\/leads\/new$/, (context) => leadForm(context, {})],
  [/^\/leads\/([\w-]+)\/edit$/, (context, id) => leadForm(context, { id })],
  [/^\/leads\/([\w-]+)$/, lead],
  [/^\/accounts\/([\w-]+)\/lead$/, (context, id) => leadForm(context, { account: id })],
  [/^\/plan(?:\/(\d{4}-\d\d-\d\d))?$/, plan],
  [/^\/route(?:\/(\d{4}-\d\d-\d\d))?$/, routePage],
  [/^\/day$/, (context) => dayForm(context, {})],
  [/^\/visits\/([\w-]+)$/, visit],
  [/^\/visits\/([\w-]+)\/plan$/, (context, id) => planForm(context, { id })],
  [/^\/visits\/([\w-]+)\/minutes$/, minutes],
  [/^\/visits\/([\w-]+)\/edit$/, (context, id) => visitForm(context, { visit: id })],
  [/^\/drafts\/([\w-]+)$/, draft],
  [/^\/position$/, position],
  [/^\/waiting$/, waiting],
  [/^\/pin$/, changePin],
  [/^\/sign-out$/, signOut],
  [/^\/switch$/, switchUser],
];

/** @type {Page | null} */
let current = null;
let turn = 0;

/**
 * Show the page of the present address.
 * @param {HTMLElement} main
 * @param {Context} context
 */
export async function route(main, context) {
  const path = location.hash.slice(1) || "/";
  const mine = (turn += 1);
  await current?.leave?.();
  const page = await find(path, context);
  if (mine !== turn) return;
  current = page;
  main.replaceChildren(page.element);
  document.title = `${page.title} · ${document.documentElement.dataset.company ?? ""}`;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
  dispatchEvent(new CustomEvent("field-page", { detail: path }));
}

/** Records changed: let the page that is shown know. */
export function refresh() {
  return current?.refresh?.();
}

/** Take the page away, after it kept what was being typed. */
export async function leave() {
  turn += 1;
  await current?.leave?.();
  current = null;
}

/** @param {string} path @param {Context} context @returns {Promise<Page>} */
async function find(path, context) {
  for (const [pattern, view] of ROUTES) {
    const match = pattern.exec(path);
    if (match) return view(context, ...match.slice(1));
  }
  return missing();
}

/** What a page shows whose record is not on this laptop. @returns {Page} */
export function missing() {
  const home = h("a", { class: "btn", href: "#/" }, _("Go to today"));
  const text = _("It is not on this laptop: it may have moved to another territory, or not have arrived yet.");
  const element = h(
    "div",
    { class: "stack" },
    head(_("Not found"), ""),
    h("div", { class: "card" }, h("div", { class: "body stack" }, h("p", null, text), home)),
  );
  return { title: _("Not found"), element };
}
