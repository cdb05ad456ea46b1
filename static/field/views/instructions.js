/** One instruction: what is asked, the answer, and closing it; and lists of them. */

import { card, field, h, head, icon } from "../dom.js";
import { DraftForm } from "../form/draft.js";
import { answering, noteRead, openInstructions, stateChip } from "../instructions.js";
import { get } from "../db.js";
import { row, standingChip } from "../parts.js";
import { read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { unseal } from "../vault.js";
import { _ } from "../words.js";

/**
 * @param {import("../router.js").Context} context @param {{id?: string, draft?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function instruction(context, { id, draft }) {
  const { database } = context;
  const stored = await get(database, "drafts", draft ?? `answer-${id}`);
  const kept = stored && (await unseal(database, [stored.payload]))[0];
  const known = await read(database, "instruction", kept?.id ?? id);
  if (!known) return missing();
  const account = known.account_id ? await read(database, "account", known.account_id) : null;
  const fresh = { answer: known.answer ?? "", done: Boolean(known.closed_at) };
  const state = kept ?? { id: known.id, draft: `answer-${known.id}`, kind: "instruction", account: known.account_id ?? "", ...fresh };
  const form = new AnswerForm(context, { state, keptAt: stored?.saved_at ?? null, known }, account);
  await form.build();
  await noteRead(context, [known], account?.name ?? "").catch(() => undefined); // a full disk is told where something is typed
  return { element: form.element, title: _("Instruction"), leave: () => form.leave() };
}

class AnswerForm extends DraftForm {
  /** @param {import("../router.js").Context} context @param {import("../form/draft.js").Begun} begun @param {any} account */
  constructor(context, begun, account) {
    super(context, begun, "instruction");
    this.account = account;
  }

  async build() {
    const { known, account } = this;
    const where = await whereItStands(this.context.database, { id: known.id, kind: "instruction" }, `#/instructions/${known.id}`);
    const title = account ? h("a", { href: `#/accounts/${account.id}` }, account.name) : _("In general");
    const state = where.known && h("span", { id: "standing" }, standingChip(known.pending));
    const line = h("span", { class: "row" }, known.author_name ?? "", stateChip(known), state);
    this.element.replaceChildren(
      head(/** @type {any} */ (title), /** @type {any} */ (line)),
      this.above,
      ...where.problems,
      card(_("What your manager asks"), null, h("div", { class: "body" }, h("p", { class: "prose" }, known.text))),
      h("section", { class: "card" }, h("div", { class: "body stack form-narrow" }, ...this.controls())),
      this.saveBar(_("Save answer")),
    );
  }

  controls() {
    const answer = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "form-control", rows: 4, maxlength: 5000 }));
    answer.value = this.state.answer;
    answer.addEventListener("input", () => this.note({ answer: answer.value }));
    const done = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", id: "done", checked: this.state.done }));
    done.addEventListener("change", () => this.note({ done: done.checked }));
    return [
      field(_("Your answer"), answer, { id: "answer", optional: true }),
      h("label", { class: "check", for: "done" }, done, _("Done")),
    ];
  }

  /** @param {Record<string, any>} part */
  note(part) {
    Object.assign(this.state, part);
    this.changed();
  }

  /** @override */
  result() {
    const change = answering(this.known, this.state);
    const next = this.account ? `#/accounts/${this.account.id}` : "#/";
    const group = { id: this.known.id, kind: "instruction", about: this.account?.name ?? "" };
    return { group, operations: change ? [change] : [], next };
  }
}

/**
 * What is open, as a card for Today or for an account; null where there is nothing.
 * @param {IDBDatabase} database @param {string} [account]
 */
export async function instructionsCard(database, account) {
  const open = await openInstructions(database, account);
  if (!open.length) return null;
  const items = await Promise.all(
    open.map(async (each) => {
      const about = !account && each.account_id ? await read(database, "account", each.account_id) : null;
      const below = [about?.name, stateChip(each), each.pending.length ? standingChip(each.pending) : null];
      return row(`#/instructions/${each.id}`, h("span", { class: "two-lines" }, each.text), below, icon("chevron-right"));
    }),
  );
  const list = h("ul", { class: "touch-list", id: "asked" }, ...items);
  return card(_("Your manager asks"), h("span", { class: "count count-waiting" }, String(open.length)), list);
}
