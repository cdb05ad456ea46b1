/** Who was there: picked with one touch, or written down on the spot. */

import { h, icon } from "../dom.js";
import { newId } from "../ids.js";
import { _, byName } from "../words.js";

/**
 * @param {import("./state.js").VisitState} state
 * @param {any[]} contacts those known at the account
 * @param {() => void} changed
 */
export function peoplePart(state, contacts, changed) {
  const chips = h("div", { class: "picks", role: "group", "aria-label": _("Who was there") });
  const order = byName();
  const paint = () => {
    const made = state.people.map((person) => ({ ...person, made: true }));
    const known = contacts
      .filter((contact) => !state.people.some((person) => person.id === contact.id))
      .sort((a, b) => order(a.name, b.name));
    const everybody = [...known, ...made];
    chips.replaceChildren(...everybody.map((person) => pick(state, person, toggle)));
    if (!everybody.length) chips.append(h("p", { class: "muted" }, _("Nobody is known here yet.")));
  };
  const toggle = (/** @type {string} */ id) => {
    const there = state.participants.includes(id);
    state.participants = there ? state.participants.filter((each) => each !== id) : [...state.participants, id];
    state.people = state.people.filter((person) => person.id !== id || !there);
    paint();
    changed();
  };
  paint();
  const add = addPerson((person) => {
    state.people = [...state.people, person];
    state.participants = [...state.participants, person.id];
    paint();
    changed();
  });
  return h(
    "section",
    { class: "card" },
    h("header", null, h("h2", null, _("Who was there"))),
    h("div", { class: "body stack" }, chips, add),
  );
}

/** @param {import("./state.js").VisitState} state @param {any} person @param {(id: string) => void} toggle */
function pick(state, person, toggle) {
  const there = state.participants.includes(person.id);
  return h(
    "button",
    {
      type: "button",
      class: "pick",
      "aria-pressed": String(there),
      data: { person: person.id },
      onclick: () => toggle(person.id),
    },
    icon(there ? "check" : "plus"),
    h("span", null, person.name, person.position && h("small", null, person.position)),
  );
}

/** @param {(person: {id: string, name: string, position: string, phone: string}) => void} take */
function addPerson(take) {
  const input = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ type = "text") =>
    /** @type {HTMLInputElement} */ (
      h("input", {
        class: "form-control",
        id,
        type,
        maxlength: 100,
        placeholder: label,
        "aria-label": label,
        autocomplete: "off",
        data: { quiet: "" },
      })
    );
  const name = input("person-name", _("Name"));
  const position = input("person-position", _("Position"));
  const phone = input("person-phone", _("Phone"), "tel");
  const box = /** @type {HTMLDetailsElement} */ (h("details", { class: "add-person", id: "add-person" }));
  const add = () => {
    if (!name.value.trim()) return name.focus();
    take({ id: newId(), name: name.value.trim(), position: position.value.trim(), phone: phone.value.trim() });
    for (const each of [name, position, phone]) each.value = "";
    box.open = false;
    return box.querySelector("summary")?.focus();
  };
  box.addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Enter" && event.target !== box.querySelector("summary")) {
      event.preventDefault();
      add();
    }
  });
  box.append(
    h("summary", { class: "btn touch" }, icon("user-plus"), _("Add a person")),
    h(
      "div",
      { class: "add-fields" },
      name,
      position,
      phone,
      h("button", { class: "btn btn-primary touch", type: "button", id: "person-add", onclick: add }, _("Add")),
    ),
  );
  return box;
}
