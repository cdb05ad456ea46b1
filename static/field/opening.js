/** Opening hours by weekday, as the server keeps them (`Mo 09:00-12:30,13:30-18:00; Su off`), and as people type them. */

/** The weekdays as they are kept, Monday first. */
export const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

const CLOSED = "off";
const A_DAY = 24 * 60;

/** Minutes of the day of a clock time such as `08:30`; `fallback` where there is none. @param {string | null | undefined} text @param {number} fallback */
export const minutesOf = (text, fallback = 0) => (text ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5)) : fallback);

/** The clock time of a minute of the day. @param {number} minutes */
export const clockOf = (minutes) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** What is kept of each weekday that is known. @param {string | null | undefined} hours @returns {Record<string, string>} */
export function byDay(hours) {
  const clauses = (hours ?? "").split("; ").filter(Boolean);
  return Object.fromEntries(clauses.map((clause) => [clause.slice(0, 2), clause.slice(3)]));
}

/** Kept as one text, from Monday on; null where no day is known. @param {Record<string, string | null>} days */
export function joined(days) {
  return DAYS.flatMap((day) => (days[day] ? [`${day} ${days[day]}`] : [])).join("; ") || null;
}

/**
 * What somebody typed for one day, as it is kept: `9-12.30, 13:30–18` is `09:00-12:30,13:30-18:00`; a dash means closed.
 * Null for nothing, undefined for what is no time.
 * @param {string} typed
 */
export function readSpans(typed) {
  const text = typed.trim().toLowerCase();
  if (!text) return null;
  if (text === CLOSED || /^[-–—]$/.test(text)) return CLOSED;
  const spans = text.split(/[,;+]/).map((part) => /^(\d{1,2})(?:[:.](\d\d))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d\d))?$/.exec(part.trim()));
  let until = 0;
  const kept = [];
  for (const span of spans) {
    if (!span) return undefined;
    const [from, to] = [Number(span[1]) * 60 + Number(span[2] ?? 0), Number(span[3]) * 60 + Number(span[4] ?? 0)];
    if (from < until || to <= from || to > A_DAY || Number(span[2] ?? 0) > 59 || Number(span[4] ?? 0) > 59) return undefined;
    until = to;
    kept.push(`${clockOf(from)}-${to === A_DAY ? "24:00" : clockOf(to)}`);
  }
  return kept.join(",");
}

/** Monday is the first. @param {string} on */
const weekday = (on) => DAYS[(new Date(`${on}T12:00:00`).getDay() + 6) % 7];

/**
 * When an account is open on a day, in minutes: none where it is closed, null where nobody knows.
 * @param {string | null | undefined} hours @param {string} on @returns {[number, number][] | null}
 */
export function windows(hours, on) {
  const spans = byDay(hours)[weekday(on)];
  if (spans === undefined) return null;
  if (spans === CLOSED) return [];
  return spans.split(",").map((span) => [minutesOf(span.slice(0, 5)), minutesOf(span.slice(6))]);
}

/** As people read it. @param {string} spans @param {string} closed the word for a day on which nobody is there */
export const spansInWords = (spans, closed) => (spans === CLOSED ? closed : spans.replaceAll("-", "–").replaceAll(",", ", "));
