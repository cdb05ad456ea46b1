"""The words for what the checks in `sql/*.sql` find. The places are filled from the columns of their queries."""

from models.errors import N_

_TIMES = N_("is %(times)s times the known %(known)s (of %(compared)s values compared, half are above %(median)s times)")

REASONS: dict[str, str] = {
    "unknown_dealer": N_("no dealer is known by this key"),
    "unknown_product": N_("no product is known by this key"),
    "unknown_name": N_("no product is known by this name"),
    "unknown_status": N_("is no status of an order"),
    "unknown_account_type": N_("is neither customer nor prospect"),
    "unknown_territory": N_("no territory is known by this name; to add it, its region is needed too"),
    "unknown_group": N_("no product group is known by this code or name"),
    "unknown_brand": N_("no brand is known by this code or name"),
    "unknown_price_list": N_("no price list is known by this code"),
    "unknown_warehouse": N_("no warehouse is known by this code or name"),
    "unknown_account": N_("no account is known by this key, tax number or name"),
    "several_accounts": N_("%(number)s accounts have this name: give a key or a tax number"),
    "same_account": N_("the road leads back to the same account"),
    "several_territories": N_("%(number)s territories have this name: name the region too, or use the code"),
    "several_groups": N_("%(number)s product groups have this name: name the parent group too, or use the code"),
    "several_names": N_("%(number)s products have this name"),
    "no_key": N_("a key or a code is needed"),
    "no_code": N_("a new product needs a code"),
    "no_group": N_("a new product needs a product group"),
    "no_unit": N_("a new product needs a unit"),
    "no_base_unit": N_("a new product group needs a base unit"),
    "no_cost_currency": N_("a cost needs its currency"),
    "no_territory": N_("a new record needs a territory, or a province that lies in one"),
    "not_on_earth": N_("latitude and longitude (%(longitude)s) are no place on earth"),
    "not_positive": N_("must be more than 0"),
    "in_the_future": N_("lies in the future"),
    "key_and_code": N_("the key %(key)s is known for code %(known)s"),
    "key_and_name": N_("the key %(key)s is known for %(known)s"),
    "code_taken": N_("this code already belongs to %(known)s: give the code, or make the key known first"),
    "same_record": N_("means the same record as line %(other_line)s"),
    "two_contents": N_("the same record has %(other)s on line %(other_line)s"),
    "two_branches": N_("the same branch has %(other)s on line %(other_line)s"),
    "two_heads": N_("order %(number)s says %(other)s on line %(other_line)s"),
    "two_lines": N_("order %(number)s has this line number on line %(other_line)s already"),
    "two_prices": N_("the same product has %(other)s from the same day on line %(other_line)s"),
    "two_levels": N_("the same product has %(other)s in the same warehouse on line %(other_line)s"),
    "ends_before": N_("is before the first day %(valid_from)s"),
    "other_currency": N_("the price list %(price_list)s is kept in %(known)s"),
    "other_dealers_list": N_("the price list %(price_list)s belongs to somebody else"),
    "other_dealer": N_("this order is known of dealer %(known)s, and the file says dealer %(dealer)s"),
    "line_amount": N_("is not %(quantity)s × %(price)s less %(discount_percent)s %%, which is %(expected)s"),
    "order_amount": N_("the %(line_count)s lines of order %(number)s add up to %(expected)s"),
    "fewer_lines": N_("%(known)s lines of this order are known, and the file has only %(lines)s"),
    "price_scale": _TIMES,
    "stock_scale": _TIMES,
    "no_fractions": N_("none of %(prices)s prices has decimals, but %(fractions)s of %(entries)s known ones have"),
    "older": N_("is older than what is known, as of %(known)s"),
}

DOUBTS: dict[str, str] = {
    "price_scale": N_("Prices far from the known ones"),
    "stock_scale": N_("Stock far from the known one"),
    "no_fractions": N_("Prices without decimals"),
    "older": N_("Stock older than the known one"),
    "fewer_lines": N_("Orders with fewer lines than known"),
}
"""Short names of what a person may agree to load nevertheless."""
