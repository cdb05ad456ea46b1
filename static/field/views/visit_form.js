/** The visit form. Every keystroke is kept as a draft; saving is one transaction; the bar says where it stands. */

import { field, h, head, icon, notice } from "../dom.js";
import { findState } from "../form/begin.js";
import { peoplePart } from "../form/people.js";
import { changes, creation, problems } from "../form/state.js";
import { usagePart } from "../form/usage.js";
import { latestPotential, latestUsage, loadCatalogue } from "../market.js";
import { dropDraft, keepDraft, save } from "../outbox.js";
import { whereAndWhat } from "../parts.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { _, date, readNumber, time } from "../words.js";
import { hold } from "../worker.js";

/**
 * @param {import("../router.js").Context} context
 * @param {{account?: string, kind?: string, visit?: string, draft?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function visitForm(context, what) {
  const { database } = context;
  const begun = await findState(database, what);
  const account = begun && (await read(database, "account", begun.state.account));
  if (!begun || !account) return missing();
  const [contacts, catalogue, usages, potentials, visits] = await Promise.all([
    list(database, "contact", account.id),
    loadCatalogue(database),
    list(database, "brand_usage", account.id),
    list(database, "potential", account.id),
    list(database, "visit", account.id),
  ]);
  const form = new VisitForm(context, begun, account);
  const last = { usage: latestUsage(usages, form.state.id), potential: latestPotential(potentials, form.state.id) };
  form.build({ contacts, catalogue, last, visits });
  return { element: form.element, title: account.name, leave: () => form.leave() };
}

class VisitForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {any} account */
  constructor(context, begun, account) {
    this.context = context;
    /** @type {import("../form/state.js").VisitState} */
    this.state = begun.state;
    this.known = begun.known;
    this.noted = begun.noted;
    this.account = account;
    this.bar = h("span", { class: "bar-state", role: "status", id: "bar-state" });
    this.above = h("div", { id: "problems" });
    this.element = h("form", {
      class: "stack visit-form",
      novalidate: true,
      onsubmit: (/** @type {Event} */ event) => this.submit(event),
    });
    /** @type {Promise<void> | null} */
    this.writing = null;
    this.changedSince = false;
    this.over = false;
    this.say(
      begun.keptAt
        ? _("Draft kept on this laptop %(time)s", { time: time(begun.keptAt) })
        : _("Kept on this laptop as you type"),
    );
  }

  /** @param {{contacts: any[], catalogue: any, last: any, visits: any[]}} around */
  build({ contacts, catalogue, last, visits }) {
    const changed = () => this.changed();
    const done = visits
      .filter((visit) => visit.status === "completed" && visit.id !== this.state.id)
      .sort((a, b) => b.happened_at.localeCompare(a.happened_at));
    const before = done[0] ? _("Last visit %(date)s", { date: date(done[0].happened_at) }) : _("Not visited yet");
    const title =
      this.state.kind === "call"
        ? _("Call: %(name)s", { name: this.account.name })
        : _("Visit: %(name)s", { name: this.account.name });
    this.element.replaceChildren(
      head(title, [whereAndWhat(this.account), before].join(" · ")),
      this.above,
      done[0] ? remember(done[0]) : "",
      peoplePart(this.state, contacts, changed),
      this.words(),
      usagePart(this.state, catalogue, last, changed) ?? "",
      this.saveBar(),
    );
  }

  words() {
    return h(
      "section",
      { class: "card" },
      h("header", null, h("h2", null, _("What was said"))),
      h(
        "div",
        { class: "body stack" },
        this.control("happened_at", _("When"), "input", { type: "datetime-local" }),
        this.control("summary", _("Summary"), "textarea", { rows: 6, maxlength: 20000 }),
        h(
          "div",
          { class: "pair pair-wide" },
          this.control("next_steps", _("Next steps"), "textarea", { rows: 2, maxlength: 5000 }, true),
          this.control("next_step_on", _("By when"), "input", { type: "date" }, true),
        ),
      ),
    );
  }

  /** @param {"happened_at" | "summary" | "next_steps" | "next_step_on"} name @param {string} label @param {string} tag @param {any} attributes @param {boolean} [optional] */
  control(name, label, tag, attributes, optional) {
    const control = /** @type {HTMLInputElement} */ (h(tag, { class: "form-control", ...attributes }));
    control.value = this.state[name];
    control.addEventListener("input", () => {
      this.state[name] = control.value;
      this.changed();
    });
    return field(label, control, { id: name, optional });
  }

  saveBar() {
    const drop = h(
      "button",
      { class: "btn btn-quiet touch", type: "button", id: "drop", onclick: () => this.drop() },
      _("Discard"),
    );
    const text = this.state.kind === "call" ? _("Save call") : _("Save visit");
    return h(
      "div",
      { class: "save-bar field-save" },
      this.bar,
      drop,
      h("button", { class: "btn btn-primary touch", type: "submit", id: "save" }, text),
    );
  }

  /** @param {string} text @param {string} [tone] */
  say(text, tone = "") {
    this.bar.className = `bar-state ${tone && `tone-${tone}`}`;
    this.bar.replaceChildren(text);
  }

  /** Keep what is there. While one write is on its way, the next keystrokes wait for it and go together. */
  changed() {
    if (this.over) return;
    hold("form", true);
    this.changedSince = true;
    this.writing ??= this.write();
  }

  async write() {
    try {
      while (this.changedSince) {
        this.changedSince = false;
        const { id, account, kind } = this.state;
        await keepDraft(this.context.database, id, account, this.known ? "edit" : kind, structuredClone(this.state));
      }
      this.say(_("Draft kept on this laptop %(time)s", { time: time(new Date()) }));
    } catch (error) {
      console.error(error);
      this.say(_("The draft could not be kept: this laptop has no space left."), "late");
    } finally {
      this.writing = null;
    }
  }

  /** @param {Event} event */
  async submit(event) {
    event.preventDefault();
    if (this.over) return undefined;
    const numbers = this.numbers();
    const found = problems(this.state, numbers);
    this.show(found);
    if (Object.keys(found).length) return undefined;
    this.over = true;
    await this.writing;
    const typed = /** @type {Record<string, string>} */ (numbers);
    const fresh = !this.known || (this.known.version === 0 && this.known.pending.includes("stuck"));
    const operations = fresh ? creation(this.state, typed) : changes(this.state, typed, this.known, this.noted);
    try {
      await save(this.context.database, { id: this.state.id, kind: "visit", about: this.account.name }, operations, {
        draft: this.state.id,
        replaces: true,
      });
    } catch (error) {
      if (/** @type {DOMException} */ (error).name === "ConstraintError") return this.finish();
      console.error(error);
      this.over = false;
      this.say(_("Not saved: this laptop has no space left. Free some, then save again."), "late");
      return undefined;
    }
    this.context.sync.saved();
    return this.finish();
  }

  /** Saved, here or in another tab: show it. */
  finish() {
    hold("form", false);
    location.replace(`#/visits/${this.state.id}`);
  }

  /** What was typed into the number fields, read: null where it is no number. */
  numbers() {
    const typed = [
      ...Object.entries(this.state.usage).map(([key, value]) => [`usage:${key}`, value]),
      ...Object.entries(this.state.potential).map(([key, value]) => [`potential:${key}`, value]),
    ];
    return Object.fromEntries(typed.map(([name, value]) => [name, readNumber(value)]));
  }

  /** Say beside each field what is wrong, and sum it up on top. @param {Record<string, string>} found */
  show(found) {
    for (const old of this.element.querySelectorAll(".error")) old.remove();
    for (const old of this.element.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
    const links = Object.entries(found).map(([name, text]) => {
      const control = /** @type {HTMLElement} */ (this.element.querySelector(`[id="${name}"]`));
      control.setAttribute("aria-invalid", "true");
      control.parentElement?.append(h("p", { class: "error" }, icon("alert-circle"), _(text)));
      return h("button", { class: "btn-link", type: "button", onclick: () => control.focus() }, _(text));
    });
    this.above.replaceChildren(
      ...(links.length ? [notice("late", h("strong", null, _("Not saved yet")), ...links)] : []),
    );
    if (links.length) this.above.scrollIntoView({ block: "center" });
  }

  /** Throw the draft away, with a way back. */
  async drop() {
    this.over = true;
    await this.writing;
    await dropDraft(this.context.database, this.state.id);
    hold("form", false);
    const back = async () => {
      this.over = false;
      this.element.classList.remove("dropped");
      this.above.replaceChildren();
      this.changed();
    };
    this.element.classList.add("dropped");
    this.say("");
    this.above.replaceChildren(
      notice(
        "info",
        h("strong", null, _("Discarded.")),
        " ",
        h("button", { class: "btn touch", type: "button", id: "undo", onclick: back }, icon("rotate"), _("Undo")),
      ),
    );
    this.above.scrollIntoView({ block: "center" });
  }

  async leave() {
    await this.writing;
    hold("form", false);
  }
}

/** What was agreed last time, in sight while one writes. @param {any} visit */
function remember(visit) {
  const said = [visit.summary, visit.next_steps && _("Next: %(steps)s", { steps: visit.next_steps })].filter(Boolean);
  if (!said.length) return "";
  return h(
    "details",
    { class: "card remember" },
    h("summary", null, icon("history"), _("Last time, %(date)s", { date: date(visit.happened_at) })),
    h(
      "div",
      { class: "body" },
      said.map((text) => h("p", null, text)),
    ),
  );
}
