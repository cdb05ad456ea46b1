/** The photos of a visit, as its page shows them. */

import { card, h } from "../dom.js";
import { listPhotos } from "../photos.js";
import { _ } from "../words.js";

/** @typedef {import("../pictures.js").Pictures} Pictures */

/**
 * Those that answer no question: these stand beside it.
 * @param {IDBDatabase} database @param {any[]} shots records of the visit @param {any[]} responses of the visit @param {Pictures} pictures
 */
export async function photosCard(database, shots, responses, pictures) {
  const elsewhere = responses.flatMap(({ answers }) => Object.values(answers).filter(Array.isArray).flat());
  const own = shots.filter(({ id, removed_at }) => !removed_at && !elsewhere.includes(id));
  if (!own.length) return "";
  const here = new Map((await listPhotos(database)).map((photo) => [photo.sha256, photo]));
  const items = await Promise.all(own.map((shot) => item(shot, here.get(shot.sha256), pictures)));
  return card(_("Photos"), null, h("div", { class: "body" }, h("ul", { class: "photos", id: "photos" }, ...items)));
}

/** @param {any} shot @param {import("../types").Photo | undefined} photo @param {Pictures} pictures */
async function item(shot, photo, pictures) {
  const where = photo && whereItIs(photo);
  return h("li", null, await pictures.show(shot), shot.caption && h("span", null, shot.caption), where && h("small", { class: "muted" }, where));
}

/** @param {import("../types").Photo} photo */
function whereItIs({ state }) {
  if (state === "sent") return _("Sent");
  return state === "refused" ? _("Needs attention") : _("Saved on this laptop");
}
