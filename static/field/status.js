/** The state of the exchange in words: one line that is always in sight. */

import { _, N_, ngettext, number, time } from "./words.js";

/** What each trouble means for the rep, and how loud to say it. */
const TROUBLES = {
  offline: { tone: "", text: N_("No connection.") },
  captive: {
    tone: "soon",
    text: N_("The network here asks for a sign-in of its own. Open any web page to get through."),
  },
  busy: { tone: "", text: N_("The server is busy. Trying again soon.") },
  signed_out: { tone: "soon", text: N_("You are signed out.") },
  wrong_user: { tone: "soon", text: N_("Somebody else is signed in.") },
  not_allowed: { tone: "late", text: N_("Your account may not work in the field. Ask head office.") },
  frozen: { tone: "late", text: N_("This laptop is blocked. Ask your manager.") },
  lost: { tone: "late", text: N_("This laptop was reported lost. Ask your manager.") },
  locked: { tone: "soon", text: N_("Locked. Unlock to send.") },
  wipe: { tone: "late", text: N_("This laptop is being erased, as your manager ordered.") },
  upgrade: { tone: "soon", text: N_("A new version is needed. Close all tabs of the app and open it again.") },
  mismatch: {
    tone: "late",
    text: N_("The copy on this laptop does not add up. Nothing of yours is lost; head office can see it."),
  },
  full: { tone: "late", text: N_("This laptop has no space left. Free some, then save again.") },
};
const UNKNOWN = { tone: "late", text: N_("Something went wrong. Nothing is lost. Trying again soon.") };

/**
 * The line itself.
 * @param {import("./types").Status} status what `Sync.status()` says
 * @returns {{text: string, detail: string, tone: string, picture: string, action: "" | "sign_in" | "switch"}}
 */
export function inWords(status) {
  const waiting = status.waiting.total ? waitingInWords(status.waiting) : "";
  const trouble = status.trouble ? (TROUBLES[/** @type {keyof typeof TROUBLES} */ (status.trouble)] ?? UNKNOWN) : null;
  if (status.told === "frozen") return blocked(status, waiting);
  if (status.trouble === "signed_out") return signedOut(status);
  if (status.trouble === "wrong_user")
    return line(_(TROUBLES.wrong_user.text), waiting, "soon", "user-circle", "switch");
  if (status.phase === "sending") return line(sending(status.waiting), "", "", "cloud-upload");
  if (status.phase === "loading" || (!status.lastPulled && !trouble))
    return line(loading(status.loaded), "", "", "download");
  if (trouble && !status.lastPulled) return line(_("Not loaded yet"), _(trouble.text), "soon", "cloud-off");
  if (trouble && trouble.tone) return line(_(trouble.text), waiting, trouble.tone, "alert-triangle");
  if (waiting) return line(withLast(waiting, status.lastSent), trouble ? _(trouble.text) : "", "soon", "cloud-off");
  if (status.stuck.total) return stuck(status.stuck);
  if (trouble) return line(_("Nothing waiting"), withUpdate(_(trouble.text), status.lastPulled), "", "cloud-off");
  return line(_("Everything is sent"), withUpdate("", status.lastPulled), "good", "cloud-check");
}

/** @param {string} text @param {string} detail @param {string} tone @param {string} picture @param {any} [action] */
const line = (text, detail, tone, picture, action = "") => ({ text, detail, tone, picture, action });

/** @param {{visits: number, others: number, photos: number}} waiting */
export function waitingInWords(waiting) {
  const visits = waiting.visits && ngettext("%(count)s visit waiting", "%(count)s visits waiting", waiting.visits);
  const others = waiting.others && ngettext("%(count)s change waiting", "%(count)s changes waiting", waiting.others);
  const photos = waiting.photos && ngettext("%(count)s photo waiting", "%(count)s photos waiting", waiting.photos);
  return [visits, others, photos].filter(Boolean).join(", ");
}

/** @param {import("./types").Status} status */
function signedOut(status) {
  const { visits, photos, total } = status.waiting;
  const text = visits
    ? ngettext("Sign in to send %(count)s visit", "Sign in to send %(count)s visits", visits)
    : photos && photos === total
      ? ngettext("Sign in to send %(count)s photo", "Sign in to send %(count)s photos", photos)
      : total
      ? ngettext("Sign in to send %(count)s change", "Sign in to send %(count)s changes", total)
      : _("Sign in to get what is new");
  return line(text, _("Everything is kept on this laptop."), "soon", "login", "sign_in");
}

/**
 * Blocked by the office: saving and sending go on, and without a session that is said, too.
 * @param {import("./types").Status} status @param {string} waiting
 */
function blocked(status, waiting) {
  const out = status.trouble === "signed_out";
  const detail = out && waiting ? signedOut(status).text : waiting;
  return line(_(TROUBLES.frozen.text), detail, "late", "lock", out ? "sign_in" : "");
}

/** @param {{visits: number, photos: number, total: number}} waiting */
function sending({ visits, photos, total }) {
  if (photos && photos === total) return ngettext("Sending %(count)s photo…", "Sending %(count)s photos…", photos);
  if (visits) return ngettext("Sending %(count)s visit…", "Sending %(count)s visits…", visits);
  return ngettext("Sending %(count)s change…", "Sending %(count)s changes…", total || 1);
}

/** @param {number} loaded */
function loading(loaded) {
  return loaded
    ? _("Bringing your accounts to this laptop: %(count)s records", { count: number(loaded) })
    : _("Bringing your accounts to this laptop…");
}

/** @param {any} stuckOnes */
function stuck(stuckOnes) {
  const text = ngettext("%(count)s needs your attention", "%(count)s need your attention", stuckOnes.total);
  return line(text, "", "soon", "alert-triangle");
}

/** @param {string} text @param {string | null} lastSent */
const withLast = (text, lastSent) =>
  lastSent ? _("%(waiting)s, last sent %(time)s", { waiting: text, time: time(lastSent) }) : text;

/** @param {string} text @param {string | null} lastPulled */
const withUpdate = (text, lastPulled) =>
  [text, lastPulled && _("Last exchange %(time)s", { time: time(lastPulled) })].filter(Boolean).join(" ");

/**
 * Where one saved thing stands.
 * @param {string[]} states the states of its operations that are not settled
 * @param {string | null} [sentAt]
 * @returns {{text: string, tone: "good" | "soon" | "late" | "info" | ""}}
 */
export function standing(states, sentAt) {
  if (states.includes("stuck")) return { text: _("Needs attention"), tone: "late" };
  if (states.includes("waiting")) return { text: _("Saved on this laptop"), tone: "soon" };
  return { text: sentAt ? _("Sent %(time)s", { time: time(sentAt) }) : _("Sent"), tone: "good" };
}
