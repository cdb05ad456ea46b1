"""The cast's regions, territories, provinces, dealers and users."""

from __future__ import annotations

from functools import cache

from models.dealer import Branch, Competence, Dealer, DealerCredit
from models.external_key import ExternalKey
from models.product import ProductGroup
from models.region import Province, Region, Territory, TerritoryAssignment
from models.user import Credential, User, UserPreference
from models.user.session import SignInAttempt, UserSession
from models.user.sign_in import Invitation, hash_password
from tests.world import (
    BOGAZ,
    EMAILS,
    EVERYBODY,
    HQ,
    INTERNAL,
    KORDON,
    NOBODY,
    NOON,
    PASSWORD,
    Row,
    amount,
    days,
    ident,
)

NAMES = {
    "ayse": "Ayşe Kılıç",
    "mehmet": "Mehmet Işık",
    "burak": "Burak Öztürk",
    "cem": "Cem Güneş",
    "deniz": "Deniz Şahin",
    "ece": "Ece Çelik",
    "filiz": "Filiz Yıldız",
    "gokhan": "Gökhan Ünal",
    "hale": "Hale Arslan",
}
PLACES = {
    "kordon": ("Kordon Kaynak Malzemeleri", "izmir", "ege", "İzmir", 38.42, 27.14, KORDON),
    "bogaz": ("Boğaz Çelik ve Kaynak", "istanbul", "marmara", "Şişli", 41.06, 28.99, BOGAZ),
}


@cache
def password_hash() -> str:
    """Everybody's password, hashed once."""
    return hash_password(PASSWORD)


def rows() -> list[Row]:
    """Regions first, then what lies in them, then the people."""
    return [*_geography(), *_groups(), *_dealers(), *_users(), *_assignments(), *_sessions()]


def _geography() -> list[Row]:
    regions = [("ege", "Ege"), ("marmara", "Marmara")]
    territories = [("izmir", "İzmir", "ege"), ("manisa", "Manisa", "ege"), ("istanbul", "İstanbul", "marmara")]
    provinces = [("TR-35", "izmir", "ege", 38.41, 27.13), ("TR-34", "istanbul", "marmara", 41.01, 28.95)]
    return [
        *((Region(id=ident(f"region.{code}"), code=code, name=name), EVERYBODY) for code, name in regions),
        *(
            (Territory(id=ident(f"territory.{c}"), code=c, name=n, region_id=ident(f"region.{r}")), INTERNAL)
            for c, n, r in territories
        ),
        *(
            (
                Province(
                    id=ident(f"province.{code}"),
                    code=code,
                    name={"TR-35": "İzmir", "TR-34": "İstanbul"}[code],
                    territory_id=ident(f"territory.{territory}"),
                    region_id=ident(f"region.{region}"),
                    latitude=latitude,
                    longitude=longitude,
                ),
                EVERYBODY,
            )
            for code, territory, region, latitude, longitude in provinces
        ),
    ]


def _groups() -> list[Row]:
    groups = [("consumables", "Welding consumables", None), ("basic", "Basic electrodes", "consumables")]
    groups += [("rutile", "Rutile electrodes", "consumables")]
    return [
        (
            ProductGroup(
                id=ident(f"group.{code}"),
                code=code,
                name=name,
                parent_id=parent and ident(f"group.{parent}"),
                base_unit="kg",
            ),
            EVERYBODY,
        )
        for code, name, parent in groups
    ]


def _dealers() -> list[Row]:
    made: list[Row] = []
    for code, (name, territory, region, town, latitude, longitude, audience) in PLACES.items():
        dealer = ident(f"dealer.{code}")
        place = {"territory_id": ident(f"territory.{territory}"), "region_id": ident(f"region.{region}")}
        made += [
            (Dealer(id=dealer, code=f"B-{code}", name=name, email=f"{code}@example.com", **place), audience),
            (
                Branch(
                    id=ident(f"branch.{code}"),
                    dealer_id=dealer,
                    name=f"{name}, {town}",
                    town=town,
                    province_id=ident("province.TR-35" if code == "kordon" else "province.TR-34"),
                    country="TR",
                    latitude=latitude,
                    longitude=longitude,
                ),
                audience,
            ),
            (
                Competence(id=ident(f"competence.{code}"), dealer_id=dealer, product_group_id=ident("group.basic")),
                audience,
            ),
            (
                DealerCredit(
                    id=dealer,
                    currency="TRY",
                    credit_limit=amount("500000"),
                    balance=amount("120000.50"),
                    overdue=amount("8000"),
                    as_of=NOON,
                    source="erp",
                ),
                audience,
            ),
            (
                ExternalKey(id=ident(f"key.{code}"), source="erp", kind="dealer", key=f"120-{code}", record_id=dealer),
                HQ,
            ),
        ]
    return made


def _users() -> list[Row]:
    roles = {"ayse": "dealer_owner", "mehmet": "dealer_staff", "burak": "dealer_owner", "hale": "hq"}
    roles |= {"filiz": "manager", "gokhan": "manager"}
    dealers = {"ayse": "kordon", "mehmet": "kordon", "burak": "bogaz"}
    regions = {"filiz": "ege", "gokhan": "marmara"}
    made: list[Row] = []
    for name, email in EMAILS.items():
        user = User(id=ident(f"user.{name}"), email=email, name=NAMES[name], role=roles.get(name, "rep"))
        user.dealer_id = ident(f"dealer.{dealers[name]}") if name in dealers else None
        user.region_id = ident(f"region.{regions[name]}") if name in regions else None
        colleagues = {each for each, dealer in dealers.items() if dealer == dealers.get(name)}
        made += [
            (user, frozenset(colleagues) | HQ if name in dealers else INTERNAL),
            (Credential(id=user.id, password_hash=password_hash(), changed_at=NOON), frozenset({name})),
            (UserPreference(id=user.id, locale=None, theme=None), frozenset({name})),
        ]
    return made


def _assignments() -> list[Row]:
    held = {"izmir": "cem", "manisa": "deniz", "istanbul": "ece"}
    return [
        (
            TerritoryAssignment(
                id=ident(f"assignment.{territory}"),
                territory_id=ident(f"territory.{territory}"),
                user_id=ident(f"user.{name}"),
                held_from=NOON - days(400),
            ),
            INTERNAL,
        )
        for territory, name in held.items()
    ]


def _sessions() -> list[Row]:
    session = UserSession(
        id=ident("session.burak"),
        user_id=ident("user.burak"),
        token_hash=b"not the hash of any token",
        expires_at=NOON - days(1),
        address="192.0.2.1",
        agent="test",
    )
    attempt = SignInAttempt(
        id=ident("attempt"), email_key="nobody@example.com", address="192.0.2.1", tried_at=NOON, succeeded=False
    )
    invitation = Invitation(
        id=ident("invitation"), user_id=ident("user.mehmet"), token_hash=b"nor of this one", expires_at=NOON
    )
    return [(session, frozenset({"burak"}) | HQ), (attempt, HQ), (invitation, HQ | NOBODY)]
