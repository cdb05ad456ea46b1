/* What the shell adds when scripts run; every page works without it. */
"use strict";

/* "/" goes to the search field, Escape closes an open menu and gives the focus back. */
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("#find") || document.querySelector("main input[type=search]");
    if (field && field.offsetParent) {
      event.preventDefault();
      field.select();
    }
  }
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

/* A click beside an open menu closes it. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

/* Where tabs do not fit, the present one is in sight. */
document.addEventListener("DOMContentLoaded", () => {
  for (const tabs of document.querySelectorAll(".tabs")) {
    const present = tabs.querySelector("[aria-current]");
    if (present && present.offsetLeft + present.offsetWidth > tabs.offsetLeft + tabs.clientWidth) {
      tabs.scrollLeft = present.offsetLeft - tabs.offsetLeft;
    }
  }
});

/* Filters that were applied go out of the way of what they found. */
document.addEventListener("submit", (event) => {
  const sheet = event.target.querySelector(".narrow:popover-open");
  if (sheet) sheet.hidePopover();
});

/* A form that was sent is not sent twice, and says that it is on its way. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

/* A drawer that htmx filled opens; its close button, Escape and a click beside it close it without any script. */
document.addEventListener("htmx:afterSwap", (event) => {
  const drawer = event.target.closest(".drawer");
  if (drawer && !drawer.matches(":popover-open")) drawer.showPopover();
});

/* An answer that never came is said where the notices are; what was typed stays on the page. */
document.addEventListener("htmx:sendError", () => say("offline"));
document.addEventListener("htmx:responseError", ({ detail }) => say(detail.xhr.status === 401 ? "signed-out" : "refused"));
function say(what) {
  const place = document.querySelector("#notices");
  const text = document.querySelector(`#say-${what}`);
  if (place && text) place.replaceChildren(text.content.cloneNode(true));
}
