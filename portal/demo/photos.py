"""Photos of the last visits, some of which are still on their way from the laptop."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from models.sync.blob import Attachment, Blob, BlobPart
from models.visit import Visit
from portal.demo.chance import Chance, ident
from portal.demo.pictures import plate, shelf, weld
from portal.demo.scene import Scene
from portal.demo.visits import Done

MIME = "image/png"
SIGHTS: tuple[tuple[str, Callable[[Chance], bytes]], ...] = (
    ("Deneme kaynağı, kök paso", weld),
    ("Ambardaki stok", shelf),
    ("Kaynak makinesinin etiketi", plate),
    ("Deneme kaynağı, kapak paso", weld),
    ("Rakibin rafı", shelf),
    ("Fırının etiketi", plate),
)
STORE = 1
DAYS, LIKELY, TWO, ON_ITS_WAY = 12, 0.16, 0.4, 0.06


def add_photos(scene: Scene, done: list[Done]) -> dict[UUID, UUID]:
    """On about every sixth visit of the last days; each rep's pictures once, however many visits show them.

    Returns the photos of stores by their visit: a survey asks for them.
    """
    chance, since = Chance("photos"), scene.calendar.now - timedelta(days=DAYS)
    pictures = [make(chance) for _, make in SIGHTS]
    sent: set[tuple[UUID, str]] = set()
    stores: dict[UUID, UUID] = {}
    for visit in (each.visit for each in done if each.visit.account_id and each.visit.kind == "visit"):
        if visit.happened_at and visit.happened_at > since and chance.happens(LIKELY):
            for place in chance.sample(range(len(SIGHTS)), 2 if chance.happens(TWO) else 1):
                photo = _add_photo(scene, visit, place, pictures[place])
                if place == STORE:
                    stores[visit.id] = photo.id
                digest = hashlib.sha256(pictures[place]).hexdigest()
                if (visit.user_id, digest) not in sent:
                    sent.add((visit.user_id, digest))
                    _add_bytes(scene, visit, pictures[place], whole=not chance.happens(ON_ITS_WAY))
    scene.db.flush()
    return stores


def _add_photo(scene: Scene, visit: Visit, place: int, picture: bytes) -> Attachment:
    photo = Attachment(
        id=ident("attachment", f"{visit.id}/{place}"),
        visit_id=visit.id,
        territory_id=visit.territory_id,
        region_id=visit.region_id,
        user_id=visit.user_id,
        sha256=hashlib.sha256(picture).hexdigest(),
        mime=MIME,
        size=len(picture),
        caption=SIGHTS[place][0],
        taken_at=visit.happened_at,
        created_at=visit.created_at,
    )
    scene.db.add(photo)
    return photo


def _add_bytes(scene: Scene, visit: Visit, picture: bytes, *, whole: bool) -> None:
    digest = hashlib.sha256(picture).hexdigest()
    blob = Blob(
        id=ident("blob", f"{visit.user_id}/{digest}"),
        user_id=visit.user_id,
        sha256=digest,
        mime=MIME,
        size=len(picture),
        received=len(picture) if whole else 0,
        state="verified" if whole else "receiving",
        created_at=visit.created_at,
    )
    scene.db.add(blob)
    scene.db.flush()
    if whole:
        scene.db.add(BlobPart(id=ident("blob_part", blob.id), blob_id=blob.id, position=0, content=picture))
