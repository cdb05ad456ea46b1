"""The hard cases of offline work, one by one, and what the rep reads about each."""

from uuid import UUID

import pytest
from babel.messages.pofile import read_po

from models.sync.decision import list_open
from models.sync.device import DeviceStatus
from tests.fieldsync.simulation.laptop import Saved
from tests.fieldsync.simulation.world import Laptop, World
from tests.postgres import ROOT


def in_turkish(saved: Saved) -> str:
    """What the field app shows beside a waiting item."""
    with (ROOT / "portal/translations/tr/LC_MESSAGES/field.po").open("rb") as file:
        found = read_po(file).get(saved.message["text"])
    assert found is not None
    words: str = str(found.string) % saved.message["params"]
    return words


def write_visit(world: World, laptop: Laptop, account: UUID, summary: str = "Görüşüldü.") -> Saved:
    patch = {"account_id": str(account), "happened_at": "2026-05-05T10:00:00Z", "summary": summary}
    body = {"kind": "visit", "action": "create", "id": world.new_id(), "patch": patch}
    return world.save(laptop, body)


def write_town(world: World, laptop: Laptop, account: UUID, town: str) -> Saved:
    body = {"kind": "account", "action": "patch", "id": str(account), "patch": {"town": town}}
    return world.save(laptop, body)


def waiting_for(world: World, who: str) -> list[str]:
    """The operations about which somebody is asked."""
    with world.stage.database.open(world.stage.principal(who)) as db:
        return [str(kept.op_id) for kept in list_open(db)]


@pytest.fixture
def ayse(scene: World) -> Laptop:
    return scene.laptops[0]


@pytest.fixture
def murat(scene: World) -> Laptop:
    return scene.laptops[1]


def test_reassigned_account_with_an_unsent_visit(scene: World, ayse: Laptop, murat: Laptop) -> None:
    account = scene.stage.cast.account
    visit = write_visit(scene, ayse, account)
    scene.do("move", lambda: scene.office.move_account(account, scene.stage.cast.marmara))
    scene.settle(ayse)
    assert (visit.state, visit.verdict) == ("stuck", "out_of_scope")
    reason = "Bu müşteri artık sorumluluk alanınızda değil. Çalışmanız saklandı; kararı yöneticiniz verecek."
    assert in_turkish(visit) == reason
    assert ("account", str(account)) not in ayse.profile.rows
    assert waiting_for(scene, "manager") == [visit.op_id]
    scene.do("accept", lambda: scene.office.decide(UUID(visit.op_id), "accept"))
    scene.settle(ayse)
    scene.settle(murat)
    assert visit.state == "settled"
    assert murat.profile.rows[visit.key]["user_name"] == "Ayşe Yılmaz"


def test_work_of_a_rep_who_holds_nothing_any_more_reaches_his_last_manager(scene: World, murat: Laptop) -> None:
    visit = write_visit(scene, murat, scene.stage.cast.other_account)
    scene.do("give", lambda: scene.office.give_territory(scene.stage.cast.marmara, scene.stage.cast.rep))
    scene.settle(murat)
    assert visit.verdict == "out_of_scope"
    assert waiting_for(scene, "manager") == [visit.op_id]


def test_old_app_sends_everything_and_is_told_to_upgrade(scene: World, ayse: Laptop) -> None:
    ayse.profile.schema = 1
    visit = write_visit(scene, ayse, scene.stage.cast.account)
    strange = scene.save(
        ayse, {"kind": "sketch", "action": "create", "id": scene.new_id(), "patch": {"lines": [1]}}, clean=False
    )
    scene.settle(ayse)
    assert ayse.profile.upgrade
    assert ("visit", visit.key[1]) in scene.after["rows"]
    assert strange.verdict == "held"
    assert in_turkish(strange) == "Sunucunun bu sürümü bunu henüz tanımıyor. Saklandı, incelenecek."
    ayse.profile.schema = 4
    scene.settle(ayse)
    assert ayse.profile.rows[visit.key]["summary"] == "Görüşüldü."


@pytest.mark.parametrize("raw", [False, True], ids=["portal restore", "by other means"])
def test_restored_database_gets_every_visit_again_and_once(
    scene: World, ayse: Laptop, murat: Laptop, raw: bool
) -> None:
    account = scene.stage.cast.account
    known = write_visit(scene, ayse, account, "before the backup")
    scene.settle(ayse)
    scene.back_up()
    forgotten = write_visit(scene, ayse, account, "after the backup")
    scene.settle(ayse)
    unsent = write_visit(scene, ayse, account, "during the restore")
    scene.restore(raw=raw)
    assert ("visit", forgotten.key[1]) not in scene.after["rows"]
    before = scene.after["epoch"]
    scene.settle(ayse)
    assert (scene.after["epoch"] != before) == raw
    for visit in (known, forgotten, unsent):
        assert visit.key in scene.after["rows"]
        assert (visit.state, visit.verdict) == ("settled", "applied")
    scene.settle(murat)


def test_restored_database_is_noticed_by_a_laptop_that_only_reads(scene: World, ayse: Laptop, murat: Laptop) -> None:
    scene.back_up()
    scene.do("edit", lambda: scene.office.edit_account(scene.stage.cast.other_account, "town", "Gemlik"))
    scene.settle(murat)
    scene.restore(raw=True)
    before = scene.after["epoch"]
    scene.settle(murat)
    assert scene.after["epoch"] != before
    scene.settle(ayse)


def test_versions_of_a_lost_life_overwrite_nothing(scene: World, ayse: Laptop) -> None:
    account = scene.stage.cast.account
    scene.back_up()
    scene.do("edit", lambda: scene.office.edit_account(account, "town", "Manisa"))
    scene.settle(ayse)
    town = write_town(scene, ayse, account, "Aydın")
    scene.restore(raw=False)
    scene.do("edit", lambda: scene.office.edit_account(account, "town", "Muğla"))
    scene.settle(ayse)
    assert town.verdict == "conflict"
    assert scene.after["rows"]["account", str(account)]["fields"]["town"] == "Muğla"
    (conflict,) = scene.after["conflicts"]
    assert (conflict["theirs"], conflict["mine"]) == ("Muğla", "Aydın")


def test_copied_browser_profile_loses_nothing_and_doubles_nothing(scene: World, ayse: Laptop) -> None:
    account = scene.stage.cast.account
    shared = write_visit(scene, ayse, account, "written before the copy")
    twin = scene.copy_profile(ayse)
    first, second = write_visit(scene, ayse, account, "on the one"), write_visit(scene, twin, account, "on the other")
    scene.settle(ayse)
    scene.settle(twin)
    scene.settle(ayse)
    assert ayse.profile.client != twin.profile.client
    for visit in (shared, first, second):
        assert ayse.profile.rows[visit.key] == twin.profile.rows[visit.key]
    assert [saved.verdict for saved in twin.profile.operations] == ["applied", "applied"]


def test_blocked_laptop_keeps_sending_and_is_told_nothing(scene: World, ayse: Laptop) -> None:
    scene.do("freeze", lambda: scene.office.set_device(ayse.profile.device, DeviceStatus.FROZEN))
    visit = write_visit(scene, ayse, scene.stage.cast.account)
    scene.settle(ayse)
    assert ayse.profile.blocked == "frozen"
    assert in_turkish(visit).startswith("Bu bilgisayar engellendi.")
    assert waiting_for(scene, "manager") == [visit.op_id]
