/** Waiting and sent: what is on its way, what needs a person, what has arrived, and what was given up. */

import { meta } from "../db.js";
import { card, chip, empty, h, head, icon, notice } from "../dom.js";
import { MARK } from "../outbox.js";
import { row } from "../parts.js";
import { list, settled, unsettled } from "../records.js";
import { inWords } from "../status.js";
import { _, time } from "../words.js";
import { disputes } from "./conflicts.js";
import { laptopPart } from "./keeping.js";
import { discardedEntry, entry, pagesOf, titleOf } from "./waiting_entry.js";
import { photosSection } from "./waiting_photos.js";

const SHOWN = 50;

/** @typedef {import("../types").Opened} Item */
/** @typedef {{id: string, kind: string, items: any[], name: string}} Group what the rep did as one thing */

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function waiting(context) {
  const { database, sync } = context;
  const line = h("p", { role: "status" });
  const now = h(
    "button",
    { class: "btn touch", type: "button", id: "send-now", onclick: () => sync.now() },
    icon("refresh"),
    _("Send now"),
  );
  const said = h("div", { id: "said", class: "stack" });
  const lists = h("div", { class: "stack" });
  const laptop = laptopPart(context);
  const columns = h("div", { class: "split" }, lists, laptop.element);
  const element = h("div", { class: "stack" }, head(_("Waiting and sent"), line, now), said, columns);
  const decided = act(said, sync, () => refresh());
  const refresh = async () => {
    const status = await sync.status();
    const { text, detail } = inWords(status);
    line.textContent = [text, detail].filter(Boolean).join(" · ");
    const parts = await sections(context, decided);
    keepPlace(lists, () => lists.replaceChildren(...parts));
    await laptop.refresh(status);
  };
  await refresh();
  const listener = () => refresh();
  sync.addEventListener("state", listener);
  return { element, title: _("Waiting and sent"), refresh, leave: () => sync.removeEventListener("state", listener) };
}

/**
 * Do what a button says, then show how things stand; what could not be done is said on top.
 * @param {HTMLElement} said @param {import("../sync.js").Sync} sync @param {() => void} refresh
 */
function act(said, sync, refresh) {
  return async (/** @type {() => Promise<any>} */ deed, /** @type {HTMLElement | null} */ done = null) => {
    try {
      await deed();
      said.replaceChildren(...(done ? [done] : []));
      sync.saved();
    } catch (error) {
      const full = error instanceof DOMException;
      const why = full
        ? _("Not done: this laptop has no space left. Free some, then try again.")
        : /** @type {Error} */ (error).message;
      said.replaceChildren(notice("soon", why));
    }
    refresh();
  };
}

/** @typedef {ReturnType<typeof act>} Act */

/** @param {import("../router.js").Context} context @param {Act} act */
async function sections({ database, user }, act) {
  const [open, old, decisions, tried] = await Promise.all([
    unsettled(database),
    settled(database),
    list(database, "decision"),
    meta(database, "tried"),
  ]);
  const stuck = grouped(open.filter((item) => item.state === "stuck"));
  const waits = grouped(open.filter((item) => item.state === "waiting"));
  const gone = grouped(
    [...open, ...old].filter((item) => item.state === "sent" && item.kind !== "operation"),
  ).reverse();
  const thrown = grouped(old.filter((item) => item.state === "discarded")).reverse();
  const show = (/** @type {Group} */ group) => entry(database, group, { act, decisions, tried: tried ?? 0 });
  const conflicts = await disputes(database, user, act);
  const photos = await photosSection(database, act);
  return [
    ...conflicts,
    await section(_("Needs attention"), "late", "problems", stuck, show),
    waits.length ? await section(_("Waiting on this laptop"), "soon", "waiting", waits, show) : photos ? "" : nothing(),
    photos,
    await refused(old, decisions),
    await section(_("Discarded"), "", "discarded", thrown, (group) => discardedEntry(database, group, act)),
    gone.length ? card(_("Sent"), null, sent(gone.slice(0, SHOWN))) : "",
  ];
}

/** One entry for each thing the rep did, oldest first; what was noted beside it is none. @param {any[]} items @returns {Group[]} */
function grouped(items) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const item of items.filter((each) => each.group_kind !== MARK)) {
    const key = `${item.group}:${item.group_kind}`;
    /** @type {Group} */
    const group = groups.get(key) ?? { id: item.group, kind: item.group_kind, items: [], name: "" };
    group.name ||= item.title;
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * @param {string} title @param {"late" | "soon" | ""} tone @param {string} id @param {Group[]} groups
 * @param {(group: Group) => Promise<HTMLElement>} show
 */
async function section(title, tone, id, groups, show) {
  if (!groups.length) return "";
  return card(
    title,
    chip(String(groups.length), tone),
    h("ul", { class: "touch-list", id }, ...(await Promise.all(groups.map(show)))),
  );
}

/** What was sent: one line each, leading to it. @param {Group[]} groups */
function sent(groups) {
  const items = groups.map((group) => {
    const { shown } = pagesOf(group);
    const when = _("Sent %(time)s", { time: time(group.items.at(-1).sent_at) });
    return shown
      ? row(shown, titleOf(group), when, icon("chevron-right"))
      : h(
          "li",
          { class: "touch-row" },
          h(
            "span",
            { class: "touch-main" },
            h("span", { class: "touch-title" }, titleOf(group)),
            h("span", { class: "touch-below" }, when),
          ),
        );
  });
  return h("ul", { class: "touch-list", id: "sent" }, ...items);
}

/** What a manager discarded, with his reason. @param {any[]} old @param {import("../types").Shown[]} decisions */
async function refused(old, decisions) {
  const groups = grouped(old.filter((item) => item.state === "refused")).reverse();
  const items = groups.map((group) => {
    const ids = new Set(group.items.map((item) => item.op_id));
    const decision = decisions.find((each) => ids.has(each.op_id) && each.outcome === "discarded");
    const name = decision?.decided_by_name ?? _("Somebody");
    const why = decision?.reason
      ? _("%(name)s discarded it: %(reason)s", { name, reason: decision.reason })
      : _("%(name)s discarded it.", { name });
    return h(
      "li",
      { class: "touch-row" },
      h(
        "span",
        { class: "touch-main" },
        h("span", { class: "touch-title" }, titleOf(group)),
        h("span", { class: "touch-below" }, why),
      ),
    );
  });
  return items.length
    ? card(
        _("Discarded by your manager"),
        chip(String(items.length)),
        h("ul", { class: "touch-list", id: "refused" }, ...items),
      )
    : "";
}

const nothing = () =>
  card(
    _("Waiting on this laptop"),
    null,
    empty("checks", _("Nothing waits"), _("What you save is kept on this laptop first and goes out by itself.")),
  );

/** Paint anew without closing what was opened or taking the keyboard away. @param {HTMLElement} place @param {() => void} paint */
function keepPlace(place, paint) {
  const opened = [...place.querySelectorAll("details[open]")].map((each) => each.id);
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : "";
  paint();
  for (const id of opened) place.querySelector(`[id="${id}"]`)?.setAttribute("open", "");
  if (focused) /** @type {HTMLElement | null} */ (place.querySelector(`[id="${focused}"]`))?.focus();
}
