"""Stock and prices: the list, and one product with its warehouses and the making of its price."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, g

from models.access import Permission
from models.errors import N_
from models.price import price_products
from models.pricing import DealerPrice
from models.product import get_product
from models.product_tree import GroupTree, load_groups
from models.stock import StockFilter, StockRow, list_levels, list_standards, list_stock
from portal.stock.past_order import named_order, not_sold_any_more, ordered_products
from portal.web import db, export
from portal.web.export import Column
from portal.web.language import gettext as _
from portal.web.lists import Filter, Listing, ListState
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("stock", __name__, url_prefix="/stock")

LISTING = Listing(
    sorts=("code", "name", "stock"),
    default_sort="code",
    filters=(
        Filter("group", N_("Product group")),
        Filter("standard", N_("Standard")),
        Filter("order", N_("Order")),
        Filter("available", N_("Availability"), (("yes", N_("In stock")),)),
    ),
)
Prices = dict[UUID, DealerPrice]


@bp.get("")
@requires(Permission.SEE_STOCK)
def index() -> Response:
    """Products by code, with their stock and what they cost."""
    groups, order = load_groups(db), named_order()
    state = LISTING.read(
        order=[(str(order.id), order.number)] if order else (),
        group=[(str(node.id), "\N{EM SPACE}" * node.depth + node.name) for node in groups.walk()],
        standard=[(standard, standard) for standard in list_standards(db)],
    )
    ordered = ordered_products(order)
    wanted = replace(stock_filter(state, groups), product_ids=ordered.keys() if order else None)
    if export.wanted():
        rows = list_stock(db, wanted)
        return export.send(_("stock"), columns(groups, prices_of(rows, groups)), rows)
    rows = list_stock(db, replace(wanted, limit=state.limit, offset=state.offset))
    page = state.page(rows)
    prices = prices_of(page.rows, groups)
    return render(
        "stock/index.html",
        partial="stock/_table.html",
        page=page,
        shown=[(row, prices.get(row.product_id)) for row in page.rows],
        single=single_currency(prices),
        day=today(),
        ordered=ordered,
        gone=not_sold_any_more(order),
        **who(),
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_STOCK)
def show(id: UUID) -> Response:
    """One product: how much lies where, and how its price comes about."""
    product, groups = get_product(db, id), load_groups(db)
    price = price_products(db, groups, {id: product.product_group_id}, g.principal.dealer_id, today()).get(id)
    return render(
        "stock/show.html",
        partial={"panel": "stock/_panel.html"},
        product=product,
        levels=list_levels(db, id),
        lineage=[groups.name(group) for group in reversed(groups.lineage(product.product_group_id))],
        price=price if g.principal.may(Permission.SEE_PRICES) else None,
        day=today(),
        **who(),
    )


def who() -> dict[str, bool]:
    """What the reader is shown: prices at all, and whether they are his own."""
    return {"priced": g.principal.may(Permission.SEE_PRICES), "mine": g.principal.dealer_id is not None}


def stock_filter(state: ListState, groups: GroupTree) -> StockFilter:
    """The products that the address asks for, all of them."""
    group = state.chosen.get("group")
    return StockFilter(
        q=state.q,
        group_ids=groups.subtree(UUID(group)) if group else None,
        standard=state.chosen.get("standard"),
        in_stock="available" in state.chosen,
        sort=state.sort_key,
        descending=state.descending,
    )


def prices_of(rows: Sequence[StockRow], groups: GroupTree) -> Prices:
    """What the listed products cost the reader today; nothing for who may not see prices."""
    if not g.principal.may(Permission.SEE_PRICES):
        return {}
    return price_products(db, groups, {row.product_id: row.group_id for row in rows}, g.principal.dealer_id, today())


def single_currency(prices: Prices) -> str | None:
    """The currency of all these prices, None where there are several."""
    found = {each.currency for price in prices.values() for each in (price, price.open_price) if each}
    return found.pop() if len(found) == 1 else None


def columns(groups: GroupTree, prices: Prices) -> list[Column]:
    """What a file of products holds; prices only for who may see them."""
    shown = [
        Column(_("Code"), lambda row: row.code),
        Column(_("Name"), lambda row: row.name),
        Column(_("Product group"), lambda row: groups.name(row.group_id)),
        Column(_("Standard"), lambda row: row.standard),
        Column(_("Unit"), lambda row: row.unit),
        Column(_("Pack"), lambda row: row.pack_size),
        Column(_("Stock"), lambda row: row.quantity),
        Column(_("As of"), lambda row: row.as_of),
        Column(_("Source"), lambda row: row.source),
        Column(_("Expected"), lambda row: row.expected_quantity),
        Column(_("Expected on"), lambda row: row.expected_on),
    ]
    return shown + price_columns(prices) if g.principal.may(Permission.SEE_PRICES) else shown


def price_columns(prices: Prices) -> list[Column]:
    """The columns of a price: the reader's own where he is a dealer, and the list price."""

    def of(row: StockRow) -> DealerPrice | None:
        return prices.get(row.product_id)

    listed = [
        Column(_("List price"), lambda row: (p := of(row)) and p.open_price and p.open_price.price),
        Column(_("Currency"), lambda row: (p := of(row)) and p.currency),
    ]
    if g.principal.dealer_id is None:
        return listed
    return [
        Column(_("My price"), lambda row: (p := of(row)) and p.price),
        Column(_("Discount, %%"), lambda row: (p := of(row)) and p.discount and p.discount.percent),
        *listed,
    ]
