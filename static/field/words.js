/** The reader's language: gettext over a catalogue that came with the page, and numbers and dates as people write them. */

/** @type {Record<string, string | string[]>} */
let catalogue = {};
let locale = "en";

export const LOCALES = ["en", "tr", "it"];

/** How a language writes numbers and dates: English as in Britain, like the rest of the portal. */
let form = "en-GB";

/**
 * Load the catalogue of a language. English is the source and needs none.
 * @param {string} wanted
 */
export async function speak(wanted) {
  locale = LOCALES.includes(wanted) ? wanted : "en";
  form = locale === "en" ? "en-GB" : locale;
  document.documentElement.lang = locale;
  if (locale === "en") {
    catalogue = {};
    return;
  }
  try {
    const response = await fetch(`/field/catalogue/${locale}.json`);
    catalogue = response.ok ? await response.json() : {};
  } catch {
    catalogue = {};
  }
}

/**
 * A text in the reader's language, its `%(name)s` places filled.
 * @param {string} text
 * @param {Record<string, unknown>} [params]
 * @returns {string}
 */
export function _(text, params = {}) {
  const found = catalogue[text];
  return fill(typeof found === "string" && found ? found : text, params);
}

/**
 * A text that depends on a number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, unknown>} [params]
 * @returns {string}
 */
export function ngettext(one, many, count, params = {}) {
  const found = catalogue[one];
  const forms = Array.isArray(found) && found.every(Boolean) ? found : [one, many];
  return fill(forms[count === 1 ? 0 : forms.length - 1], { count: number(count), ...params });
}

/**
 * @param {string} text
 * @param {Record<string, unknown>} params
 */
function fill(text, params) {
  return text.replace(/%\((\w+)\)s/g, (place, name) => (name in params ? String(params[name]) : place));
}

/** Mark a text for translation that is translated where it is shown. @param {string} text */
export const N_ = (text) => text;

/**
 * A number as the reader writes it; a dash for none.
 * @param {number | string | null | undefined} value
 */
export function number(value) {
  if (value === null || value === undefined || value === "") return "–";
  return new Intl.NumberFormat(form, { maximumFractionDigits: 3 }).format(Number(value));
}

/**
 * An amount or a price as the reader writes it, with two places at least.
 * @param {string | number | null | undefined} value @param {boolean} [signed] a plus stands before what is more
 */
export function money(value, signed = false) {
  if (value === null || value === undefined || value === "") return "–";
  const places = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return new Intl.NumberFormat(form, { ...places, signDisplay: signed ? "exceptZero" : "auto" }).format(Number(value));
}

/** A part of one whole. @param {number} part */
export const percent = (part) => new Intl.NumberFormat(form, { style: "percent" }).format(part);

/** The size of a file, as people say it. @param {number} bytes */
export function fileSize(bytes) {
  return bytes < 1e6 ? `${number(Math.ceil(bytes / 1000))} KB` : `${number((bytes / 1e6).toFixed(1))} MB`;
}

/**
 * What was typed as a number, with a point or the reader's comma; null when it is none.
 * @param {string} typed
 * @returns {string | null}
 */
export function readNumber(typed) {
  const decimal = new Intl.NumberFormat(form).format(1.5)[1];
  const group = decimal === "," ? "." : ",";
  let text = typed.trim().replace(/[\s\u00a0\u202f]/g, "");
  const grouped = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d+)?$`);
  if (grouped.test(text)) text = text.replaceAll(group, "");
  text = text.replace(",", ".");
  return /^\d{1,10}(\.\d{1,3})?$/.test(text) ? text : null;
}

/** A day as people say it: today, yesterday, else the date. @param {string | null | undefined} text */
export function date(text) {
  if (!text) return "–";
  const moment = text.length === 10 ? new Date(`${text}T12:00:00`) : new Date(text);
  const apart = Math.round((startOfDay(moment) - startOfDay(new Date())) / 86_400_000);
  if (Math.abs(apart) <= 1) return new Intl.RelativeTimeFormat(form, { numeric: "auto" }).format(apart, "day");
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { day: "numeric", month: "short" };
  if (moment.getFullYear() !== new Date().getFullYear()) parts.year = "numeric";
  return new Intl.DateTimeFormat(form, parts).format(moment);
}

/** The date with its weekday. @param {Date} moment */
export function longDate(moment) {
  return new Intl.DateTimeFormat(form, { weekday: "long", day: "numeric", month: "long" }).format(moment);
}

/** A day as a button names it: weekday and number. @param {string} on */
export function shortDay(on) {
  return new Intl.DateTimeFormat(form, { weekday: "short", day: "numeric" }).format(new Date(`${on}T12:00:00`));
}

/** The name of a weekday; 0 is Monday. @param {number} place */
export function dayName(place) {
  return new Intl.DateTimeFormat(form, { weekday: "long" }).format(new Date(2024, 0, 1 + place, 12));
}

/** A time of the day, with the date when it is not today. @param {string | number | Date | null | undefined} moment */
export function time(moment) {
  if (moment === null || moment === undefined) return "–";
  const at = new Date(moment);
  const clock = new Intl.DateTimeFormat(form, { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
  return startOfDay(at) === startOfDay(new Date()) ? clock : `${date(at.toISOString())} ${clock}`;
}

/** @param {Date} moment */
function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

/** How names are put in order. @returns {(a: string, b: string) => number} */
export function byName() {
  return new Intl.Collator(form).compare;
}
