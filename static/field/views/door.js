/** At the door: signing in, signing out, and what holds up the app before it begins. */

import { empty, h, head, icon, notice } from "../dom.js";
import { rememberUser } from "../laptop.js";
import { button } from "../parts.js";
import { waitingInWords } from "../status.js";
import { whoIsSignedIn } from "../transport.js";
import { _ } from "../words.js";

/** @param {string} why @returns {Promise<HTMLElement>} */
export async function askToSignIn(why) {
  const titles = { signed_out: _("Sign in once on this laptop"), not_allowed: _("This is for field reps") };
  const texts = {
    signed_out: _(
      "Afterwards everything works here without a network. What was saved before is kept and goes out after signing in.",
    ),
    not_allowed: _("You are signed in, but your account does not work in the field. Sign in as a rep."),
  };
  const title = titles[/** @type {keyof typeof titles} */ (why)] ?? _("Connect once to begin");
  const text =
    texts[/** @type {keyof typeof texts} */ (why)] ??
    _("Nobody has signed in on this laptop yet, and the server cannot be reached. Try again where there is a network.");
  const again = h(
    "button",
    { class: "btn touch", type: "button", onclick: () => location.reload() },
    icon("refresh"),
    _("Try again"),
  );
  const action =
    why === "signed_out" || why === "not_allowed"
      ? button("/sign-in?next=/field/", _("Sign in"), "login", "btn-primary touch")
      : again;
  return h("main", { class: "door-page" }, h("div", { class: "card" }, empty("login", title, text, action)));
}

/** @param {"blocked" | "newer"} why */
export function tellOtherTab(why) {
  const text =
    why === "newer"
      ? _("A newer version of the app is open in another tab. This one has stopped, so that nothing gets mixed up.")
      : _("Another tab with an older version is open. Close it, then reload this page.");
  const again = h(
    "button",
    { class: "btn touch", type: "button", onclick: () => location.reload() },
    icon("refresh"),
    _("Reload"),
  );
  return h(
    "main",
    { class: "door-page" },
    h("div", { class: "card" }, empty("copy", _("Another tab is open"), text, again)),
  );
}

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function signOut({ sync }) {
  const status = await sync.status();
  const waiting = waitingInWords(status.waiting);
  const problem = h("div", { id: "sign-out-problem" });
  const leave = async () => {
    try {
      const csrf = (await whoIsSignedIn())?.csrf ?? null;
      await sendForm(csrf);
    } catch {
      problem.replaceChildren(
        notice("soon", _("Signing out needs a connection. Until then, lock or close the laptop: everything is kept.")),
      );
    }
  };
  const warning =
    waiting &&
    notice(
      "soon",
      h("strong", null, waiting),
      h("p", null, _("It stays on this laptop and goes out when you sign in here again.")),
    );
  const element = h(
    "div",
    { class: "stack" },
    head(_("Sign out"), waiting ? "" : _("Everything is sent.")),
    warning || null,
    problem,
    h(
      "div",
      { class: "row" },
      button("#/", _("Stay"), "", waiting ? "btn-primary touch" : "touch"),
      h(
        "button",
        { class: "btn touch", type: "button", id: "leave", onclick: leave },
        icon("logout"),
        waiting ? _("Sign out all the same") : _("Sign out"),
      ),
    ),
  );
  return { element, title: _("Sign out") };
}

/**
 * Somebody else signed in on this browser: his own copy is one touch away, and what waits here goes on waiting.
 * @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>}
 */
export async function switchUser({ sync, user }) {
  const status = await sync.status();
  const found = await whoIsSignedIn().catch(() => null);
  const other = found?.user;
  const go = async () => {
    await rememberUser(other);
    location.replace("/field/");
    location.reload();
  };
  const waiting = waitingInWords(status.waiting);
  const kept = waiting
    ? _("%(name)s: %(waiting)s. It is kept on this laptop and goes out at the next sign-in.", {
        name: user.name,
        waiting,
      })
    : _("Everything of %(name)s is sent.", { name: user.name });
  const own = _("%(name)s gets a copy of the accounts of that territory, apart from this one.", {
    name: other?.name ?? "",
  });
  const element = h(
    "div",
    { class: "stack" },
    head(other ? _("%(name)s is signed in here", { name: other.name }) : _("Who is signed in?"), ""),
    notice("soon", h("p", null, kept), other && h("p", null, own)),
    h(
      "div",
      { class: "row" },
      other &&
        h(
          "button",
          { class: "btn btn-primary touch", type: "button", id: "switch", onclick: go },
          _("Go on as %(name)s", { name: other.name }),
        ),
      button("/sign-in?next=/field/", _("Sign in as somebody else"), "login", "touch"),
    ),
  );
  return { element, title: _("Who is signed in?") };
}

/** @param {string | null} csrf null when the session is over already */
async function sendForm(csrf) {
  await rememberUser(null);
  if (csrf === null) return location.assign("/sign-in?next=/field/");
  const form = /** @type {HTMLFormElement} */ (
    h(
      "form",
      { method: "post", action: "/sign-out", hidden: true },
      h("input", { type: "hidden", name: "csrf_token", value: csrf }),
    )
  );
  document.body.append(form);
  return form.submit();
}
