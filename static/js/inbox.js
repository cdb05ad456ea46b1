/* The inbox: j and k open the next and the previous visit, e the next unread one, c starts a comment. A comment that was
   begun is kept in this tab until it is sent, so that opening another visit loses nothing. */
"use strict";

const inbox = () => [...document.querySelectorAll("#visits a.open")];
const comment = () => document.querySelector("#comments textarea");
const draft = (field) => `draft ${field.form.action}`;

document.addEventListener("click", (event) => {
  const link = event.target.closest("#visits a.open");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const other of inbox()) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  link.closest("li").classList.remove("unread");
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = inbox();
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  const opened = {
    j: links[at + 1],
    k: links[at - 1],
    e: links.slice(at + 1).concat(links.slice(0, at + 1)).find((link) => link.closest("li.unread")),
  }[event.key];
  if (opened) {
    event.preventDefault();
    opened.click();
    opened.scrollIntoView({ block: "nearest" });
  } else if (event.key === "c" && comment()) {
    event.preventDefault();
    comment().focus();
  }
});

document.addEventListener("input", (event) => {
  if (event.target === comment()) sessionStorage.setItem(draft(event.target), event.target.value);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt; // by now replaced, and no longer the event's own element
  const field = event.detail.successful && form.matches("form") && form.querySelector("textarea");
  if (field) sessionStorage.removeItem(draft(field));
});
function bringBack() {
  const field = comment();
  if (field && !field.value) field.value = sessionStorage.getItem(draft(field)) ?? "";
}
document.addEventListener("htmx:afterSettle", bringBack);
document.addEventListener("DOMContentLoaded", bringBack);
