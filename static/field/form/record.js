/** A form for one record whose fields are single values, described by a sheet: account, contact, planned visit, … */

import { get, getAll } from "../db.js";
import { field, h } from "../dom.js";
import { newId } from "../ids.js";
import { keyOf, read } from "../records.js";
import { unseal } from "../vault.js";
import { _, N_ } from "../words.js";
import { DraftForm } from "./draft.js";
import { refusals } from "./refused.js";

/**
 * @typedef {object} Entry one field of a sheet
 * @property {string} name the record's field
 * @property {string} label
 * @property {"text" | "tel" | "email" | "number" | "date" | "time" | "select" | "area" | "search"} [control] `search` offers `choices`, and takes any text
 * @property {[string, string][]} [choices] value and text
 * @property {number} [most] characters, or the highest number
 * @property {boolean} [required]
 * @property {string} [help]
 * @property {boolean} [keep] the text stays as it is, blanks at its ends included
 * @property {(record: any) => string} [show] what the record holds, as one types it; else the field of that name
 * @property {(text: string) => any} [read] what a text means; undefined where it is none of what it must be
 * @property {string} [wrong] what is said then
 */

/**
 * @typedef {object} Sheet
 * @property {string} kind of the record
 * @property {string} [form] its own name, where one kind of record has several
 * @property {Entry[]} entries
 * @property {Record<string, any>} fixed what a new record has besides: where it belongs
 * @property {(values: Record<string, any>) => Record<string, any>} [mend] fields that follow from others
 * @property {(values: Record<string, any>) => Record<string, string>} [check] what is wrong beyond single fields
 */

const NOT_EMAIL = N_("This does not look like an e-mail address.");

/**
 * What the form starts from: the draft that was begun, the record to change, or the values given.
 * @param {IDBDatabase} database @param {string} kind of the record
 * @param {{id?: string, draft?: string, account?: string, values?: Record<string, string>, form?: string}} what `form` where one kind of record has several
 * @returns {Promise<import("./draft.js").Begun | null>}
 */
export async function beginRecord(database, kind, { id, draft, account = "", values = {}, form = kind }) {
  const begun = async () =>
    (await getAll(database, "drafts")).find((each) => each.account === account && each.kind === form)?.id;
  const wanted = draft ?? (id ? draftOf(form, kind, id) : await begun());
  const stored = wanted && (await get(database, "drafts", wanted));
  if (stored) {
    const [state] = await unseal(database, [stored.payload]);
    return { state, keptAt: stored.saved_at, known: await read(database, kind, state.id) };
  }
  const known = id ? await read(database, kind, id) : null;
  if (id && !known) return null;
  const made = known?.id ?? newId();
  const state = { id: made, draft: draftOf(form, kind, made), kind: form, account, typed: values };
  return { state: { ...state, seen: known, version: known?.version ?? 0 }, keptAt: null, known };
}

/** Two forms of one record keep their drafts apart. @param {string} form @param {string} kind @param {string} id */
const draftOf = (form, kind, id) => (form === kind ? id : `${form}-${id}`);

export class RecordForm extends DraftForm {
  /**
   * @param {import("../router.js").Context} context @param {import("./draft.js").Begun} begun @param {Sheet} sheet
   * @param {{next: (id: string) => string, about: () => string}} more
   */
  constructor(context, begun, sheet, more) {
    super(context, begun, sheet.form ?? sheet.kind);
    this.sheet = sheet;
    this.more = more;
    this.controls = new Map(sheet.entries.map((entry) => [entry.name, this.control(entry)]));
    refusals(context.database, keyOf(sheet.kind, this.state.id)).then((found) => {
      const known = Object.entries(found).filter(([name]) => this.controls.has(name));
      this.show(Object.fromEntries(known.map(([name, message]) => [name, _(message.text, message.params)])));
    });
  }

  /** The fields with their labels, in the order of the sheet. */
  fields() {
    return this.sheet.entries.map((entry) => {
      const control = /** @type {HTMLElement} */ (this.controls.get(entry.name));
      const whole = entry.control === "search" ? h("div", null, control, this.offers(entry)) : control;
      return field(entry.label, whole, { id: entry.name, optional: !entry.required, help: entry.help });
    });
  }

  /** What is typed, else what the record holds. @param {string} name @returns {string} */
  typed(name) {
    const known = this.state.typed[name];
    if (known !== undefined) return known;
    const show = this.sheet.entries.find((entry) => entry.name === name)?.show;
    return show ? show(this.state.seen ?? {}) : String(this.state.seen?.[name] ?? "");
  }

  /** @param {Entry} entry */
  control(entry) {
    const control = /** @type {HTMLInputElement} */ (build(entry));
    if (this.typed(entry.name)) control.value = this.typed(entry.name);
    control.addEventListener("input", () => {
      this.state.typed[entry.name] = control.value;
      this.changed();
    });
    if (entry.control === "select") this.state.typed[entry.name] ??= control.value;
    return control;
  }

  /** @param {Entry} entry */
  offers(entry) {
    const list = `${entry.name}-offers`;
    this.controls.get(entry.name)?.setAttribute("list", list);
    return h("datalist", { id: list }, ...(entry.choices ?? []).map(([value]) => h("option", { value })));
  }

  /** What was typed means, by entry; undefined where it is none of what it must be. @returns {Record<string, any>} */
  meant() {
    return Object.fromEntries(this.sheet.entries.map((entry) => [entry.name, valueOf(entry, this.typed(entry.name))]));
  }

  /** What the record shall hold, by field. */
  values() {
    const values = this.meant();
    return this.sheet.mend?.(values) ?? values;
  }

  /** @override */
  problems() {
    const values = this.values();
    const meant = this.meant();
    /** @type {Record<string, string>} */
    const found = {};
    for (const entry of this.sheet.entries) {
      const wrong = problemOf(entry, meant[entry.name]);
      if (wrong) found[entry.name] = wrong;
    }
    return { ...this.sheet.check?.(values), ...found };
  }

  /** @override */
  result() {
    const { kind, fixed } = this.sheet;
    const { id, seen, version } = this.state;
    const values = this.values();
    const change = { kind, id };
    /** @type {import("../outbox.js").Change[]} */
    let operations = [{ ...change, action: "create", patch: { ...fixed, ...values } }];
    if (!this.fresh) {
      const names = Object.keys(values).filter((name) => (seen?.[name] ?? null) !== values[name]);
      const patch = Object.fromEntries(names.map((name) => [name, values[name]]));
      const base = Object.fromEntries(names.map((name) => [name, seen?.[name] ?? null]));
      operations = names.length ? [{ ...change, action: "patch", patch, base, base_version: version }] : [];
    }
    return { group: { id, kind, about: this.more.about() }, operations, next: this.more.next(id) };
  }
}

/** @param {Entry} entry */
function build({ control = "text", choices = [], most = 200 }) {
  const common = { class: "form-control", autocomplete: "off" };
  if (control === "select")
    return h("select", { class: "form-select" }, ...choices.map(([value, text]) => h("option", { value }, text)));
  if (control === "area") return h("textarea", { ...common, rows: 4, maxlength: most });
  if (control === "date" || control === "time") return h("input", { ...common, type: control });
  if (control === "number") return h("input", { ...common, inputmode: "numeric", maxlength: 10 });
  return h("input", { ...common, type: control === "search" ? "text" : control, maxlength: most });
}

/** @param {Entry} entry @param {string} typed @returns {any} */
function valueOf({ control, keep, read }, typed) {
  if (read) return read(typed);
  const text = keep ? typed : typed.trim();
  if (!text) return null;
  if (control === "number") return /^\d+$/.test(text) ? Number(text) : undefined;
  return text;
}

/** @param {Entry} entry @param {any} value @returns {string | null} */
function problemOf({ control, required, wrong, most = 0 }, value) {
  if (value === null) return required ? N_("This must be filled in.") : null;
  if (control === "number" && (value === undefined || value < 1 || value > most))
    return _("This must be a whole number from 1 to %(high)s.", { high: most });
  if (value === undefined && wrong) return wrong;
  if (control === "email" && !/^\S+@\S+\.\S+$/.test(value)) return NOT_EMAIL;
  return null;
}
