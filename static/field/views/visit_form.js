/** The visit form: who was there, what was said, what they use. */

import { checkIn } from "../checkin.js";
import { field, h, head, icon } from "../dom.js";
import { checkInPart } from "../form/checkin.js";
import { findState } from "../form/begin.js";
import { DraftForm } from "../form/draft.js";
import { answers, instructionsPart } from "../form/instructions.js";
import { attachments, photosFrom } from "../form/attachments.js";
import { peoplePart } from "../form/people.js";
import { Photos, photosPart } from "../form/photos.js";
import { answeredIds, answersFrom, responses, surveyProblems, surveysPart } from "../form/survey.js";
import { changes, creation, problems } from "../form/state.js";
import { usagePart } from "../form/usage.js";
import { noteRead, openInstructions } from "../instructions.js";
import { latestPotential, latestUsage, loadCatalogue } from "../market.js";
import { whereAndWhat } from "../parts.js";
import { Pictures } from "../pictures.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { surveysFor } from "../survey.js";
import { _, date, readNumber } from "../words.js";

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
  const [contacts, catalogue, usages, potentials, visits, asked, answered, arrivals, shots] = await Promise.all([
    list(database, "contact", account.id),
    loadCatalogue(database),
    list(database, "brand_usage", account.id),
    list(database, "potential", account.id),
    list(database, "visit", account.id),
    openInstructions(database, account.id),
    list(database, "survey_response", account.id),
    list(database, "check_in", begun.state.id),
    list(database, "attachment", begun.state.id),
  ]);
  const own = answered.filter((each) => each.visit_id === begun.state.id);
  const versions = [...own.map((each) => each.survey_version_id), ...Object.keys(begun.state.surveys ?? {})];
  const surveys = await surveysFor(database, context.user, versions);
  begun.state.surveys ??= answersFrom(own, surveys);
  begun.state.photos ??= photosFrom(shots);
  const form = new VisitForm(context, begun, account);
  const last = { usage: latestUsage(usages, form.state.id), potential: latestPotential(potentials, form.state.id) };
  form.build({ contacts, catalogue, last, visits, asked, surveys, own, arrivals, shots });
  await noteRead(context, asked, account.name).catch(() => undefined); // a full disk is told where something is typed
  return { element: form.element, title: account.name, leave: () => form.leave() };
}

class VisitForm extends DraftForm {
  /** @param {import("../router.js").Context} context @param {any} begun @param {any} account */
  constructor(context, begun, account) {
    super(context, begun, begun.state.kind);
    /** @type {import("../form/state.js").VisitState} */
    this.state = begun.state;
    this.noted = begun.noted;
    this.account = account;
    /** @type {any[]} */
    this.asked = [];
    /** @type {any[]} */
    this.surveys = [];
    /** @type {any[]} the responses of this visit */
    this.own = [];
    /** @type {any[]} */
    this.arrivals = [];
    /** @type {any[]} the photos on record */
    this.shots = [];
    this.pictures = new Pictures(context.database);
  }

  /** @param {{contacts: any[], catalogue: any, last: any, visits: any[], asked: any[], surveys: any[], own: any[], arrivals: any[], shots: any[]}} around */
  build({ contacts, catalogue, last, visits, asked, surveys, own, arrivals, shots }) {
    Object.assign(this, { asked, surveys, own, arrivals, shots });
    const changed = () => this.changed();
    const photos = new Photos(this.context.database, this.state, this.pictures, changed);
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
      this.state.kind === "visit" ? checkInPart(this.context.database, this.state, arrivals, changed) : "",
      done[0] ? remember(done[0]) : "",
      instructionsPart(this.state, asked, changed) ?? "",
      peoplePart(this.state, contacts, changed),
      this.words(),
      usagePart(this.state, catalogue, last, changed) ?? "",
      photosPart(photos, this.state),
      ...surveysPart(this.state, surveys, changed, photos),
      this.saveBar(this.state.kind === "call" ? _("Save call") : _("Save visit")),
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

  /** @override */
  problems() {
    return { ...problems(this.state, this.numbers()), ...surveyProblems(this.state, this.surveys) };
  }

  /** @override */
  result() {
    const typed = /** @type {Record<string, string>} */ (this.numbers());
    return {
      group: { id: this.state.id, kind: "visit", about: this.account.name },
      operations: [
        ...this.visitChanges(typed),
        ...answers(this.state, this.asked),
        ...attachments(this.state, this.shotsOnRecord(), answeredIds(this.state, this.surveys)),
        ...responses(this.state, this.surveys, this.own, this.fresh),
        ...checkIn(this.state, this.arrivals),
      ],
      next: `#/visits/${this.state.id}`,
    };
  }

  /** Those that stand on the server or wait to. What was refused with the visit is made anew with it. */
  shotsOnRecord() {
    return this.shots.filter((shot) => !this.fresh || !shot.pending.includes("stuck"));
  }

  /** @override */
  async leave() {
    await super.leave();
    await this.pictures.close();
  }

  /** @param {Record<string, string>} typed */
  visitChanges(typed) {
    return this.fresh ? creation(this.state, typed) : changes(this.state, typed, this.known, this.noted);
  }

  /** What was typed into the number fields, read: null where it is no number. */
  numbers() {
    const typed = [
      ...Object.entries(this.state.usage).map(([key, value]) => [`usage:${key}`, value]),
      ...Object.entries(this.state.potential).map(([key, value]) => [`potential:${key}`, value]),
    ];
    return Object.fromEntries(typed.map(([name, value]) => [name, readNumber(value)]));
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
