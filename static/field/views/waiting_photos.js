/** On the waiting page: the photos whose bytes are still here, how far each is, and what went wrong. */

import { card, chip, h } from "../dom.js";
import { button } from "../parts.js";
import { listPhotos, notePhotos } from "../photos.js";
import { list, read } from "../records.js";
import { _, fileSize, ngettext, percent, time } from "../words.js";

/** @typedef {import("./waiting.js").Act} Act */
/** @typedef {import("../types").Photo} Photo */

/** What was given up first, for it needs somebody. @param {IDBDatabase} database @param {Act} act */
export async function photosSection(database, act) {
  const all = await listPhotos(database);
  const refused = all.filter(({ state }) => state === "refused");
  const waiting = all.filter(({ state }) => state === "waiting");
  if (!refused.length && !waiting.length) return "";
  const items = await Promise.all([...refused, ...waiting].map((photo) => entry(database, photo, act)));
  const line = waiting.length ? h("p", { class: "muted" }, together(waiting)) : "";
  return card(
    _("Photos waiting"),
    chip(String(items.length), refused.length ? "late" : "soon"),
    line && h("div", { class: "body" }, line),
    h("ul", { class: "touch-list", id: "waiting-photos" }, ...items),
  );
}

/** @param {Photo[]} waiting */
function together(waiting) {
  const left = waiting.reduce((sum, { size, received }) => sum + size - received, 0);
  const text = ngettext("%(count)s photo, %(size)s still to send.", "%(count)s photos, %(size)s still to send.", waiting.length, { size: fileSize(left) });
  return [text, _("They go behind everything else, and on where they were broken off.")].join(" ");
}

/** @param {IDBDatabase} database @param {Photo} photo @param {Act} act */
async function entry(database, photo, act) {
  const visit = await read(database, "visit", photo.visit);
  const account = visit && (await read(database, "account", visit.account_id ?? ""));
  const shot = (await list(database, "attachment", photo.visit)).find(({ sha256 }) => sha256 === photo.sha256);
  const again = () => act(() => notePhotos(database, new Map([[photo.sha256, { state: "waiting", why: null }]])));
  return h(
    "li",
    { class: "touch-row", data: { photo: photo.sha256 } },
    h(
      "span",
      { class: "touch-main" },
      h("span", { class: "touch-title" }, [shot?.caption || _("Photo"), account?.name].filter(Boolean).join(" · ")),
      h("span", { class: "touch-below" }, stateOf(photo)),
    ),
    photo.state === "refused" && h("button", { class: "btn touch", type: "button", id: `again-${photo.sha256}`, onclick: again }, _("Try again")),
    visit && button(`#/visits/${visit.id}`, _("Show"), "", "touch"),
  );
}

/** @param {Photo} photo */
function stateOf({ state, why, size, received, added_at }) {
  if (state === "refused" && why) return [_(why.text, why.params), fileSize(size)].join(" · ");
  const far = received > 0 && _("%(part)s sent", { part: percent(received / size) });
  return [fileSize(size), far || _("Saved on this laptop %(time)s", { time: time(added_at) })].join(" · ");
}
