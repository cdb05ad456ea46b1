/* The keyboard in the inbox: j and k open the next and the previous visit, e the next unread one, c starts a comment. */
"use strict";

const inbox = () => [...document.querySelectorAll("#visits a.open")];

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
  } else if (event.key === "c") {
    const field = document.querySelector("#comments textarea");
    if (field) {
      event.preventDefault();
      field.focus();
    }
  }
});
