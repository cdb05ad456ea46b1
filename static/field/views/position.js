/** Consent to the position at check-in: what it means, given and withdrawn. */

import { agree, consentOf, withdraw } from "../checkin.js";
import { card, h, head, icon } from "../dom.js";
import { standingChip } from "../parts.js";
import { _, time } from "../words.js";

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function position(context) {
  const element = h("div", { class: "stack" });
  const refresh = async () => {
    const consent = await consentOf(context.database);
    const act = consent ? () => withdraw(context, consent) : () => agree(context);
    const press = async () => {
      await act();
      await refresh();
    };
    const button = consent
      ? h("button", { class: "btn touch", type: "button", id: "withdraw", onclick: press }, icon("ban"), _("Withdraw"))
      : h("button", { class: "btn btn-primary touch", type: "button", id: "agree", onclick: press }, icon("check"), _("I agree"));
    const state = consent ? _("You agreed on %(time)s.", { time: time(consent.given_at) }) : _("You have not agreed: check-ins keep the time alone.");
    element.replaceChildren(
      head(_("Position at check-in"), ""),
      card(
        _("What it means"),
        consent?.pending.length ? standingChip(consent.pending) : null,
        h(
          "div",
          { class: "body stack" },
          h("p", null, _("Only when you press “Check in”, and at no other time, this laptop asks where it is. It rounds that to about a hundred metres before it keeps or sends it.")),
          h("p", null, _("Your manager and head office see it with the visit. It is forgotten after ninety days, and all of it at once when you withdraw.")),
          h("p", { id: "consent" }, h("strong", null, state)),
          h("div", { class: "row" }, button),
        ),
      ),
    );
  };
  await refresh();
  return { element, title: _("Position at check-in"), refresh };
}
