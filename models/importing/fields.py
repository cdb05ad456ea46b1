"""What can be imported: the kinds, their fields, and the column names by which a field is recognised."""

from dataclasses import dataclass
from enum import StrEnum

from models.errors import N_


class Kind(StrEnum):
    """What a file holds."""

    DEALERS = "dealers"
    PRODUCTS = "products"
    PRICES = "prices"
    STOCK = "stock"
    ORDERS = "orders"
    LEADS = "leads"
    ACCOUNTS = "accounts"
    ROADS = "roads"


class FieldType(StrEnum):
    """How the cells of a field are understood."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    FLAG = "flag"
    CURRENCY = "currency"


@dataclass(frozen=True)
class Field:
    """One field of a kind. `names` are the headings that mean it, besides `label`.

    `digits` is how many are kept of a number, `scale` how many of them are decimals, `minimum` the least value allowed.
    """

    name: str
    label: str
    names: tuple[str, ...] = ()
    type: FieldType = FieldType.TEXT
    required: bool = False
    scale: int = 3
    digits: int = 16
    minimum: int | None = None


def _text(name: str, label: str, *names: str, required: bool = False) -> Field:
    return Field(name, label, names, required=required)


def _number(
    name: str, label: str, *names: str, required: bool = False, scale: int = 3, minimum: int | None = None
) -> Field:
    return Field(name, label, names, FieldType.NUMBER, required, scale, minimum=minimum)


def _date(name: str, label: str, *names: str, required: bool = False) -> Field:
    return Field(name, label, names, FieldType.DATE, required)


def _moment(name: str, label: str, *names: str, required: bool = False) -> Field:
    return Field(name, label, names, FieldType.MOMENT, required)


_KEY = _text("key", N_("Key"), "Anahtar", "Chiave", "Id")
_TAX = _text("tax_number", N_("Tax number"), "Vergi No", "Vergi Numarası", "VKN", "Partita IVA")
_PLACE = (
    _text("address", N_("Address"), "Adres", "Indirizzo"),
    _text("town", N_("Town"), "İlçe", "City", "Città", "Comune"),
    _text("province", N_("Province"), "İl", "Şehir", "State", "Provincia"),
    _text("country", N_("Country"), "Ülke", "Paese"),
    Field("latitude", N_("Latitude"), ("Enlem", "Latitudine"), FieldType.NUMBER, scale=15, digits=18),
    Field("longitude", N_("Longitude"), ("Boylam", "Longitudine"), FieldType.NUMBER, scale=15, digits=18),
)
_PHONE = _text("phone", N_("Phone"), "Telefon", "Tel", "Telefono", "Telephone")
_EMAIL = _text("email", N_("E-mail"), "E-posta", "Eposta", "Email", "Mail")
_REGION = _text("region", N_("Region"), "Bölge", "Regione")
_TERRITORY = _text("territory", N_("Territory"), "Satış Bölgesi", "Zona", "Territorio")
_GROUP = ("Ürün Grubu", "Stok Grubu", "Group", "Gruppo", "Gruppo prodotti")
_PARENT_GROUP = _text("parent_group", N_("Parent group"), "Üst Grup", "Ana Grup", "Gruppo superiore")
_CURRENCY = Field("currency", N_("Currency"), ("Para Birimi", "Döviz", "Valuta"), FieldType.CURRENCY, required=True)
_PRODUCT = _text("product", N_("Product code"), "Stok Kodu", "Ürün Kodu", "Codice prodotto", "Product", required=True)
_DEALER_NAMES = ("Bayi Kodu", "Cari Kodu", "Codice rivenditore", "Dealer")
_ACTIVE = Field("active", N_("Active"), ("Aktif", "Attivo"), FieldType.FLAG)

FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.DEALERS: (
        _KEY,
        _text("code", N_("Dealer code"), *_DEALER_NAMES, "Code", "Kod"),
        _text("name", N_("Dealer name"), "Bayi Adı", "Cari Ünvan", "Ünvan", "Name", "Nome", required=True),
        _text("type", N_("Dealer type"), "Bayi Türü", "Tipo", "Type"),
        _TAX,
        _EMAIL,
        _PHONE,
        _text("branch", N_("Branch"), "Şube", "Filiale"),
        *_PLACE,
        _REGION,
        _TERRITORY,
        _ACTIVE,
    ),
    Kind.PRODUCTS: (
        _KEY,
        _text("code", N_("Product code"), "Stok Kodu", "Ürün Kodu", "Codice prodotto", "Code", "Kod"),
        _text("name", N_("Product name"), "Stok Adı", "Ürün Adı", "Nome prodotto", "Name", required=True),
        _text("group", N_("Product group"), *_GROUP),
        _PARENT_GROUP,
        _text("base_unit", N_("Base unit"), "Temel Birim", "Unità base"),
        _text("brand", N_("Brand"), "Marka", "Marca"),
        _text("standard", N_("Standard"), "Norm", "Norma"),
        _text("unit", N_("Unit"), "Birim", "Unità"),
        _number("pack_size", N_("Pack size"), "Paket İçi", "Koli İçi", "Confezione"),
        _number("base_quantity", N_("Base quantity"), "Temel Miktar", "Quantità base"),
        _ACTIVE,
        _number("cost", N_("Cost"), "Maliyet", "Costo", scale=4, minimum=0),
        Field("cost_currency", N_("Cost currency"), ("Maliyet Para Birimi", "Valuta costo"), FieldType.CURRENCY),
    ),
    Kind.PRICES: (
        _PRODUCT,
        _number("price", N_("Price"), "Fiyat", "Birim Fiyat", "Prezzo", required=True, scale=4, minimum=0),
        _date("valid_from", N_("Valid from"), "Başlangıç", "Geçerlilik Başlangıcı", "Valido dal", required=True),
        _date("valid_until", N_("Valid until"), "Bitiş", "Geçerlilik Bitişi", "Valido fino al"),
        _text("price_list", N_("Price list"), "Fiyat Listesi", "Listino", required=True),
        _CURRENCY,
        _text("dealer", N_("Dealer code"), *_DEALER_NAMES),
    ),
    Kind.STOCK: (
        _PRODUCT,
        _text("warehouse", N_("Warehouse"), "Ambar", "Ambar Adı", "Depo", "Magazzino", required=True),
        _number("quantity", N_("Quantity"), "Miktar", "Eldeki", "Mevcut", "Quantità", "Giacenza", required=True),
        _number("expected_quantity", N_("Expected quantity"), "Beklenen", "Sipariş", "In arrivo"),
        _date("expected_on", N_("Expected on"), "Beklenen Tarih", "Arrivo previsto"),
        _moment("as_of", N_("As of"), "Tarih", "Stok Tarihi", "Al", required=True),
        _text("source", N_("Source"), "Kaynak", "Fonte"),
    ),
    Kind.ORDERS: (
        _text("number", N_("Order number"), "Sipariş No", "Belge No", "Numero ordine", "Order", required=True),
        _text("dealer", N_("Dealer code"), *_DEALER_NAMES, required=True),
        _moment("placed_at", N_("Order date"), "Tarih", "Sipariş Tarihi", "Data ordine", "Date", required=True),
        _date("requested_on", N_("Requested on"), "Teslim Tarihi", "Consegna richiesta"),
        _text("status", N_("Status"), "Durum", "Stato"),
        _CURRENCY,
        _number("order_amount", N_("Order amount"), "Ara Toplam", "Sipariş Tutarı", "Totale ordine", scale=2),
        _number("position", N_("Line"), "Satır", "Satır No", "Sıra", "Riga", scale=0, minimum=1),
        _PRODUCT,
        _number("quantity", N_("Quantity"), "Miktar", "Quantità", required=True),
        _number("confirmed_quantity", N_("Confirmed quantity"), "Onaylanan", "Confermato", minimum=0),
        _number("shipped_quantity", N_("Shipped quantity"), "Sevk Edilen", "Spedito", minimum=0),
        _number("price", N_("Unit price"), "Birim Fiyat", "Prezzo unitario", required=True, scale=4, minimum=0),
        _number("discount_percent", N_("Discount, percent"), "Discount %", "İskonto %", "Sconto %", minimum=0),
        _number("amount", N_("Amount"), "Satır Toplam", "Tutar", "Importo", scale=2),
    ),
    Kind.LEADS: (
        _text("number", N_("Lead number"), "Talep No", "Numero richiesta", "Number", required=True),
        _moment("received_at", N_("Received"), "Tarih", "Ricevuto", "Date", required=True),
        _text("wanted", N_("Wanted"), "Talep", "Richiesta", required=True),
        _text("group", N_("Product group"), *_GROUP),
        _PARENT_GROUP,
        _number("quantity", N_("Quantity"), "Miktar", "Quantità"),
        _text("unit", N_("Unit"), "Birim", "Unità"),
        _text("company", N_("Company"), "Firma", "Şirket", "Ünvan", "Azienda", required=True),
        _text("person", N_("Contact person"), "Yetkili", "İlgili Kişi", "Referente"),
        _PHONE,
        _EMAIL,
        *(field for field in _PLACE if field.name != "country"),
        _REGION,
        _TERRITORY,
    ),
    Kind.ACCOUNTS: (
        _KEY,
        _text("name", N_("Account name"), "Müşteri Adı", "Cari Ünvan", "Ünvan", "Name", "Nome", required=True),
        _text("type", N_("Account type"), "Müşteri Türü", "Tipo", "Type"),
        _text("segment", N_("Segment"), "Segmento"),
        _TAX,
        _PHONE,
        _EMAIL,
        *(field for field in _PLACE if field.name != "country"),
        _REGION,
        _TERRITORY,
        _number(
            "visit_interval_days", N_("Visit interval"), "Ziyaret Aralığı", "Intervallo visite", scale=0, minimum=1
        ),
    ),
    Kind.ROADS: (
        _text("from_account", N_("From account"), "Nereden", "Çıkış", "Da", "From", required=True),
        _text("to_account", N_("To account"), "Nereye", "Varış", "A", "To", required=True),
        _number("minutes", N_("Minutes"), "Dakika", "Süre", "Minuti", required=True, scale=0, minimum=0),
        _number("km", N_("Kilometres"), "Km", "Mesafe", "Chilometri", required=True, minimum=0),
    ),
}


def field_of(kind: Kind, name: str) -> Field:
    """The field of that name. Raises KeyError."""
    return {field.name: field for field in FIELDS[kind]}[name]


CREATES: dict[Kind, tuple[str, ...]] = {
    Kind.DEALERS: ("territory",),
    Kind.PRODUCTS: ("product_group", "brand"),
    Kind.PRICES: ("price_list",),
    Kind.STOCK: ("warehouse",),
    Kind.ORDERS: (),
    Kind.LEADS: (),
    Kind.ACCOUNTS: ("territory",),
    Kind.ROADS: (),
}
"""What a mapping may allow to be made when a file names one that is unknown."""
