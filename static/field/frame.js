/** What stands around every page: where one is, on whose behalf, and how the exchange stands. */

import { h, icon, notice } from "./dom.js";
import { refresh as refreshPage } from "./router.js";
import { inWords } from "./status.js";
import { isPrivate } from "./surroundings.js";
import { privateNotice } from "./views/keeping.js";
import { _ } from "./words.js";
import { canWorkOffline } from "./worker.js";

const ENTRIES = () => [
  { path: "/", label: _("Today"), picture: "calendar-due", pattern: /^\/($|instructions)/ },
  { path: "/plan", label: _("Plan"), picture: "calendar-event", pattern: /^\/(plan|route|day)/ },
  { path: "/accounts", label: _("Accounts"), picture: "building-factory-2", pattern: /^\/(accounts|visits|drafts)/ },
  { path: "/sales", label: _("Sales"), picture: "target-arrow", pattern: /^\/(sales|leads|quotes|order-drafts)/ },
  { path: "/waiting", label: _("Waiting"), picture: "cloud-upload", pattern: /^\/waiting/ },
];

/**
 * Build the frame; returns the place for pages, and what brings the state line up to date.
 * @param {HTMLElement} root
 * @param {import("./router.js").Context} context
 */
export function frame(root, context) {
  const main = h("main", { id: "main", tabindex: "-1" });
  const state = h("a", { class: "sync", href: "#/waiting", "aria-live": "polite" });
  const bar = h("nav", { class: "tabbar", "aria-label": _("Main") });
  const rail = h("nav", { class: "rail field-rail", "aria-label": _("Main") });
  const top = h("header", { class: "top field-top" }, brand(context.user), state, account(context.user));
  const warning = h("div", { class: "field-warning", id: "warnings" }, canWorkOffline() ? "" : insecure());
  isPrivate().then((hidden) => hidden && warning.append(privateNotice()));
  root.replaceChildren(h("div", { class: "shell" }, rail, h("div", null, top, warning, main)), bar);
  let path = location.hash.slice(1) || "/";
  const refresh = async () => {
    const status = await context.sync.status();
    say(state, status);
    const waits = status.waiting.total + status.stuck.total;
    rail.replaceChildren(
      brand(context.user),
      h(
        "ul",
        null,
        ENTRIES().map((entry) => link(entry, path, waits, true)),
      ),
      foot(context.user),
    );
    bar.replaceChildren(...ENTRIES().map((entry) => link(entry, path, waits, false)));
  };
  addEventListener("field-page", (event) => {
    path = /** @type {CustomEvent} */ (event).detail;
    refresh();
  });
  context.sync.addEventListener("state", (event) => {
    refresh();
    if (/** @type {CustomEvent} */ (event).detail?.records) refreshPage();
  });
  return { main, refresh };
}

const DOORS = { sign_in: "/sign-in?next=/field/", switch: "#/switch" };

/** @param {HTMLElement} element @param {any} status */
function say(element, status) {
  const { text, detail, tone, picture, action } = inWords(status);
  element.className = `sync sync-${tone || "quiet"}`;
  element.setAttribute("href", DOORS[/** @type {keyof typeof DOORS} */ (action)] ?? "#/waiting");
  element.dataset.state = status.trouble ?? status.phase;
  const words = h("span", null, h("strong", null, text), detail && h("small", null, detail));
  element.replaceChildren(icon(picture), words);
}

/** @param {any} user */
function brand(user) {
  const company = document.documentElement.dataset.company ?? "";
  const names = (user.territories ?? []).map((/** @type {any} */ territory) => territory.name).join(", ");
  const mark = h("img", { src: document.documentElement.dataset.mark, alt: "", width: 26, height: 26 });
  return h(
    "a",
    { class: "brand", href: "#/" },
    mark,
    h("span", null, h("span", null, company), " ", h("small", null, names || user.name)),
  );
}

/** @param {any} entry @param {string} path @param {number} waits @param {boolean} wide */
function link(entry, path, waits, wide) {
  const counter = entry.path === "/waiting" && waits > 0 && h("span", { class: "count count-waiting" }, String(waits));
  const current = entry.pattern.test(path) && "page";
  const anchor = h(
    "a",
    { href: `#${entry.path}`, "aria-current": current },
    icon(entry.picture),
    h("span", null, entry.label),
    counter,
  );
  return wide ? h("li", null, anchor) : anchor;
}

/** @param {any} user */
const foot = (user) => h("footer", null, user.name, " · ", _("Field rep"));

/** @param {any} user */
function account(user) {
  const names = (user.territories ?? []).map((/** @type {any} */ territory) => territory.name).join(", ");
  return h(
    "details",
    { class: "menu" },
    h("summary", { class: "tool" }, icon("user-circle"), h("span", { class: "sr-only" }, _("Account"))),
    h(
      "div",
      { class: "panel" },
      h("header", null, h("strong", null, user.name), h("br"), h("span", { class: "muted small" }, names)),
      h("a", { href: "/" }, icon("layout-dashboard"), _("The office pages")),
      h("a", { href: "/profile" }, icon("settings"), _("Profile, language and theme")),
      h("a", { href: "#/position" }, icon("map-pin"), _("Position at check-in")),
      h("a", { href: "#/sign-out" }, icon("logout"), _("Sign out")),
    ),
  );
}

/** Over plain http browsers keep no app: say so, and what to do, instead of quietly having no offline mode. */
function insecure() {
  const why = _(
    "This address is not encrypted (http), and browsers keep apps only from encrypted ones. Without a network this page will not open again.",
  );
  const what = _(
    "Ask your administrator for the address that begins with https, and open that one. What you save here is kept in this browser all the same.",
  );
  return h(
    "div",
    { id: "no-offline" },
    notice("soon", h("strong", null, _("The app cannot work offline here")), h("p", null, why, " ", what)),
  );
}
