"""What managers ask of reps: some of it done and answered, some open, a little of it late."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.bulk import Batch
from models.instruction import Instruction
from models.user import User
from models.visit import Visit
from portal.demo.chance import Chance, ident
from portal.demo.scene import Scene
from portal.demo.visits import Done

ASKED = (
    ("Deneme kaynağının sonucunu öğren, olumluysa teklif hazırla.", "Deneme olumlu, teklif salı günü gidiyor."),
    ("Satın alma müdürüyle yıl sonu ihtiyacını konuş.", "Görüştüm, yıl sonuna kadar iki palet daha alacaklar."),
    ("Rakibin verdiği vadeyi öğren.", "Doksan gün vade vermişler, fiyatları bizimkine yakın."),
    ("Ambardaki stok koşullarına bak, kurutma fırını öner.", "Fırın için bütçe istediler, ocakta karar verecekler."),
    ("Özlü tel kullanımını ziyaret formuna mutlaka yaz.", "Yazdım, ayda yaklaşık 300 kg."),
    ("Geçen ayki şikâyetin kapandığından emin ol.", "Kapandı, yeni partiyle sorun yaşamamışlar."),
)
IN_GENERAL = "Ay sonuna kadar tüm müşterilerin yıllık ihtiyacını güncelle."
EACH = 6
"""Instructions about accounts for each rep: the first three are open."""


def add_instructions(scene: Scene, done: list[Done]) -> None:
    """A handful for each rep, by the manager of the region."""
    chance, batch = Chance("instructions"), Batch()
    managers = {user.region_id: user for key, user in scene.users.items() if key.startswith("manager/")}
    for rep in {id(user): user for user in scene.users.values() if user.role == "rep" and user.active}.values():
        own = [each.visit for each in done if each.by is rep and each.visit.account_id]
        latest = list({visit.account_id: visit for visit in own}.values())[-EACH:]
        for place, visit in enumerate(latest):
            batch.put_all([_about(scene, chance, visit, managers[visit.region_id], place)])
        if latest:
            batch.put_all([_in_general(scene, rep, managers[latest[-1].region_id])])
    batch.write(scene.db)


def _about(scene: Scene, chance: Chance, visit: Visit, manager: User, place: int) -> Instruction:
    text, answer = ASKED[chance.randrange(0, len(ASKED))]
    asked_at = scene.calendar.now - timedelta(days=chance.randrange(4, 12), hours=chance.randrange(0, 6))
    closed_at: datetime | None = asked_at + timedelta(days=chance.randrange(1, 4)) if place >= EACH // 2 else None
    due = {0: -1, 1: 2, 2: 5}.get(place, chance.randrange(-3, 4))
    return Instruction(
        id=ident("instruction", f"{visit.id}"),
        account_id=visit.account_id,
        territory_id=visit.territory_id,
        region_id=visit.region_id,
        visit_id=visit.id,
        author_id=manager.id,
        text=text,
        due_on=(scene.calendar.now + timedelta(days=due)).date(),
        created_at=asked_at,
        read_at=asked_at + timedelta(hours=15) if closed_at or place == 0 else None,
        answer=answer if closed_at else None,
        closed_at=closed_at,
    )


def _in_general(scene: Scene, rep: User, manager: User) -> Instruction:
    return Instruction(
        id=ident("instruction", f"{rep.id}"),
        user_id=rep.id,
        region_id=manager.region_id,
        author_id=manager.id,
        text=IN_GENERAL,
        due_on=(scene.calendar.now + timedelta(days=9)).date(),
        created_at=scene.calendar.now - timedelta(days=1),
    )
