/** A picture that the rep took or chose, as it is kept and sent: smaller, upright, and without what a camera notes beside it. */

/**
 * Pixels of the longer side. The small print on a type plate or on a box of electrodes can still be read, and a picture
 * comes to some 300 KB, a tenth of what a telephone makes of it: ten of them go through a bad line in minutes.
 */
export const LONGEST_SIDE = 1600;
/** Below this, steps appear in even surfaces such as painted steel; above it the size doubles for nothing that one sees. */
const QUALITY = 0.8;
const MIME = "image/jpeg";

/** What was chosen cannot be read as a picture. */
export class NoPicture extends Error {}

/** @typedef {{bytes: Uint8Array<ArrayBuffer>, mime: string, sha256: string}} Picture */

/**
 * Draw it anew, the way round in which it was taken. Where and with what it was taken stands in the file that was chosen,
 * and not in what is drawn: a position never leaves the laptop with a photo. Raises NoPicture.
 * @param {Blob} file @returns {Promise<Picture>}
 */
export async function readPicture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new NoPicture();
  });
  try {
    const { width, height } = fit(bitmap.width, bitmap.height);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d", { alpha: false });
    if (!pen) throw new NoPicture();
    pen.fillStyle = "white"; // what was see-through would become black
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, width, height);
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, MIME, QUALITY));
    if (!drawn) throw new NoPicture();
    const bytes = new Uint8Array(await drawn.arrayBuffer());
    return { bytes, mime: MIME, sha256: await digest(bytes) };
  } finally {
    bitmap.close();
  }
}

/** The size in which it is kept: never larger than it was. @param {number} width @param {number} height */
export function fit(width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const shrunk = (/** @type {number} */ side) => Math.max(1, Math.round(side * scale));
  return { width: shrunk(width), height: shrunk(height) };
}

/** SHA-256 in lower-case hexadecimal. @param {Uint8Array<ArrayBuffer>} bytes */
export async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
