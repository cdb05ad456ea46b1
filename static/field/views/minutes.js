/** Sharing the minutes of a visit from the laptop: looked over, then by the system's own means, by mail, or copied. */

import { card, field, h, head, icon } from "../dom.js";
import { mailLink, minutesOf, subjectOf } from "../minutes.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { _ } from "../words.js";

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function minutes({ database, user }, id) {
  const visit = await read(database, "visit", id);
  const account = visit && (await read(database, "account", visit.account_id ?? ""));
  if (!visit || !account || visit.status !== "completed") return missing();
  const contacts = await list(database, "contact", account.id);
  const people = contacts.filter((each) => (visit.participants ?? []).includes(each.id));
  const subject = subjectOf(visit, account);
  const text = /** @type {HTMLTextAreaElement} */ (h("textarea", { class: "form-control", rows: 16 }));
  text.value = minutesOf(visit, account, people, visit.user_name ?? user.name);
  const said = h("p", { role: "status", id: "said" });
  const deeds = h("div", { class: "row" });
  const paint = () => deeds.replaceChildren(...ways(subject, text.value, people, (word) => said.replaceChildren(word)));
  text.addEventListener("input", paint);
  paint();
  const help = _("Look it over first. What they use, what rivals do and what your manager asks is not in it.");
  const element = h(
    "div",
    { class: "stack" },
    head(_("Minutes"), /** @type {any} */ (h("a", { href: `#/visits/${id}` }, account.name))),
    card(_("To share"), null, h("div", { class: "body stack" }, field(_("Text"), text, { id: "minutes", help }), deeds, said)),
  );
  return { element, title: _("Minutes") };
}

/** The ways that this browser and this text allow. @param {string} subject @param {string} text @param {any[]} people @param {(word: string) => void} say */
function ways(subject, text, people, say) {
  const share = async () => {
    try {
      await navigator.share({ title: subject, text });
      say(_("Shared."));
    } catch {
      say(_("Not shared."));
    }
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(_("Copied."));
    } catch {
      /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#minutes"))?.select();
      say(_("Select the text and copy it by hand: the browser does not allow it here."));
    }
  };
  const link = mailLink(subject, text, people);
  const mail = link && h("a", { class: "btn touch", id: "mail", href: link }, icon("mail"), _("By mail"));
  const long = !link && h("p", { class: "muted" }, _("Too long to begin a mail with: copy it into one."));
  const sheet = typeof navigator.share === "function" && pressed("share", "send", _("Share"), share);
  return [sheet, mail, pressed("copy", "copy", _("Copy"), copy), long].filter((each) => each !== false && each !== null);
}

/** @param {string} id @param {string} picture @param {string} text @param {() => void} onclick */
const pressed = (id, picture, text, onclick) => h("button", { class: "btn touch", type: "button", id, onclick }, icon(picture), text);
