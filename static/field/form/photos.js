/** Photos on the visit form: taken or chosen, kept on the laptop at once, with a few words each. */

import { h, icon, notice } from "../dom.js";
import { newId } from "../ids.js";
import { keepPhoto } from "../photos.js";
import { NoPicture, readPicture } from "../picture.js";
import { _ } from "../words.js";
import { inAnswers, photosOf } from "./attachments.js";

/** @typedef {import("./state.js").VisitState} VisitState */
/** @typedef {import("./attachments.js").FormPhoto} FormPhoto */

/**
 * @typedef {object} Place where photos are added
 * @property {string} id of the button
 * @property {() => string[]} ids of the photos that stand here
 * @property {(ids: string[]) => void} [put] these stand here now; without it, whatever stands nowhere else does
 * @property {string} [alt] what they show, where nobody says it
 */

/** The photos of a form and the places in which they stand: one for those of the visit, one for each question. */
export class Photos {
  /**
   * @param {IDBDatabase} database @param {VisitState} state @param {import("../pictures.js").Pictures} pictures
   * @param {() => void} changed
   */
  constructor(database, state, pictures, changed) {
    this.database = database;
    this.state = state;
    this.pictures = pictures;
    this.changed = changed;
  }

  /** A place with what stands in it. @param {Place} place */
  part(place) {
    const list = h("ul", { class: "photos" });
    const said = h("div", { class: "stack", role: "status" });
    const paint = async () => {
      const shown = photosOf(this.state).filter((photo) => place.ids().includes(photo.id));
      list.replaceChildren(...(await Promise.all(shown.map((photo, at) => this.item(place, photo, at, paint, said)))));
    };
    paint();
    const take = (/** @type {HTMLInputElement} */ input) => this.take(place, [...(input.files ?? [])], paint, said).then(() => (input.value = ""));
    return [list, said, globalThis.crypto?.subtle ? buttons(place.id, take) : insecure()];
  }

  /**
   * Keep what was chosen, one after the other: what is no picture, or does not fit on the disk, is said, and the rest stays.
   * @param {Place} place @param {File[]} files @param {() => Promise<void>} paint @param {HTMLElement} said
   */
  async take(place, files, paint, said) {
    const wrong = [];
    for (const [at, file] of files.entries()) {
      said.replaceChildren(h("p", { class: "muted" }, _("Reading picture %(number)s of %(count)s…", { number: at + 1, count: files.length })));
      try {
        const photo = await this.keep(file, place);
        this.put(place, [...new Set([...place.ids(), photo.id])]);
        await paint();
      } catch (error) {
        wrong.push(inWords(error, file.name));
      }
    }
    said.replaceChildren(...wrong.map((text) => notice("late", text)));
  }

  /** What stands in a place from now on; what is gone from it is removed. @param {Place} place @param {string[]} ids */
  put(place, ids) {
    const gone = place.ids().filter((id) => !ids.includes(id));
    this.state.removed = [...(this.state.removed ?? []).filter((id) => !ids.includes(id)), ...gone];
    place.put?.(ids);
    this.changed();
  }

  /** @param {File} file @param {Place} place @returns {Promise<FormPhoto>} the one that is there already if it is the same picture */
  async keep(file, place) {
    const picture = await readPicture(file);
    const { sha256, mime, bytes } = picture;
    await keepPhoto(this.database, picture, this.state.id);
    const photos = (this.state.photos ??= []);
    const here = [...place.ids(), ...(this.state.removed ?? [])];
    const known = photos.find((photo) => photo.sha256 === sha256 && here.includes(photo.id));
    if (known) return known;
    const photo = { id: newId(), sha256, mime, size: bytes.length, caption: "", taken_at: new Date(file.lastModified).toISOString() };
    photos.push(photo);
    return photo;
  }

  /** @param {Place} place @param {FormPhoto} photo @param {number} at @param {() => Promise<void>} paint @param {HTMLElement} said */
  async item(place, photo, at, paint, said) {
    const number = at + 1;
    const caption = /** @type {HTMLInputElement} */ (
      h("input", { class: "form-control", id: `caption-${photo.id}`, maxlength: 500, autocomplete: "off", value: photo.caption, placeholder: _("What it shows"), "aria-label": _("What photo %(number)s shows", { number }) })
    );
    caption.addEventListener("input", () => {
      photo.caption = caption.value;
      this.changed();
    });
    const remove = () => {
      this.put(place, place.ids().filter((id) => id !== photo.id));
      const back = () => {
        this.put(place, [...place.ids(), photo.id]);
        said.replaceChildren();
        return paint();
      };
      const undo = h("button", { class: "btn touch", type: "button", onclick: back, data: { undo: "photo" } }, icon("rotate"), _("Undo"));
      said.replaceChildren(notice("info", h("strong", null, _("Photo removed.")), " ", undo));
      undo.focus();
      return paint();
    };
    const label = _("Remove photo %(number)s", { number });
    return h(
      "li",
      { data: { photo: photo.id } },
      await this.pictures.show(photo, place.alt ?? _("Photo %(number)s", { number })),
      h("div", { class: "photo-words" }, place.alt ? "" : caption, h("button", { class: "tool", type: "button", title: label, "aria-label": label, onclick: remove }, icon("trash"))),
    );
  }
}

/** @param {string} id @param {(input: HTMLInputElement) => Promise<unknown>} take */
function buttons(id, take) {
  const button = (/** @type {string} */ own, /** @type {string} */ picture, /** @type {string} */ text, /** @type {any} */ more) => {
    const input = /** @type {HTMLInputElement} */ (h("input", { type: "file", accept: "image/*", class: "sr-only", id: own, ...more }));
    input.addEventListener("change", () => take(input));
    return h("label", { class: `btn touch ${more.capture ? "only-touch" : ""}`, for: own }, input, icon(picture), text);
  };
  return h(
    "div",
    { class: "row" },
    button(`${id}-camera`, "camera", _("Take a photo"), { capture: "environment" }),
    button(id, "photo", _("Add photos"), { multiple: true }),
  );
}

/** Over plain http browsers count no hashes, and by them photos are told apart. */
const insecure = () => h("p", { class: "muted" }, _("Photos need an address that begins with https."));

/** @param {unknown} error @param {string} name @returns {string} */
function inWords(error, name) {
  if (error instanceof NoPicture)
    return _("“%(name)s” cannot be read as a picture. Everything else is kept. Choose a JPEG, PNG or WebP file.", { name });
  if (error instanceof DOMException)
    return _("“%(name)s” was not kept: this laptop has no space left. What was here stays. Free some, then add it again.", { name });
  console.error(error);
  return _("“%(name)s” could not be kept. Everything else is. Try it again.", { name });
}

/** The card of the visit's own photos: those that answer no question. @param {Photos} photos @param {VisitState} state */
export function photosPart(photos, state) {
  const ids = () => photosOf(state).map(({ id }) => id).filter((id) => !inAnswers(state).includes(id));
  return h("section", { class: "card", id: "photo-card" }, h("header", null, h("h2", null, _("Photos"))), h("div", { class: "body stack" }, ...photos.part({ id: "photos", ids })));
}
