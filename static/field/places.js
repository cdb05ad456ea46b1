/** Places in degrees: as people paste them from a map, and where the laptop is, if it may know. */

/**
 * `38.4237, 27.1428` (or with a blank, or with commas for decimals and a semicolon between) as latitude and longitude.
 * Null for nothing, undefined for what is no place.
 * @param {string} typed @returns {[number, number] | null | undefined}
 */
export function readPlace(typed) {
  const text = typed.trim();
  if (!text) return null;
  const parts = text.includes(";") ? text.replaceAll(",", ".").split(";") : text.split(/\s*,\s*|\s+/);
  const numbers = parts.map((part) => (/^\s*-?\d{1,3}(\.\d+)?\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.length !== 2 || numbers.some(Number.isNaN)) return undefined;
  const [latitude, longitude] = numbers.map((each) => Math.round(each * 1e6) / 1e6);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : undefined;
}

/** A place as it is typed; nothing where there is none. @param {any} record @param {string} [start] of the fields' names */
export function placeText(record, start = "") {
  const [latitude, longitude] = [record?.[`${start}latitude`], record?.[`${start}longitude`]];
  return typeof latitude === "number" && typeof longitude === "number" ? `${latitude}, ${longitude}` : "";
}

/** Whether it is known where an account is. @param {any} account */
export const hasPlace = (account) => typeof account?.latitude === "number" && typeof account?.longitude === "number";

const PATIENCE = 15_000;

/** Where the laptop is now, as one types it. The browser asks whether it may tell. @returns {Promise<string>} */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error("no geolocation"));
    return navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(`${coords.latitude.toFixed(6)}, ${coords.longitude.toFixed(6)}`),
      reject,
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 },
    );
  });
}
