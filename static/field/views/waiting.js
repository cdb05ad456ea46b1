/** Waiting and sent: what is on its way, what needs a person, what has arrived. */

import { card, chip, empty, h, head, icon } from "../dom.js";
import { row } from "../parts.js";
import { list, settled, unsettled } from "../records.js";
import { inWords } from "../status.js";
import { _, number, time } from "../words.js";
import { offlineReady } from "../worker.js";

const KINDS = () => ({ visit: _("Visit"), account: _("Account"), comment: _("Comment"), contact: _("Person") });

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function waiting({ database, sync }) {
  const line = h("p", { role: "status" });
  const now = h(
    "button",
    { class: "btn touch", type: "button", id: "send-now", onclick: () => sync.now() },
    icon("refresh"),
    _("Send now"),
  );
  const lists = h("div", { class: "stack" });
  const element = h("div", { class: "stack" }, head(_("Waiting and sent"), line, now), lists);
  const refresh = async () => {
    const [open, sent, status, accounts] = await Promise.all([
      unsettled(database),
      settled(database),
      sync.status(),
      list(database, "account"),
    ]);
    const names = new Map(accounts.map((account) => [account.id, account.name]));
    const { text, detail } = inWords(status);
    line.textContent = [text, detail].filter(Boolean).join(" · ");
    const groups = (/** @type {any[]} */ items) => grouped(items, names);
    const stuck = groups(open.filter((item) => item.state === "stuck"));
    const waits = groups(open.filter((item) => item.state === "waiting"));
    const gone = groups([
      ...open.filter((item) => item.state === "sent"),
      ...sent.filter((item) => item.sent_at),
    ]).reverse();
    lists.replaceChildren(
      stuck.length
        ? card(_("Needs attention"), chip(String(stuck.length), "late"), listed("problems", stuck, problem))
        : "",
      card(
        _("Waiting on this laptop"),
        waits.length ? chip(String(waits.length), "soon") : null,
        waits.length ? listed("waiting", waits, saved) : nothing(),
      ),
      gone.length ? card(_("Sent"), null, listed("sent", gone.slice(0, 50), arrived)) : "",
      keeping(status),
    );
  };
  await refresh();
  const listener = () => refresh();
  sync.addEventListener("state", listener);
  return { element, title: _("Waiting and sent"), refresh, leave: () => sync.removeEventListener("state", listener) };
}

/** One entry for each thing the rep did, oldest first. @param {any[]} items @param {Map<string, string>} names */
function grouped(items, names) {
  /** @type {Map<string, any>} */
  const groups = new Map();
  for (const item of items) {
    const id = `${item.group}:${item.group_kind}`;
    const group = groups.get(id) ?? { id: item.group, kind: item.group_kind, items: [], name: "" };
    const account = item.body.patch.account_id ?? (item.kind === "account" ? item.body.id : "");
    group.name ||= names.get(account) ?? (item.kind === "account" ? item.body.patch.name : item.body.patch.text) ?? "";
    group.items.push(item);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** @param {string} id @param {any[]} groups @param {(group: any) => any} below */
function listed(id, groups, below) {
  const kinds = KINDS();
  const items = groups.map((group) => {
    const kind = kinds[/** @type {keyof typeof kinds} */ (group.kind)] ?? _("Change");
    const href = group.kind === "account" ? `#/accounts/${group.id}` : `#/visits/${group.id}`;
    return row(href, [kind, group.name].filter(Boolean).join(" · "), below(group), icon("chevron-right"));
  });
  return h("ul", { class: "touch-list", id }, ...items);
}

/** @param {any} group */
const saved = (group) => _("Saved on this laptop %(time)s", { time: time(group.items[0].saved_at) });

/** @param {any} group */
const arrived = (group) => _("Sent %(time)s", { time: time(group.items.at(-1).sent_at) });

/** @param {any} group */
function problem(group) {
  const [first] = group.items;
  return first.message
    ? _(first.message.text, first.message.params)
    : _("The server could not take this in. It is kept and will be looked at.");
}

const nothing = () =>
  empty("checks", _("Nothing waits"), _("What you save is kept on this laptop first and goes out by itself."));

/** How safely the browser keeps all this. @param {any} status */
function keeping(status) {
  const words =
    status.kept === null
      ? _("The browser is asked to keep your work for good after the first save.")
      : status.kept
        ? _("The browser promised to keep this until you delete it.")
        : _("The browser may clear this away when the disk is full. Installing the app prevents that.");
  const space = h("p", { class: "muted small", id: "space" });
  navigator.storage?.estimate?.().then(({ quota, usage }) => {
    space.textContent = _("Used %(used)s MB of %(quota)s MB", {
      used: number(Math.ceil((usage ?? 0) / 1e6)),
      quota: number(Math.floor((quota ?? 0) / 1e6)),
    });
  });
  const opens = h("p", { id: "opens" });
  offlineReady().then((ready) => {
    opens.textContent = ready
      ? _("The app opens here without a network.")
      : _("The app is not kept here yet, so it opens only with a network.");
  });
  return card(_("This laptop"), null, h("div", { class: "body" }, opens, h("p", null, words), space));
}
