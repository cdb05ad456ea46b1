"""What a rep notes of competitors, suppliers and plans, as it goes up and comes down."""

from uuid import uuid4

from models.account import Account
from models.dealer import Dealer
from models.market.supply import SupplyLink, list_activities, list_supply
from models.session import Database
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client


def verdicts(results: list[dict[str, object]]) -> list[object]:
    return [result["verdict"] for result in results]


def test_rep_notes_what_a_competitor_did_and_the_manager_reads_it(database: Database, cast: Cast) -> None:
    client = Client(database, cast.principal("rep"))
    told = {"account_id": str(cast.account), "brand_id": str(cast.brands[1]), "told_by": "Hasan Demir"}
    op = client.op("competitor_activity", "create", {**told, "happened_on": "2026-05-04", "text": "Gave samples away."})
    assert verdicts(client.push(op)) == ["applied"]
    client.pull()
    record = client.record("competitor_activity", op["id"])
    assert (record["text"], record["user_id"], record["user_name"]) == (
        "Gave samples away.", str(cast.rep), "Ayşe Yılmaz",
    )  # fmt: skip
    edit = client.op("competitor_activity", "patch", {"text": "Gave samples away, twice."}, op["id"], base_version=1)
    assert verdicts(client.push(edit)) == ["applied"]
    with database.open(cast.principal("manager")) as db:
        (activity,) = list_activities(db, db.get_one(Account, cast.account))
        assert (activity.text, activity.told_by) == ("Gave samples away, twice.", "Hasan Demir")
    other = Client(database, cast.principal("rep2"))
    change = other.op("competitor_activity", "patch", {"text": "Nothing."}, op["id"], base_version=1)
    assert verdicts(other.push(change)) == ["out_of_scope"]
    assert verdicts(other.push(other.op("competitor_activity", "create", {**op["patch"], "text": "x"}))) == [
        "out_of_scope"
    ]


def test_activity_without_words_is_sent_back_with_the_field_that_misses_them(database: Database, cast: Cast) -> None:
    client = Client(database, cast.principal("rep"))
    told = {"account_id": str(cast.account), "brand_id": str(cast.brands[1]), "happened_on": "2026-05-04", "text": " "}
    (result,) = client.push(client.op("competitor_activity", "create", told))
    assert (result["verdict"], result["message"]["field"]) == ("needs_fix", "text")


def test_supply_links_come_down_with_the_dealers_and_edits_of_two_merge(
    database: Database, cast: Cast, system_database: Database
) -> None:
    dealer = uuid4()
    with system_database.transaction(SYSTEM) as db:
        db.add(Dealer(id=dealer, code="D1", name="Kordon Kaynak", territory_id=cast.ege, region_id=cast.region))
    client = Client(database, cast.principal("rep"))
    client.pull()
    assert client.record("dealer", dealer)["name"] == "Kordon Kaynak"
    patch = {
        "account_id": str(cast.account),
        "brand_id": str(cast.brands[0]),
        "product_group_id": str(cast.group),
        "dealer_id": str(dealer),
        "observed_on": "2026-05-04",
    }
    op = client.op("supply_link", "create", patch)
    assert verdicts(client.push(op)) == ["applied"]
    with database.transaction(cast.principal("manager")) as db:
        db.get_one(SupplyLink, op["id"]).product_group_id = None
    moved = {"dealer_id": None, "supplier": "Doğuş Hırdavat"}
    edit = client.op("supply_link", "patch", moved, op["id"], base_version=1, base={"dealer_id": str(dealer)})
    assert verdicts(client.push(edit)) == ["merged"]
    with database.open(cast.principal("manager")) as db:
        (link,) = list_supply(db, db.get_one(Account, cast.account))
        assert (link.supplier_name, link.product_group_id, link.dealer_id) == ("Doğuş Hırdavat", None, None)
    end = client.op("supply_link", "patch", {"ended_on": "2026-05-05"}, op["id"], base_version=3)
    assert verdicts(client.push(end)) == ["applied"]
    with database.open(cast.principal("manager")) as db:
        assert list_supply(db, db.get_one(Account, cast.account)) == []


def test_supplier_is_a_dealer_or_a_name_and_one_bad_link_holds_up_nothing(database: Database, cast: Cast) -> None:
    client = Client(database, cast.principal("rep"))
    bare = {"account_id": str(cast.account), "brand_id": str(cast.brands[0]), "observed_on": "2026-05-04"}
    results = client.push(
        client.op("supply_link", "create", bare),
        client.op("supply_link", "create", {**bare, "supplier": "Usta Teknik"}),
        client.op("supply_link", "create", {**bare, "dealer_id": str(uuid4())}),
    )
    assert verdicts(results) == ["needs_fix", "applied", "needs_fix"]


def test_visit_is_planned_moved_cancelled_and_made(database: Database, cast: Cast) -> None:
    client = Client(database, cast.principal("rep"))
    plan = {"account_id": str(cast.account), "kind": "visit", "status": "planned", "planned_on": "2026-05-06"}
    made, dropped = client.op("visit", "create", plan), client.op("visit", "create", plan)
    results = client.push(
        made,
        dropped,
        client.op("visit", "patch", {"planned_on": "2026-05-08"}, made["id"]),
        client.op("visit", "patch", {"status": "cancelled"}, dropped["id"]),
        client.op("visit", "patch", {"status": "completed", "happened_at": "2026-05-08T09:00:00Z"}, made["id"]),
    )
    assert verdicts(results) == ["applied"] * 5
    with database.open(cast.principal("manager")) as db:
        visit = db.get_one(Visit, made["id"])
        assert (visit.status, str(visit.planned_on)) == ("completed", "2026-05-08")
        assert db.get_one(Visit, dropped["id"]).status == "cancelled"


def test_account_comes_down_with_the_day_since_which_it_is_known(database: Database, cast: Cast) -> None:
    client = Client(database, cast.principal("rep"))
    client.pull()
    assert client.record("account", cast.account)["created_at"].endswith("Z")


def test_comment_read_on_one_laptop_is_not_new_on_another(database: Database, cast: Cast) -> None:
    client, second = (Client(database, cast.principal("rep")) for _ in range(2))
    plan = {"account_id": str(cast.account), "kind": "visit", "status": "planned", "planned_on": "2026-05-06"}
    visit = client.op("visit", "create", plan)
    read = client.op("visit_read", "patch", {"read_at": "2026-05-07T10:00:00Z"}, visit["id"])
    earlier = client.op("visit_read", "patch", {"read_at": "2026-05-01T10:00:00Z"}, visit["id"])
    assert verdicts(client.push(visit)) == ["applied"]
    assert verdicts(client.push(read, earlier)) == ["applied"] * 2
    second.pull()
    (mark,) = marks(second)
    assert (mark["visit_id"], mark["read_at"]) == (visit["id"], "2026-05-07T10:00:00.000Z")


def test_mark_of_a_laptop_that_lives_in_2099_counts_as_now_and_one_of_nothing_is_over(
    database: Database, cast: Cast
) -> None:
    client = Client(database, cast.principal("rep"))
    plan = {"account_id": str(cast.account), "kind": "visit", "status": "planned", "planned_on": "2026-05-06"}
    visit = client.op("visit", "create", plan)
    ahead = client.op("visit_read", "patch", {"read_at": "2099-01-01T00:00:00Z"}, visit["id"])
    nothing = client.op("visit_read", "patch", {"read_at": "2026-05-01T10:00:00Z"})
    wrong = client.op("visit_read", "patch", {"read_at": "soon"}, visit["id"])
    assert verdicts(client.push(visit)) == ["applied"]
    assert verdicts(client.push(ahead, nothing, wrong)) == ["applied", "merged", "needs_fix"]
    client.pull()
    (mark,) = marks(client)
    assert mark["read_at"] < "2099"
    other = Client(database, cast.principal("rep2"))
    other.pull()
    assert marks(other) == []


def marks(client: Client) -> list[dict[str, str]]:
    """The read marks that a client holds."""
    held = (entry for rows in client.held.values() for entry in rows.items())
    return [record for (kind, _), (_, record) in held if kind == "visit_read"]
