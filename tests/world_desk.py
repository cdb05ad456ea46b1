"""The cast's catalogue, prices, stock, orders, leads, and what jobs leave behind."""

from __future__ import annotations

from models.importing.history import ImportProgress, ImportRun
from models.importing.upload import ImportPiece
from models.job_run import JobRun
from models.lead import Lead, LeadCandidate, LeadContact, LeadOffer
from models.letterhead import THE_ONE, Letterhead
from models.order import Order, OrderLine, OrderStatus, Shipment, ShipmentLine
from models.outbox import OutboxMail
from models.price import Discount, PriceList, PriceListEntry
from models.product import Brand, Product, ProductCost
from models.stock import StockLevel, Warehouse
from tests.world import (
    BOGAZ,
    BOGAZ_FIELD,
    EVERYBODY,
    HQ,
    INTERNAL,
    KORDON,
    KORDON_FIELD,
    NOON,
    TODAY,
    Audience,
    Place,
    Row,
    amount,
    days,
    ident,
)


def rows() -> list[Row]:
    """The catalogue first, then what is bought and asked for."""
    made = [*_catalogue(), *_prices()]
    for dealer, territory, region, audience in (
        ("kordon", "izmir", "ege", KORDON),
        ("bogaz", "istanbul", "marmara", BOGAZ),
    ):
        place = {
            "dealer_id": ident(f"dealer.{dealer}"),
            "territory_id": ident(f"territory.{territory}"),
            "region_id": ident(f"region.{region}"),
        }
        made += [*_order(dealer, place, audience), *_lead(dealer, place, audience)]
    return [*made, *_left_by_jobs()]


def _catalogue() -> list[Row]:
    brands = [("ours", "Anka", True), ("rival", "Rakip", False), ("other", "Öteki", False)]
    product = Product(
        id=ident("product.e7018"),
        code="E7018-325",
        name="Bazik elektrod E7018 3,25 mm",
        product_group_id=ident("group.basic"),
        brand_id=ident("brand.ours"),
        standard="EN ISO 2560-A: E 42 4 B 32 H5",
        unit="box",
        pack_size=amount("4"),
        base_quantity=amount("5"),
    )
    return [
        *(
            (Brand(id=ident(f"brand.{code}"), code=code, name=name, ours=ours), EVERYBODY)
            for code, name, ours in brands
        ),
        (product, EVERYBODY),
        (ProductCost(id=product.id, cost=amount("310"), currency="TRY"), HQ),
        (Warehouse(id=ident("warehouse.gebze"), code="gebze", name="Gebze"), EVERYBODY),
        (
            StockLevel(
                id=ident("stock.e7018"),
                warehouse_id=ident("warehouse.gebze"),
                product_id=product.id,
                quantity=amount("84"),
                expected_quantity=amount("200"),
                expected_on=TODAY + days(9),
                as_of=NOON,
                source="erp",
            ),
            EVERYBODY,
        ),
    ]


def _prices() -> list[Row]:
    made: list[Row] = []
    for code, dealer, price, audience in (
        ("open", None, "520", EVERYBODY),
        ("kordon", "kordon", "495", INTERNAL | KORDON),
        ("bogaz", "bogaz", "505", INTERNAL | BOGAZ),
    ):
        price_list = PriceList(
            id=ident(f"price_list.{code}"),
            code=code,
            name=code,
            currency="TRY",
            dealer_id=dealer and ident(f"dealer.{dealer}"),
        )
        entry = PriceListEntry(
            id=ident(f"entry.{code}"),
            price_list_id=price_list.id,
            product_id=ident("product.e7018"),
            price=amount(price),
            valid_from=TODAY - days(60),
        )
        made += [(price_list, audience), (entry, audience)]
    for dealer, audience in (("kordon", KORDON), ("bogaz", BOGAZ)):
        discount = Discount(
            id=ident(f"discount.{dealer}"),
            dealer_id=ident(f"dealer.{dealer}"),
            product_group_id=ident("group.consumables"),
            percent=amount("8"),
            valid_from=TODAY - days(60),
        )
        made.append((discount, audience))
    return made


def _order(dealer: str, place: Place, audience: Audience) -> list[Row]:
    own: Place = {"order_id": ident(f"order.{dealer}"), "dealer_id": place["dealer_id"]}
    order = Order(
        id=own["order_id"],
        number=f"S-{dealer}-1",
        status="shipped",
        placed_at=NOON - days(6),
        currency="TRY",
        amount=amount("18216"),
        line_count=1,
        source="erp",
        **place,
    )
    line = OrderLine(
        id=ident(f"order_line.{dealer}"),
        position=1,
        product_id=ident("product.e7018"),
        quantity=amount("40"),
        confirmed_quantity=amount("40"),
        shipped_quantity=amount("24"),
        price=amount("495"),
        discount_percent=amount("8"),
        amount=amount("18216"),
        **own,
    )
    status = OrderStatus(id=ident(f"status.{dealer}"), status="placed", happened_at=NOON - days(6), **own)
    shipment = Shipment(
        id=ident(f"shipment.{dealer}"), number=f"IRS-{dealer}", shipped_at=NOON - days(2), carrier="Aras", **own
    )
    shipped = ShipmentLine(
        id=ident(f"shipment_line.{dealer}"),
        shipment_id=shipment.id,
        order_line_id=line.id,
        dealer_id=place["dealer_id"],
        quantity=amount("24"),
    )
    return [(row, audience) for row in (order, line, status, shipment, shipped)]


def _lead(dealer: str, place: Place, audience: Audience) -> list[Row]:
    lead = Lead(
        id=ident(f"lead.{dealer}"),
        number=f"L-{dealer}",
        status="offered",
        source="web",
        town="Bornova",
        province_id=ident("province.TR-35"),
        product_group_id=ident("group.basic"),
        wanted="Gemi onarımı için bazik elektrod",
        quantity=amount("1200"),
        unit="kg",
        received_at=NOON - days(1),
        offered_at=NOON - days(1),
        answer_due_at=NOON + days(1),
        **place,
    )
    area = {name: value for name, value in place.items() if name != "dealer_id"}
    contact = LeadContact(
        id=lead.id, company="Gizli Tersane A.Ş.", person="Rıza Usta", phone="+90 232 000 0000", **area
    )
    offer = LeadOffer(
        id=ident(f"offer.{dealer}"),
        lead_id=lead.id,
        status="offered",
        offered_at=NOON - days(1),
        reason={"rule": "nearest", "distance_km": 4.2, "candidates": 1, "group": "Basic electrodes"},
        **place,
    )
    candidate = LeadCandidate(
        id=ident(f"candidate.{dealer}"),
        lead_offer_id=offer.id,
        position=1,
        dealer_id=place["dealer_id"],
        dealer_name=dealer,
        distance_km=4.2,
    )
    field = KORDON_FIELD if dealer == "kordon" else BOGAZ_FIELD
    return [(lead, audience), (contact, field), (offer, audience), (candidate, audience)]


def _left_by_jobs() -> list[Row]:
    run = JobRun(id=ident("job_run"), name="housekeeping", status="succeeded", trigger="schedule", requested_at=NOON)
    mail = OutboxMail(
        id=ident("mail"),
        idempotency_key="test",
        message="lead_offered",
        recipient="dealer2@example.com",
        locale="tr",
        subject="Yeni talep",
        body_text="…",
        body_html="<p>…</p>",
    )
    letterhead = Letterhead(id=THE_ONE, name="Anka Kaynak Sanayi A.Ş.", registration="Gebze V.D. 123 456 7890")
    return [(run, HQ), (mail, HQ), (letterhead, EVERYBODY), *_brought()]


def _brought() -> list[Row]:
    run = ImportRun(
        id=ident("import_run"),
        kind="stock",
        file_name="stok.csv",
        sha256="0" * 64,
        size=29,
        mapping={"name": "stock", "kind": "stock"},
        ended_at=NOON,
    )
    piece = ImportPiece(id=ident("piece"), import_run_id=run.id, position=0, content=b"Stok Kodu;Depo;Miktar;Tarih\nx")
    progress = ImportProgress(id=run.id, phase="reading", done=1, total=2)
    return [(run, HQ), (piece, HQ), (progress, HQ)]
