/** What every form does: each keystroke is kept as a draft, saving is one transaction, and the bar says where it stands. */

import { h, icon, notice } from "../dom.js";
import { dropDraft, keepDraft, save } from "../outbox.js";
import { _, time } from "../words.js";
import { hold } from "../worker.js";
import { withRefused } from "./refused.js";

/**
 * @typedef {object} Begun what a form starts from
 * @property {any} state what it holds, with the `id` of the record and the `account` it is about
 * @property {string | null} keptAt when the draft was kept last
 * @property {any} known the record that is changed; null for a new one
 */

export class DraftForm {
  /** @param {import("../router.js").Context} context @param {Begun} begun @param {string} kind of the drafts that the next empty form takes up */
  constructor(context, { state, keptAt, known }, kind) {
    this.context = context;
    this.state = state;
    this.known = known;
    this.draft = state.draft ?? state.id;
    this.draftKind = known ? "edit" : kind;
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
      keptAt ? _("Draft kept on this laptop %(time)s", { time: time(keptAt) }) : _("Kept on this laptop as you type"),
    );
  }

  /** The field and what is wrong with it, in words. @returns {Record<string, string>} */
  problems() {
    return {};
  }

  /** What saving means: the group that people count, its operations, and the page that shows it. @returns {{group: import("../outbox.js").Group, operations: import("../outbox.js").Change[], next: string}} */
  result() {
    throw new Error("a form says what it saves");
  }

  /** Whether nothing of this reached the server's tables: then it is made anew. */
  get fresh() {
    return !this.known || (this.known.version === 0 && this.known.pending.includes("stuck"));
  }

  /** @param {string} text of the button that saves */
  saveBar(text) {
    const drop = h(
      "button",
      { class: "btn btn-quiet touch", type: "button", id: "drop", onclick: () => this.drop() },
      _("Discard"),
    );
    const keep = h("button", { class: "btn btn-primary touch", type: "submit", id: "save" }, text);
    return h("div", { class: "save-bar field-save" }, this.bar, drop, keep);
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
        const { account } = this.state;
        await keepDraft(this.context.database, this.draft, account, this.draftKind, structuredClone(this.state));
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
    const found = this.problems();
    this.show(found);
    if (Object.keys(found).length) return undefined;
    this.over = true;
    await this.writing;
    const { database, sync } = this.context;
    const { group, operations, next } = this.result();
    try {
      const all = this.fresh ? operations : await withRefused(database, group, operations);
      if (all.length) await save(database, group, all, { draft: this.draft, replaces: true });
      else await dropDraft(database, this.draft);
    } catch (error) {
      if (/** @type {DOMException} */ (error).name === "ConstraintError") return this.finish(next);
      console.error(error);
      this.over = false;
      this.say(_("Not saved: this laptop has no space left. Free some, then save again."), "late");
      return undefined;
    }
    sync.saved();
    return this.finish(next);
  }

  /** Saved, here or in another tab: show it. @param {string} next */
  finish(next) {
    hold("form", false);
    location.replace(next);
  }

  /** Say beside each field what is wrong, and sum it up on top. @param {Record<string, string>} found */
  show(found) {
    for (const old of this.element.querySelectorAll(".error")) old.remove();
    for (const old of this.element.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
    const links = Object.entries(found).map(([name, text]) => {
      const control = /** @type {HTMLElement} */ (this.element.querySelector(`[id="${name}"]`));
      const id = `${name}-error`;
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", id);
      control.parentElement?.append(h("p", { class: "error", id }, icon("alert-circle"), _(text)));
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
    await dropDraft(this.context.database, this.draft);
    hold("form", false);
    const back = async () => {
      this.over = false;
      this.element.classList.remove("dropped");
      this.above.replaceChildren();
      this.changed();
    };
    const undo = h("button", { class: "btn touch", type: "button", id: "undo", onclick: back }, icon("rotate"), _("Undo"));
    this.element.classList.add("dropped");
    this.say("");
    this.above.replaceChildren(notice("info", h("strong", null, _("Discarded.")), " ", undo));
    this.above.scrollIntoView({ block: "center" });
  }

  async leave() {
    await this.writing;
    hold("form", false);
  }
}
