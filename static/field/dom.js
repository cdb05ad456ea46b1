/** Making elements. Text is always text: nothing that anybody typed is ever read as markup. */

import { _ } from "./words.js";

const SPRITE = new URL("../vendor/icons.svg", import.meta.url).pathname;

/**
 * An element. Properties named `on…` are listeners, `data` goes to the dataset, the rest are attributes;
 * false, null and undefined leave an attribute or a child out.
 * @param {string} tag
 * @param {Record<string, any> | null} [properties]
 * @param {...any} children
 * @returns {HTMLElement}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value") /** @type {HTMLInputElement} */ (element).value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A picture from the sprite. @param {string} name */
export function icon(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  picture.append(use);
  return picture;
}

/**
 * A word for a state, with its colour and mark.
 * @param {string} text
 * @param {"good" | "soon" | "late" | "info" | ""} [tone]
 */
export function chip(text, tone = "") {
  return h("span", { class: tone ? `chip chip-${tone}` : "chip" }, text);
}

/**
 * A card with a heading.
 * @param {string} title
 * @param {any} more what stands beside the heading
 * @param {...any} children
 */
export function card(title, more, ...children) {
  return h("section", { class: "card" }, h("header", null, h("h2", null, title), more), ...children);
}

/**
 * What stands where there is nothing yet.
 * @param {string} picture
 * @param {string} title
 * @param {string} text
 * @param {...any} actions
 */
export function empty(picture, title, text, ...actions) {
  const below = actions.length ? h("div", { class: "actions" }, ...actions) : null;
  return h("div", { class: "empty" }, icon(picture), h("h2", null, title), h("p", null, text), below);
}

/**
 * A notice that stays until it is read.
 * @param {"good" | "soon" | "late" | "info"} tone
 * @param {...any} children
 */
export function notice(tone, ...children) {
  const picture = { good: "circle-check", soon: "alert-triangle", late: "alert-circle", info: "info-circle" }[tone];
  return h("div", { class: `notice notice-${tone}`, role: "status" }, icon(picture), h("div", null, ...children));
}

/**
 * A field with its label, help and error.
 * @param {string} label
 * @param {HTMLElement} control
 * @param {{help?: string, error?: string | null, optional?: boolean, id: string}} more
 */
export function field(label, control, more) {
  const inner = control.matches("input, textarea, select") ? control : control.querySelector("input, textarea, select");
  inner?.setAttribute("id", more.id);
  if (more.error) {
    inner?.setAttribute("aria-invalid", "true");
    inner?.setAttribute("aria-describedby", `${more.id}-error`);
  }
  return h(
    "div",
    { class: "field" },
    h("label", { for: more.id }, label, more.optional && h("span", { class: "optional" }, " (", _("optional"), ")")),
    control,
    more.help && h("p", { class: "help" }, more.help),
    more.error && h("p", { class: "error", id: `${more.id}-error` }, icon("alert-circle"), more.error),
  );
}

/**
 * The head of a page.
 * @param {string} title
 * @param {any} line one line of context
 * @param {...any} actions
 */
export function head(title, line, ...actions) {
  return h(
    "div",
    { class: "head" },
    h("div", null, h("h1", null, title), line instanceof HTMLParagraphElement ? line : line && h("p", null, line)),
    actions.length > 0 && h("div", { class: "actions" }, ...actions),
  );
}
