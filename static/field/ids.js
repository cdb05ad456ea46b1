/** Ids made on the laptop, and the moment they were made at. */

/**
 * A version 7 UUID: ordered by time, like those that the server makes.
 * Works without a secure context, where `crypto.randomUUID` is missing.
 * @returns {string}
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Date.now();
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The day of a moment where the laptop is, as `2026-05-05`.
 * @param {Date} [moment]
 */
export function day(moment = new Date()) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/**
 * The day so many days after another.
 * @param {string} from
 * @param {number} days
 */
export function daysAfter(from, days) {
  const [year, month, date] = from.split("-").map(Number);
  return day(new Date(year, month - 1, date + days));
}

/**
 * How many days lie between two days; negative when `to` is earlier.
 * @param {string} from
 * @param {string} to
 */
export function daysBetween(from, to) {
  const at = (/** @type {string} */ text) => {
    const [year, month, date] = text.split("-").map(Number);
    return Date.UTC(year, month - 1, date);
  };
  return Math.round((at(to) - at(from)) / 86_400_000);
}
