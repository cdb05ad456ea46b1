/** The lock: the PIN, and what to do without it. */

import { meta } from "../db.js";
import { field, h, icon, notice } from "../dom.js";
import { rememberUser } from "../laptop.js";
import { hindrance, openByHalves, rewrap, unlock } from "../lock.js";
import { waitingInWords } from "../status.js";
import { endSession, Trouble, whoIsSignedIn } from "../transport.js";
import { _, ngettext } from "../words.js";
import { pinFields } from "./choose_pin.js";

/** Set while the rep signs in to unlock, so that the page goes on by itself when it comes back. */
const SIGNING_IN = "field-unlock";

/** @typedef {import("../gate.js").Gate} Gate */
/** @typedef {(tone: "good" | "soon" | "late", text: string) => void} Tell */

/** @param {Gate} gate @returns {Promise<HTMLElement>} */
export async function locked(gate) {
  const { user, sync } = gate.context;
  const waiting = waitingInWords((await sync.status()).waiting);
  const said = h("div", { id: "lock-said", role: "status" });
  /** @type {Tell} */
  const tell = (tone, text) => said.replaceChildren(notice(tone, text));
  const form = h("div", { class: "stack", id: "lock-form" });
  const paint = (/** @type {HTMLElement[]} */ ...parts) => form.replaceChildren(...parts);
  paint(pinForm(gate, tell), otherWays(gate, tell, paint));
  await sayHindrance(gate, tell);
  if (sessionStorage.getItem(SIGNING_IN)) {
    sessionStorage.removeItem(SIGNING_IN);
    online(gate, tell, paint);
  }
  const kept = waiting && _("%(waiting)s: kept here, and sent once you unlock.", { waiting });
  const body = h(
    "div",
    { class: "body stack" },
    h("h1", null, icon("lock"), " ", _("Locked")),
    h("p", { class: "muted" }, [user.name, kept].filter(Boolean).join(" · ")),
    said,
    form,
  );
  return h("main", { class: "door-page", id: "locked" }, h("section", { class: "card" }, body));
}

/** @param {Gate} gate @param {Tell} tell */
function pinForm(gate, tell) {
  const pin = /** @type {HTMLInputElement} */ (
    h("input", { class: "form-control", type: "password", autocomplete: "off", maxlength: 64, required: true })
  );
  const button = /** @type {HTMLButtonElement} */ (
    h("button", { class: "btn btn-primary touch", type: "submit", id: "unlock" }, icon("lock-open"), _("Unlock"))
  );
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!pin.value || button.disabled) return;
    button.disabled = true; // a try costs a moment, and counts
    const raw = await unlock(gate.context.database, pin.value).finally(() => (button.disabled = false));
    pin.value = "";
    if (raw) return enter(gate, raw);
    if (!(await sayHindrance(gate, tell))) tell("late", _("This PIN is wrong."));
    pin.focus();
  };
  return h("form", { class: "stack", onsubmit: submit }, field(_("PIN"), pin, { id: "pin" }), button);
}

/** @param {Gate} gate @param {Tell} tell @returns {Promise<boolean>} whether no PIN may be tried now */
async function sayHindrance({ context }, tell) {
  const why = await hindrance(context.database);
  if (why === null) return false;
  if (why === "lease") tell("soon", _("The server was not reached for too long. Connect and sign in to unlock."));
  else {
    const seconds = Math.ceil(why / 1000);
    tell(
      "late",
      ngettext(
        "This PIN is wrong. Try again in %(count)s second.",
        "This PIN is wrong. Try again in %(count)s seconds.",
        seconds,
      ),
    );
  }
  return true;
}

/** Unlocked. The server forgot its half, or never got to say which: make it another. @param {Gate} gate @param {Uint8Array<ArrayBuffer>} raw */
async function enter({ context: { database, sync } }, raw) {
  sync.keys.share();
  sync.changed();
  sync.now();
  const [asked, vault] = [await meta(database, "at_rest"), await meta(database, "vault")];
  if (!asked || !vault || asked.half === vault.server.mark) return;
  const { half } = await sync.ask("unlock", { new: true }).catch(() => ({ half: null }));
  if (half) await rewrap(database, raw, { half });
}

/** @param {Gate} gate @param {Tell} tell @param {(...parts: HTMLElement[]) => void} paint */
function otherWays(gate, tell, paint) {
  const way = (/** @type {string} */ id, /** @type {string} */ text, /** @type {() => unknown} */ act) =>
    h("button", { class: "btn btn-quiet touch", type: "button", id, onclick: act }, text);
  return h(
    "div",
    { class: "row" },
    way("forgot", _("Unlock by signing in"), () => online(gate, tell, paint)),
    way("somebody-else", _("I am somebody else"), () => somebodyElse(gate, tell)),
  );
}

/**
 * With the server's half, which it gives to who has just signed in. A new PIN is chosen then: the old one is forgotten.
 * @param {Gate} gate @param {Tell} tell @param {(...parts: HTMLElement[]) => void} paint
 */
async function online(gate, tell, paint) {
  const { database, sync } = gate.context;
  try {
    const { half } = await sync.ask("unlock", {});
    const raw = half && (await openByHalves(database, half));
    if (!raw) return tell("late", _("The server cannot open this laptop: it is blocked, or its key was lost. Ask your manager."));
    const { element } = await pinFields(gate, _("Choose a new PIN"), async (pin) => {
      await rewrap(database, raw, { pin });
      await enter(gate, raw);
    });
    tell("good", _("The server opened this laptop. Choose a new PIN."));
    return paint(element);
  } catch (error) {
    const kind = error instanceof Trouble ? error.kind : "broken";
    if (["sign_in_again", "signed_out", "wrong_user"].includes(kind)) return signInAgain(gate, tell);
    return tell("soon", _("The server cannot be reached. Try again where there is a network."));
  }
}

/** @param {Gate} gate @param {Tell} tell */
async function signInAgain({ context: { user } }, tell) {
  try {
    sessionStorage.setItem(SIGNING_IN, "1");
    await endSession(user.id);
    location.assign("/sign-in?next=/field/");
  } catch {
    tell("soon", _("The server cannot be reached. Try again where there is a network."));
  }
}

/** Another rep at this browser: he has a copy of his own, and this one stays as it is. @param {Gate} gate @param {Tell} tell */
async function somebodyElse({ context: { user } }, tell) {
  try {
    const found = await whoIsSignedIn();
    await endSession(user.id);
    await rememberUser(found && found.user.id !== user.id ? found.user : null);
    location.reload();
  } catch {
    tell("soon", _("The server cannot be reached. Try again where there is a network."));
  }
}
