/** A visit or call on the plan: when, moved to another day, or cancelled. */

import { h, head, icon, notice } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { day, daysAfter } from "../ids.js";
import { save } from "../outbox.js";
import { whereAndWhat } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { _, date, N_, shortDay } from "../words.js";

const OFFERED = 7;

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string, account?: string, on?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function planForm(context, what) {
  const { database } = context;
  const known = what.id ? await read(database, "visit", what.id) : null;
  const values = { kind: known?.kind ?? "visit", planned_on: known?.planned_on ?? what.on ?? day() };
  const begun = await beginRecord(database, "visit", { account: known?.account_id, ...what, values, form: "plan" });
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account || (begun.known && begun.known.status !== "planned")) return missing();
  const form = new RecordForm(context, begun, sheet(account.id), {
    next: () => `#/plan/${form.typed("planned_on")}`,
    about: () => account.name,
  });
  const others = (await list(database, "visit", account.id)).filter(
    (visit) => visit.status === "planned" && visit.id !== begun.state.id,
  );
  const title = begun.known ? _("Change the plan") : _("Plan a visit");
  const [kind, planned, expected] = form.fields();
  form.element.append(
    head(title, [account.name, whereAndWhat(account)].filter(Boolean).join(" · ")),
    form.above,
    already(others),
    h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, kind, quickDays(form), planned, expected)),
    begun.known ? h("div", { class: "actions" }, cancelButton(context, form, begun.known, account)) : "",
    form.saveBar(_("Save plan")),
  );
  return { element: form.element, title, leave: () => form.leave() };
}

/** @param {string} account @returns {import("../form/record.js").Sheet} */
function sheet(account) {
  /** @type {[string, string][]} */
  const choices = [
    ["visit", _("Visit")],
    ["call", _("Call")],
  ];
  return {
    kind: "visit",
    form: "plan",
    fixed: { account_id: account, status: "planned" },
    entries: [
      { name: "kind", label: _("Visit or call"), control: "select", required: true, choices },
      { name: "planned_on", label: _("Day"), control: "date", required: true },
      { name: "locked_time", label: _("Expected at"), control: "time", help: _("The route of the day keeps this time.") },
    ],
    check: ({ planned_on: on }) => onlyAhead(on),
  };
}

/** @param {string | null} on @returns {Record<string, string>} */
const onlyAhead = (on) => (on && on < day() ? { planned_on: N_("Choose today or a later day.") } : {});

/** The days to come, one touch each. @param {RecordForm} form */
function quickDays(form) {
  const input = /** @type {HTMLInputElement} */ (form.controls.get("planned_on"));
  const days = Array.from({ length: OFFERED }, (_, place) => daysAfter(day(), place));
  const buttons = days.map((on) => {
    const choose = () => {
      input.value = on;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    return h("button", { class: "pick", type: "button", data: { day: on }, onclick: choose }, shortDay(on));
  });
  const paint = () => buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.day === input.value)));
  input.addEventListener("input", paint);
  paint();
  return h("div", { class: "picks", role: "group", "aria-label": _("Day") }, ...buttons);
}

/** @param {any[]} others */
function already(others) {
  if (!others.length) return "";
  const days = others.map((visit) => date(visit.planned_on)).join(", ");
  return notice("info", _("Already planned: %(days)s", { days }));
}

/** @param {import("../router.js").Context} context @param {RecordForm} form @param {any} visit @param {any} account */
function cancelButton({ database, sync }, form, visit, account) {
  const set = async (/** @type {string} */ status, /** @type {string} */ before) => {
    const change = { kind: "visit", id: visit.id, action: /** @type {const} */ ("patch"), base_version: visit.version };
    await save(database, { id: visit.id, kind: "visit", about: account.name }, [
      { ...change, patch: { status }, base: { status: before } },
    ]);
    sync.saved();
  };
  const back = async () => {
    await set("planned", "cancelled");
    location.replace(`#/plan/${visit.planned_on}`);
  };
  const cancel = async () => {
    try {
      await set("cancelled", "planned");
    } catch {
      return form.say(_("Not saved: this laptop has no space left. Free some, then save again."), "late");
    }
    const undo = h("button", { class: "btn touch", type: "button", id: "undo", onclick: back }, icon("rotate"), _("Undo"));
    const onward = h("a", { class: "btn touch", href: `#/plan/${visit.planned_on}` }, _("Go to the plan"));
    const text = visit.kind === "call" ? _("The call is cancelled.") : _("The visit is cancelled.");
    form.over = true;
    return form.element.replaceChildren(
      head(account.name, whereAndWhat(account)),
      notice("info", h("strong", null, text), h("div", { class: "actions" }, undo, onward)),
    );
  };
  const text = visit.kind === "call" ? _("Cancel this call") : _("Cancel this visit");
  return h("button", { class: "btn touch", type: "button", id: "cancel", onclick: cancel }, icon("x"), text);
}
