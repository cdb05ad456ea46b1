/** Choosing a PIN: when the company begins to ask for one, and when the old one was forgotten or shall be another. */

import { meta } from "../db.js";
import { field, h, icon, notice } from "../dom.js";
import { begin } from "../lock.js";
import { _ } from "../words.js";

/** @typedef {import("../gate.js").Gate} Gate */

const SHORTEST = 6;

/** The company asks for encryption, and there is no PIN yet. @param {Gate} gate @returns {Promise<HTMLElement>} */
export async function choosePin(gate) {
  const { database, sync } = gate.context;
  const later = h(
    "button",
    { class: "btn btn-quiet touch", type: "button", id: "later", hidden: true, onclick: () => putOff(gate) },
    _("Go on without for now"),
  );
  const { element, tell } = await pinFields(gate, _("Encrypt and go on"), async (pin) => {
    const answer = await sync.ask("unlock", { new: true }).catch(() => null);
    if (!answer?.half) {
      later.hidden = false;
      return tell("soon", _("This needs a connection once, and the server cannot be reached now."));
    }
    await begin(database, pin, answer.half).catch(ifFaster);
    sync.keys.share();
    sync.changed();
    return sync.now();
  });
  const why = _(
    "Your company asks that what you note about customers lies encrypted on this laptop. The PIN opens it, also without a network. Nothing of yours is lost, and you can go on at once.",
  );
  const body = h(
    "div",
    { class: "body stack" },
    h("h1", null, icon("shield-lock"), " ", _("Choose a PIN")),
    h("p", null, why),
    element,
    later,
  );
  return h("main", { class: "door-page", id: "choose-pin" }, h("section", { class: "card" }, body));
}

/** @param {Gate} gate */
function putOff(gate) {
  gate.later = true;
  return gate.look();
}

/** Another tab chose one meanwhile: then that one is asked for. @param {Error} error */
function ifFaster(error) {
  if (error.name !== "ConstraintError") throw error;
}

/**
 * Two fields for a PIN.
 * @param {{context: import("../router.js").Context}} gate @param {string} text of the button
 * @param {(pin: string) => Promise<unknown>} use @returns what to show, and how to say something beside it
 */
export async function pinFields({ context }, text, use) {
  const shortest = (await meta(context.database, "at_rest"))?.pin_length ?? SHORTEST;
  const [first, second] = ["new-pin", "new-pin-again"].map(() =>
    /** @type {HTMLInputElement} */ (
      h("input", { class: "form-control", type: "password", autocomplete: "new-password", maxlength: 64 })
    ),
  );
  const said = h("div", { role: "status", id: "pin-said" });
  const tell = (/** @type {"soon" | "late"} */ tone, /** @type {string} */ what) =>
    said.replaceChildren(notice(tone, what));
  const button = /** @type {HTMLButtonElement} */ (
    h("button", { class: "btn btn-primary touch", type: "submit", id: "choose" }, text)
  );
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const pin = first.value.trim();
    if (pin.length < shortest) tell("late", _("The PIN needs at least %(count)s characters.", { count: shortest }));
    else if (new Set(pin).size < 3) tell("late", _("This PIN is too easy to guess: use at least three different characters."));
    else if (pin !== second.value.trim()) tell("late", _("The two entries differ."));
    else {
      button.disabled = true;
      await use(pin).finally(() => (button.disabled = false));
    }
  };
  const help = _("At least %(count)s characters. Longer is safer: whoever copies the disk can guess a short one.", {
    count: shortest,
  });
  const element = h(
    "form",
    { class: "stack", onsubmit: submit },
    said,
    field(_("New PIN"), first, { id: "new-pin", help }),
    field(_("New PIN once more"), second, { id: "new-pin-again" }),
    button,
  );
  return { element, tell };
}
