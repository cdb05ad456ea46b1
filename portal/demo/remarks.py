"""What managers wrote under visits, what reps answered, and who has read what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from models.bulk import Batch
from models.user import User
from models.visit import Comment, Visit, VisitRead
from portal.demo.chance import Chance, ident
from portal.demo.scene import Scene
from portal.demo.talk import remark
from portal.demo.visits import Done

COMMENTED, ANSWERED = 0.06, 0.45
READ_DAYS = 95
"""Visits older than this are history to the inbox: no marks are needed."""
FRESH_DAYS = 3
"""Working days whose visits the managers have hardly read yet."""
WAITING = 3
"""Comments of last evening that wait for a rep."""


def add_remarks(scene: Scene, done: list[Done]) -> None:
    """Comments and read marks."""
    chance = Chance("remarks")
    managers = {user.region_id: user for key, user in scene.users.items() if key.startswith("manager/")}
    fresh = min(scene.calendar.last_working_days(FRESH_DAYS))
    batch = Batch()
    for each in done:
        visit, manager = each.visit, managers[each.visit.region_id]
        assert visit.happened_at is not None
        is_fresh = visit.happened_at.date() >= fresh
        if not is_fresh and chance.happens(COMMENTED):
            batch.put_all(_exchange(scene, chance, each, manager))
        if (scene.calendar.now - visit.happened_at).days <= READ_DAYS:
            _put_marks(scene, batch, chance, visit, manager, is_fresh)
    batch.put_all(_waiting(scene, chance, done, managers))
    batch.write(scene.db)


def _exchange(scene: Scene, chance: Chance, done: Done, manager: User) -> Iterator[Comment]:
    """The manager's comment a day or two later, and often the rep's answer."""
    visit = done.visit
    written_at = visit.created_at + timedelta(hours=chance.uniform(2, 30))
    if written_at < _evening(scene):
        yield _comment(visit, manager.id, remark(chance, "manager", done.rival), written_at)
        answered_at = written_at + timedelta(hours=chance.uniform(1, 26))
        if chance.happens(ANSWERED) and answered_at < _evening(scene):
            yield _comment(visit, visit.user_id, remark(chance, "rep", done.rival), answered_at)


def _evening(scene: Scene) -> datetime:
    """Six hours before the world stands still: what was written since then is new to everybody."""
    return scene.calendar.now - timedelta(hours=6)


def _comment(visit: Visit, user_id: UUID, text: str, written_at: datetime) -> Comment:
    return Comment(
        id=ident("comment", f"{visit.id}/{written_at}"),
        visit_id=visit.id,
        territory_id=visit.territory_id,
        region_id=visit.region_id,
        user_id=user_id,
        text=text,
        created_at=written_at,
    )


def _put_marks(scene: Scene, batch: Batch, chance: Chance, visit: Visit, manager: User, is_fresh: bool) -> None:
    """Managers are through with all but the last days; head office reads less; reps have seen what was written."""
    readers = [(manager.id, 0.25 if is_fresh else 1.0), (scene.users["hq"].id, 0.05 if is_fresh else 0.9)]
    for user_id, likely in [*readers, (visit.user_id, 1.0)]:
        if chance.happens(likely):
            batch.put(
                VisitRead,
                id=ident("read", f"{visit.id}/{user_id}"),
                user_id=user_id,
                visit_id=visit.id,
                read_at=_evening(scene) if not is_fresh else scene.calendar.now,
            )


def _waiting(scene: Scene, chance: Chance, done: list[Done], managers: dict[UUID | None, User]) -> Iterator[Comment]:
    """For each rep, what his manager wrote last evening under visits of the days before."""
    fresh = min(scene.calendar.last_working_days(FRESH_DAYS))
    for rep in {id(user): user for user in scene.users.values() if user.role == "rep" and user.active}.values():
        own = [each for each in done if each.by is rep and _day(each) < fresh]
        for each in own[-4 * WAITING :: 4]:
            written_at = _evening(scene) + timedelta(minutes=chance.randrange(5, 170))
            manager = managers[each.visit.region_id]
            yield _comment(each.visit, manager.id, remark(chance, "manager", each.rival), written_at)


def _day(done: Done) -> date:
    assert done.visit.happened_at is not None
    return done.visit.happened_at.date()
