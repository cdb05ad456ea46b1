/** Sales: what may come of visits. */

import { h, head } from "../dom.js";
import { _ } from "../words.js";
import { leadsCard } from "./leads.js";
import { orderDraftsCard } from "./order_draft.js";
import { quotesCard } from "./quote.js";

/** @param {import("../router.js").Context} context @returns {Promise<import("../router.js").Page>} */
export async function sales({ database }) {
  const element = h("div", { class: "stack" });
  const refresh = async () => {
    element.replaceChildren(head(_("Sales"), ""), await orderDraftsCard(database), await quotesCard(database), await leadsCard(database));
  };
  await refresh();
  return { element, title: _("Sales"), refresh };
}
