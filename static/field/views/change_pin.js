/** Another PIN, for who knows the present one. */

import { field, h, head, notice } from "../dom.js";
import { hindrance, rewrap, unlock } from "../lock.js";
import { ringOf } from "../vault.js";
import { _ } from "../words.js";
import { pinFields } from "./choose_pin.js";

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function changePin(context) {
  const { database } = context;
  const title = _("Change the PIN");
  const old = /** @type {HTMLInputElement} */ (
    h("input", { class: "form-control", type: "password", autocomplete: "off", maxlength: 64 })
  );
  const { element: form, tell } = await pinFields({ context }, _("Save"), async (pin) => {
    const raw = await unlock(database, old.value);
    if (!raw) {
      const waits = (await hindrance(database)) !== null;
      return tell("late", waits ? _("Too many wrong PINs. Wait a while.") : _("The present PIN is wrong."));
    }
    await rewrap(database, raw, { pin });
    return form.replaceChildren(notice("good", _("The PIN is changed.")));
  });
  form.prepend(field(_("Present PIN"), old, { id: "pin" }));
  const body = ringOf(database) ? form : h("p", null, _("Nothing is encrypted on this laptop."));
  const card = h("section", { class: "card" }, h("div", { class: "body" }, body));
  const element = h("div", { class: "stack form-narrow" }, head(title, ""), card);
  return { element, title };
}
