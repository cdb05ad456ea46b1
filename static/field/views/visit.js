/** One visit as it was noted, where it stands, and what was said about it afterwards. */

import { card, chip, h, head } from "../dom.js";
import { newId } from "../ids.js";
import { loadCatalogue } from "../market.js";
import { MARK, save } from "../outbox.js";
import { button, commentItem } from "../parts.js";
import { Pictures } from "../pictures.js";
import { readMarks } from "../plan.js";
import { list, read } from "../records.js";
import { missing } from "../router.js";
import { whereItStands } from "../standing.js";
import { _, date, number, time } from "../words.js";
import { photosCard } from "./photos.js";
import { surveyCard } from "./surveys.js";
import { activityCard } from "./competitors.js";
import { hold } from "../worker.js";

/** @param {import("../router.js").Context} context @param {string} id @returns {Promise<import("../router.js").Page>} */
export async function visit(context, id) {
  const { database } = context;
  const [above, left, right] = [
    h("div", { class: "stack" }),
    h("div", { class: "stack" }),
    h("div", { class: "stack" }),
  ];
  let about = "";
  const talk = talkPart(context, id, () => about);
  const pictures = new Pictures(database);
  const columns = h("div", { class: "split" }, h("div", { class: "stack" }, left, talk.element), right);
  const element = h("div", { class: "stack" }, above, columns);
  const refresh = async () => {
    const found = await read(database, "visit", id);
    if (!found) return element.replaceChildren(missing().element);
    const own = (/** @type {any} */ each) => each.visit_id === id;
    const [account, contacts, catalogue, usages, potentials, comments, activities, answered, [arrival], shots] = await Promise.all([
      read(database, "account", found.account_id ?? ""),
      list(database, "contact", found.account_id ?? ""),
      loadCatalogue(database),
      list(database, "brand_usage", found.account_id ?? ""),
      list(database, "potential", found.account_id ?? ""),
      list(database, "comment", id),
      list(database, "competitor_activity", found.account_id ?? ""),
      list(database, "survey_response", found.account_id ?? ""),
      list(database, "check_in", id),
      list(database, "attachment", id),
    ]);
    about = account?.name ?? "";
    const where = await whereItStands(database, { id, kind: "visit" }, `#/visits/${id}/edit`);
    above.replaceChildren(headOf(found, account, where, context.user.id, arrival), ...where.problems);
    const rivals = activityCard(activities.filter(own), catalogue.brands, `#/visits/${id}/activity`, context.user.id);
    const surveys = await Promise.all(answered.filter(own).map((each) => surveyCard(database, each, shots, pictures)));
    left.replaceChildren(said(found), await photosCard(database, shots, answered.filter(own), pictures), rivals, ...surveys);
    right.replaceChildren(
      people(found, contacts) ?? "",
      used(catalogue, usages.filter(own), potentials.filter(own)) ?? "",
    );
    talk.show(comments);
    return noteSeen(context, id, comments, about).catch(() => undefined); // a full disk is told where something is typed
  };
  await refresh();
  return { element, title: _("Visit"), refresh, leave: () => (hold("form", false), pictures.close()) };
}

/** @param {any} found @param {any} account @param {any} where @param {string} me @param {any} arrival */
function headOf(found, account, where, me, arrival) {
  const what = found.kind === "call" ? _("Call") : _("Visit");
  const when =
    found.status === "planned" ? _("planned for %(date)s", { date: date(found.planned_on) }) : time(found.happened_at);
  const name = account ? h("a", { href: `#/accounts/${account.id}` }, account.name) : _("Account");
  const own = !found.user_id || found.user_id === me;
  const edit =
    own &&
    button(
      `#/visits/${found.id}/edit`,
      found.status === "planned" ? _("Start visit") : _("Edit"),
      found.status === "planned" ? "" : "edit",
      found.status === "planned" ? "touch btn-primary" : "touch",
    );
  const state = where.known && h("span", { id: "standing" }, chip(where.text, where.tone));
  const by = !own && found.user_name;
  const here = arrival && h("span", { id: "arrival" }, ` · ${_("Checked in %(time)s", { time: time(arrival.checked_in_at) })}`);
  return head(
    /** @type {any} */ (h("span", null, name)),
    h("span", { class: "row" }, `${what} · ${when}`, by && h("span", null, ` · ${by}`), here, state),
    edit || "",
    found.status === "completed" && found.account_id ? button(`#/visits/${found.id}/minutes`, _("Minutes"), "file-text", "touch") : "",
    own && found.status === "planned" ? button(`#/visits/${found.id}/plan`, _("Change"), "calendar-event", "touch") : "",
  );
}

/** @param {any} found */
function said(found) {
  const next =
    (found.next_steps || found.next_step_on) &&
    h(
      "div",
      { class: "next-steps" },
      h(
        "h3",
        null,
        _("Next steps"),
        found.next_step_on &&
          h("span", { class: "muted small" }, " ", _("by %(date)s", { date: date(found.next_step_on) })),
      ),
      h("p", { class: "prose" }, found.next_steps ?? ""),
    );
  return card(
    _("What was said"),
    null,
    h("div", { class: "body stack" }, h("p", { class: "prose" }, found.summary ?? _("No summary.")), next),
  );
}

/** @param {any} found @param {any[]} contacts */
function people(found, contacts) {
  const byId = new Map(contacts.map((contact) => [contact.id, contact]));
  const names = (found.participants ?? []).map((/** @type {string} */ id) => byId.get(id)).filter(Boolean);
  if (!names.length) return null;
  return card(
    _("Who was there"),
    null,
    h(
      "ul",
      { class: "touch-list" },
      ...names.map((/** @type {any} */ contact) =>
        h(
          "li",
          { class: "touch-row" },
          h(
            "span",
            { class: "touch-main" },
            h("span", { class: "touch-title" }, contact.name),
            h("span", { class: "touch-below" }, contact.position ?? ""),
          ),
        ),
      ),
    ),
  );
}

/** @param {any} catalogue @param {any[]} usages @param {any[]} potentials */
function used(catalogue, usages, potentials) {
  if (!usages.length && !potentials.length) return null;
  const parts = catalogue.groups.flatMap((/** @type {any} */ group) => {
    const total = potentials.find((each) => each.product_group_id === group.id);
    const rows = catalogue.brands.flatMap((/** @type {any} */ brand) => {
      const found = usages.find((each) => each.product_group_id === group.id && each.brand_id === brand.id);
      return found
        ? [
            h(
              "li",
              { class: brand.ours ? "use use-ours" : "use" },
              h("span", null, brand.name),
              h("span", { class: "num" }, number(found.quantity)),
            ),
          ]
        : [];
    });
    if (total)
      rows.push(
        h(
          "li",
          { class: "use use-total" },
          h("span", null, _("All brands together")),
          h("span", { class: "num" }, number(total.quantity)),
        ),
      );
    return rows.length
      ? [
          h(
            "section",
            { class: "body" },
            h(
              "h3",
              null,
              group.name,
              " ",
              h("span", { class: "muted small" }, _("%(unit)s a year", { unit: group.base_unit })),
            ),
            h("ul", { class: "uses" }, ...rows),
          ),
        ]
      : [];
  });
  return card(_("What they use"), null, ...parts);
}

/** Comments and the answer to them. The field is built once: what is being typed outlives what comes in. */
function talkPart(
  /** @type {import("../router.js").Context} */ { database, sync, user },
  /** @type {string} */ id,
  /** @type {() => string} */ about,
) {
  const items = h("ul", { class: "talk", id: "talk" });
  const text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", {
      class: "form-control",
      id: "answer",
      rows: 2,
      maxlength: 5000,
      placeholder: _("Write an answer"),
      "aria-label": _("Write an answer"),
      oninput: () => hold("form", Boolean(text.value)),
    })
  );
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    const change = { kind: "comment", id: newId(), action: /** @type {const} */ ("create") };
    const patch = { visit_id: id, text: text.value.trim() };
    try {
      await save(database, { id, kind: "comment", about: about() }, [{ ...change, patch }]);
    } catch {
      said.textContent = _("Not saved: this laptop has no space left. Free some, then save again.");
      return undefined;
    }
    said.textContent = "";
    text.value = "";
    hold("form", false);
    return sync.saved();
  };
  const said = h("p", { class: "error", role: "status" });
  const form = h(
    "form",
    { class: "answer", onsubmit: send },
    text,
    said,
    h("button", { class: "btn btn-primary touch", type: "submit", id: "send-answer" }, _("Answer")),
  );
  const element = card(_("Comments"), null, h("div", { class: "body stack" }, items, form));
  const show = (/** @type {any[]} */ comments) => {
    const none = h("li", { class: "muted" }, _("Nobody has commented yet."));
    items.replaceChildren(...(comments.length ? comments.map((comment) => commentItem(comment, user.id)) : [none]));
  };
  return { element, show };
}

/**
 * Remember up to where this was read, here and for the rep's other browsers: by the newest comment's own time, which is
 * the server's.
 * @param {import("../router.js").Context} context @param {string} id @param {any[]} comments @param {string} about
 */
async function noteSeen({ database, sync, user }, id, comments, about) {
  const others = comments.filter((comment) => comment.user_id && comment.user_id !== user.id);
  const newest = others.map((comment) => comment.created_at).sort().at(-1);
  if (!newest || newest <= ((await readMarks(database)).get(id) ?? "")) return;
  const mark = { kind: "visit_read", id, action: /** @type {const} */ ("patch"), patch: { read_at: newest } };
  await save(database, { id, kind: MARK, about }, [mark]);
  sync.saved();
}
