/** How safely this laptop keeps the work: storage, other tabs, the last exchange; and carrying the work elsewhere by hand. */

import { meta } from "../db.js";
import { card, field, h, icon, notice } from "../dom.js";
import { button } from "../parts.js";
import { countTabs, isPrivate, room } from "../surroundings.js";
import { exportWork, importWork, Unreadable } from "../transfer.js";
import { ringOf } from "../vault.js";
import { _, ngettext, number, time } from "../words.js";
import { offlineReady } from "../worker.js";

const SHORTEST = 12;

/**
 * Built once, for a passphrase that is being typed must outlive what comes in.
 * @param {import("../router.js").Context} context
 */
export function laptopPart(context) {
  const facts = h("div", { class: "body stack", id: "keeping" });
  const element = h("div", { class: "stack" }, card(_("This laptop"), null, facts), carrying(context));
  const refresh = async (/** @type {import("../types").Status} */ status) => {
    facts.replaceChildren(...(await described(context, status)));
  };
  return { element, refresh };
}

/** @param {import("../router.js").Context} context @param {import("../types").Status} status */
async function described({ database, user, sync }, status) {
  const vault = await meta(database, "vault");
  const [hidden, tabs, space, opens] = await Promise.all([isPrivate(), countTabs(user.id), room(), offlineReady()]);
  /** @type {[string, string][]} */
  const facts = [
    [_("Last good exchange"), status.lastPulled ? time(status.lastPulled) : _("None yet")],
    [_("Last sent"), status.lastSent ? time(status.lastSent) : _("Nothing yet")],
    [_("Without a network"), opens ? _("The app opens here.") : _("Not kept here yet: it opens only with a network.")],
    [_("Kept"), keptInWords(status.kept)],
    [
      _("Space"),
      space ? _("%(used)s MB used, %(left)s MB left", { used: number(space.used), left: number(space.left) }) : "–",
    ],
    ...(vault ? [/** @type {[string, string]} */ ([_("Encrypted"), encryptedInWords(vault)])] : []),
    [_("Version"), sync.who.app],
  ];
  return [
    hidden && privateNotice(),
    tabs > 1 && secondTabNotice(tabs),
    h(
      "dl",
      { class: "facts", id: "facts" },
      facts.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
    ringOf(database) && locking(sync),
  ].filter((each) => each instanceof HTMLElement);
}

/** @param {import("../types").Vault} vault */
function encryptedInWords({ state }) {
  if (state === "sealed") return _("yes");
  return state === "sealing" ? _("being encrypted") : _("encryption is being taken off");
}

/** @param {import("../sync.js").Sync} sync */
function locking(sync) {
  const lock = () => sync.dispatchEvent(new Event("lock"));
  return h(
    "div",
    { class: "row" },
    h("button", { class: "btn touch", type: "button", id: "lock", onclick: lock }, icon("lock"), _("Lock now")),
    button("#/pin", _("Change the PIN"), "key", "touch"),
  );
}

/** @param {boolean | null} kept */
function keptInWords(kept) {
  if (kept === null) return _("The browser is asked to keep your work for good after the first save.");
  if (kept) return _("The browser promised to keep this until you delete it.");
  return _(
    "The browser may clear this away when the disk is full, and a private window does so when it closes. Installing the app prevents the first.",
  );
}

/** Everything saved here ends with the window. */
export function privateNotice() {
  const text = _("What you save here is deleted when the window closes. Open the app in a normal window.");
  return notice("late", h("strong", null, _("This is a private window")), h("p", null, text));
}

/** @param {number} tabs */
export function secondTabNotice(tabs) {
  const title = ngettext("The app is open in %(count)s tab", "The app is open in %(count)s tabs", tabs);
  return notice(
    "info",
    h("strong", null, title),
    h("p", null, _("All of them may save; one of them sends, and nothing is sent twice.")),
  );
}

/** @param {import("../router.js").Context} context */
function carrying(context) {
  const said = h("div", { id: "carried", role: "status" });
  const passphrase = /** @type {HTMLInputElement} */ (
    h("input", { class: "form-control", type: "password", autocomplete: "off", minlength: SHORTEST })
  );
  const file = /** @type {HTMLInputElement} */ (
    h("input", {
      class: "form-control",
      type: "file",
      id: "import-file",
      accept: ".json,application/json",
      "aria-label": _("File with unsent work"),
    })
  );
  const tell = (/** @type {"good" | "soon" | "late"} */ tone, /** @type {string} */ text) =>
    said.replaceChildren(notice(tone, text));
  const ready = () => {
    if (passphrase.value.trim().length >= SHORTEST) return true;
    tell("late", _("The passphrase needs at least %(count)s characters.", { count: SHORTEST }));
    passphrase.focus();
    return false;
  };
  const write = async () => {
    if (!ready()) return;
    tell("soon", _("Writing the file…"));
    download(await exportWork(context.database, context.user, passphrase.value));
    tell("good", _("The file is in your downloads. Without the passphrase nobody can open it, neither can we."));
  };
  const readIn = async () => {
    const [chosen] = file.files ?? [];
    if (!chosen) return tell("late", _("Choose the file first."));
    if (!ready()) return undefined;
    tell("soon", _("Reading the file…"));
    const taken = await importWork(context.database, context.user, await chosen.text(), passphrase.value).catch(wrong);
    if (typeof taken === "string") return tell("late", taken);
    tell("good", takenInWords(taken));
    return context.sync.saved();
  };
  const body = !window.isSecureContext
    ? h("p", null, _("This address is not encrypted (http), and browsers encrypt files only on encrypted ones."))
    : h(
        "div",
        { class: "stack" },
        h(
          "p",
          { class: "muted" },
          _(
            "For a laptop that goes to repair or never finds a network: everything unsent, in an encrypted file. Take it in on another laptop under the same name; it is sent once, whoever sends it.",
          ),
        ),
        field(_("Passphrase"), passphrase, {
          id: "passphrase",
          help: _("At least %(count)s characters. Tell it to nobody who has the file.", { count: SHORTEST }),
        }),
        h(
          "div",
          { class: "row" },
          h(
            "button",
            { class: "btn touch", type: "button", id: "export", onclick: write },
            icon("file-export"),
            _("Write the file"),
          ),
        ),
        file,
        h(
          "div",
          { class: "row" },
          h(
            "button",
            { class: "btn touch", type: "button", id: "import", onclick: readIn },
            icon("file-import"),
            _("Take a file in"),
          ),
        ),
        said,
      );
  return h(
    "details",
    { class: "card remember", id: "carry" },
    h("summary", null, icon("package-import"), _("Carry unsent work to another laptop")),
    h("div", { class: "body" }, body),
  );
}

/** @param {unknown} error @returns {string} */
function wrong(error) {
  if (!(error instanceof Unreadable))
    return _("Not taken in: this laptop has no space left. Free some, then try again.");
  if (error.why === "user")
    return _("This file is %(name)s's. Sign in as %(name)s to take it in.", { name: error.name_of_user });
  return error.why === "format"
    ? _("This is not a file with unsent work, or it is damaged.")
    : _("The passphrase does not fit, or the file is damaged. Nothing was changed.");
}

/** @param {{taken: number, known: number, drafts: number, photos: number}} taken */
function takenInWords({ taken, known, drafts, photos }) {
  return [
    ngettext("%(count)s change taken in.", "%(count)s changes taken in.", taken),
    known && ngettext("%(count)s was here already.", "%(count)s were here already.", known),
    drafts && ngettext("%(count)s draft taken in.", "%(count)s drafts taken in.", drafts),
    photos && ngettext("%(count)s photo taken in.", "%(count)s photos taken in.", photos),
  ]
    .filter(Boolean)
    .join(" ");
}

/** @param {Blob} file */
function download(file) {
  const href = URL.createObjectURL(file);
  const day = new Date().toISOString().slice(0, 10);
  h("a", { href, download: `unsent-work-${day}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
