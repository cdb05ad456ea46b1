/** The rep's own day: where and when it begins and ends, and how long a visit takes. */

import { h, head } from "../dom.js";
import { beginRecord, RecordForm } from "../form/record.js";
import { hereButton, placeEntry, withPlace } from "../form/where.js";
import { read } from "../records.js";
import { workingDay } from "../route.js";
import { _, N_ } from "../words.js";

const SHORTEST = 5;
const LONGEST = 480;

/**
 * @param {import("../router.js").Context} context @param {{draft?: string}} what
 * @returns {Promise<import("../router.js").Page>}
 */
export async function dayForm(context, { draft }) {
  const { database, user } = context;
  const known = await read(database, "working_day", user.id);
  const { start_time, end_time, visit_minutes } = await workingDay(database, user.id);
  const values = { start_time, end_time, visit_minutes: String(visit_minutes) };
  const begun = await beginRecord(database, "working_day", known ? { id: user.id, draft } : { draft, values });
  if (!begun) throw new Error("the day of the rep cannot be begun");
  begun.state.id = user.id;
  const form = new RecordForm(context, begun, sheet(), { next: () => "#/route", about: () => "" });
  const [start, end, minutes, from, to] = form.fields();
  const help = _("Where you set out from and where you end up. The route of the day is reckoned from there.");
  form.element.append(
    head(_("My day"), help),
    form.above,
    h(
      "section",
      { class: "card" },
      h("div", { class: "body stack form-narrow" }, start, end, minutes, from, hereButton(form, "start_place"), to, hereButton(form, "end_place")),
    ),
    form.saveBar(_("Save")),
  );
  return { element: form.element, title: _("My day"), leave: () => form.leave() };
}

/** @returns {import("../form/record.js").Sheet} */
function sheet() {
  return {
    kind: "working_day",
    fixed: {},
    entries: [
      { name: "start_time", label: _("Day begins"), control: "time", required: true },
      { name: "end_time", label: _("Day ends"), control: "time", required: true },
      { name: "visit_minutes", label: _("Minutes a visit"), control: "number", most: LONGEST, required: true },
      { ...placeEntry(_("Start"), "start_"), help: _("Latitude and longitude. Left empty, the day begins at the first stop.") },
      { ...placeEntry(_("End"), "end_"), help: _("Left empty, the day is over at the last stop.") },
    ],
    mend: (values) => withPlace(withPlace(values, "start_"), "end_"),
    check,
  };
}

/** @param {Record<string, any>} values @returns {Record<string, string>} */
function check({ start_time: start, end_time: end, visit_minutes: minutes }) {
  return {
    ...(start && end && end <= start ? { end_time: N_("The day must end after it begins.") } : {}),
    ...(minutes !== null && minutes < SHORTEST ? { visit_minutes: N_("This must be at least 5 minutes.") } : {}),
  };
}
