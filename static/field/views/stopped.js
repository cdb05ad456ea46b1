/** What stands in place of the app when the office stopped this laptop. */

import { empty, h } from "../dom.js";
import { button } from "../parts.js";
import { waitingInWords } from "../status.js";
import { _ } from "../words.js";

/** @param {...any} children @returns {HTMLElement} */
const door = (...children) => h("main", { class: "door-page", id: "stopped" }, h("div", { class: "card" }, ...children));

/** @param {import("../types").Status} status */
export function lost(status) {
  const waiting = waitingInWords(status.waiting);
  const kept = waiting
    ? _("%(waiting)s: kept here, and sent as soon as somebody signs in.", { waiting })
    : _("Nothing waits to be sent.");
  const action = status.trouble === "signed_out" ? [button("/sign-in?next=/field/", _("Sign in"), "login", "touch")] : [];
  const text = [_("It shows nothing until your manager lets it go on."), kept].join(" ");
  return door(empty("lock", _("This laptop was reported lost"), text, ...action));
}

/** The order was heard; what waits is still being sent. @param {import("../types").Status} status */
export function beingErased(status) {
  const waiting = waitingInWords(status.waiting);
  const text = _("Your manager ordered it. What waits is sent first, if that is possible.");
  return door(empty("trash", _("This laptop is being erased"), [text, waiting].filter(Boolean).join(" ")));
}

/** @param {import("../types").Counted | null} unsent what could not be sent; null if that is no longer known */
export function erased(unsent) {
  const text = _(
    "Your manager ordered it. Everything that the app kept in this browser is gone: accounts, visits, drafts, and the app itself.",
  );
  const again = button("/sign-in?next=/field/", _("Sign in"), "login", "touch");
  return door(empty("trash", _("This laptop was erased"), [text, unsent && fate(unsent)].filter(Boolean).join(" "), again));
}

/** @param {import("../types").Counted} unsent */
function fate(unsent) {
  const waiting = waitingInWords(unsent);
  return waiting
    ? _("Could not be sent before: %(waiting)s.", { waiting })
    : _("What you had saved was sent before; your manager decides about it.");
}
