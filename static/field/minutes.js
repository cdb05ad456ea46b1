/** The minutes of a visit in plain words, for the people who were there: nothing in them that is only for ourselves. */

import { _, date, time } from "./words.js";

/** More than this an address for mail may not hold in some programs: then the text is copied instead. */
const LONGEST_LINK = 1_900;

/**
 * The text: when, with whom, what was said, what comes next. Not what they use, what rivals do, or what the manager asks.
 * @param {any} visit @param {any} account @param {any[]} people those who took part @param {string} by the rep's name
 */
export function minutesOf(visit, account, people, by) {
  const what = visit.kind === "call" ? _("Call") : _("Visit");
  const names = people.map(({ name, position }) => (position ? `${name} (${position})` : name));
  const next = [visit.next_steps, visit.next_step_on && _("by %(date)s", { date: date(visit.next_step_on) })].filter(Boolean);
  const parts = [
    [`${what}: ${account.name}`, time(visit.happened_at)].join("\n"),
    names.length && `${_("Who was there")}\n${names.map((name) => `- ${name}`).join("\n")}`,
    visit.summary && `${_("What was said")}\n${visit.summary}`,
    next.length && `${_("Next steps")}\n${next.join("\n")}`,
    by,
  ];
  return parts.filter(Boolean).join("\n\n");
}

/** What the mail about it is called. @param {any} visit @param {any} account */
export const subjectOf = (visit, account) =>
  _("Minutes: %(name)s, %(date)s", { name: account.name, date: date(visit.happened_at) });

/**
 * A link that begins a mail to the people who were there; null where it would be too long for one.
 * @param {string} subject @param {string} text @param {any[]} people
 */
export function mailLink(subject, text, people) {
  const to = people.map(({ email }) => email).filter(Boolean).map(encodeURIComponent).join(",");
  const link = `mailto:${to}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(text.replaceAll("\n", "\r\n"))}`;
  return link.length <= LONGEST_LINK ? link : null;
}
