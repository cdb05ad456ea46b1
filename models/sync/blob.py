"""Photos of visits: what a visit shows (`Attachment`, a synced record) and the bytes (`Blob`), which arrive in parts.

The bytes lie in the database under the policies of the visit they belong to. A blob is its uploader's until an
attachment names it by its hash; then whoever may see that visit may see it, and nobody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Exists,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    delete,
    exists,
    select,
)
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_TERRITORIES, OWN_USER, Access, insert, read, update, write
from models.access import delete as may_delete
from models.base import Base, Created, Key, Synced, new_id
from models.errors import N_, NotFound, Refused
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.sync.inbox import OPEN, Operation
from models.user import User

LARGEST = 10 * 1024 * 1024
"""Bytes of one photo; the client makes them smaller before."""
MIMES = ("image/jpeg", "image/png", "image/webp")
OF_VISIBLE_ATTACHMENT = """exists (select 1 from attachment a
    where a.sha256 = blob.sha256 and a.user_id = blob.user_id and a.removed_at is null)"""
SEEN = f"{OWN_USER} or {OF_VISIBLE_ATTACHMENT}"
UNDECIDED = (Operation.decided_at.is_(None), Operation.verdict.in_(OPEN))
OF_SEEN_BLOB = "exists (select 1 from blob b where b.id = blob_part.blob_id)"
OF_OWN_BLOB = (
    "exists (select 1 from blob b where b.id = blob_part.blob_id and b.user_id = (select portal_id('portal.user_id')))"
)


class State(StrEnum):
    """How far a blob is. What is `refused` was no picture of ours; its bytes were thrown away."""

    RECEIVING = "receiving"
    VERIFIED = "verified"
    REFUSED = "refused"


class Attachment(Synced, Base):
    """A photo of a visit, by the hash of its bytes, which may arrive later."""

    __tablename__ = "attachment"
    __feed__ = Feed("attachment", TERRITORY, "territory_id")
    __access__ = Access(
        rep=read(OWN_TERRITORIES)
        + insert(f"{OWN_TERRITORIES} or sync_wrote_visit(visit_id)")
        + update(OWN_TERRITORIES)
        + may_delete(OWN_TERRITORIES),
        manager=write(OWN_REGION),
        hq=write(ALL),
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["visit_id", "territory_id", "region_id"],
            ["visit.id", "visit.territory_id", "visit.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint(f"mime in {MIMES}", name="mime"),
        Index("ix_attachment_blob", "user_id", "sha256"),
    )

    id: Mapped[Key]
    visit_id: Mapped[UUID] = mapped_column(index=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    mime: Mapped[str] = mapped_column(String(30))
    size: Mapped[int]
    caption: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    """Set by whoever took it: from then on nobody is shown it, and its bytes go with the next orphans."""
    created_at: Mapped[Created]

    user: Mapped[User] = relationship()


class Blob(Base):
    """The bytes of a photo as one user sends them: how many there are to be, and how many are here."""

    __tablename__ = "blob"
    __access__ = Access(rep=read(SEEN) + insert(OWN_USER) + update(OWN_USER), manager=read(SEEN), hq=write(ALL))
    __audited__ = False  # the attachment's event holds the hash
    __table_args__ = (
        UniqueConstraint("user_id", "sha256"),
        CheckConstraint("received between 0 and size", name="received"),
    )

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    mime: Mapped[str] = mapped_column(String(30))
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0, server_default="0")
    state: Mapped[str] = mapped_column(default=State.RECEIVING, server_default="receiving")
    created_at: Mapped[Created]


class BlobPart(Base):
    """The bytes from `position` on, as they came in one request."""

    __tablename__ = "blob_part"
    __access__ = Access(
        rep=read(OF_SEEN_BLOB) + insert(OF_OWN_BLOB) + may_delete(OF_OWN_BLOB),
        manager=read(OF_SEEN_BLOB),
        hq=write(ALL),
    )
    __audited__ = False
    __table_args__ = (UniqueConstraint("blob_id", "position"),)

    id: Mapped[Key]
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blob.id", ondelete="CASCADE"))
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WrongOffset(Exception):
    """A part does not begin where the last one ended."""


class WrongHash(Exception):
    """All bytes are here and they are others than announced; they were thrown away, to be sent again."""


def announce(db: Session, sha256: str, size: int, mime: str) -> Blob:
    """The principal's blob of that hash, begun now or before. Refused when it is no photo, or too large."""
    return _begin(db, db.principal.user_id, sha256, size, mime)


def take_whole(db: Session, user_id: UUID, sha256: str, mime: str, content: bytes) -> None:
    """Keep a user's photo of which all bytes came at once, for head office. Refused when it is none, or another."""
    if hashlib.sha256(content).hexdigest() != sha256 or kind_of_picture(content[:12]) != mime:
        raise Refused(N_("Only JPEG, PNG and WebP pictures are taken in."))
    blob = _begin(db, user_id, sha256, len(content), mime)
    if blob.state == State.VERIFIED:
        return
    db.execute(delete(BlobPart).where(BlobPart.blob_id == blob.id))
    db.add(BlobPart(blob_id=blob.id, position=0, content=content))
    blob.size = blob.received = len(content)
    blob.mime, blob.state = mime, State.VERIFIED
    db.flush()


def _begin(db: Session, user_id: UUID | None, sha256: str, size: int, mime: str) -> Blob:
    if mime not in MIMES:
        raise Refused(N_("Only JPEG, PNG and WebP pictures are taken in."))
    if not 0 < size <= LARGEST:
        raise Refused(N_("A picture may have at most %(count)s bytes."), count=LARGEST)
    values = {"id": new_id(), "user_id": user_id, "sha256": sha256, "size": size, "mime": mime}
    db.execute(insert_once(Blob).values(values).on_conflict_do_nothing(index_elements=["user_id", "sha256"]))
    return _blob_of(db, user_id, sha256, lock=True)


def get_own_blob(db: Session, sha256: str, *, lock: bool = False) -> Blob:
    """The principal's own blob of that hash. Raises NotFound."""
    return _blob_of(db, db.principal.user_id, sha256, lock=lock)


def _blob_of(db: Session, user_id: UUID | None, sha256: str, *, lock: bool) -> Blob:
    query = select(Blob).where(Blob.user_id == user_id, Blob.sha256 == sha256)
    found = db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def get_blob(db: Session, sha256: str, user_id: UUID | None = None) -> Blob:
    """A blob that is here whole and that the principal may see, of one uploader or of any. Raises NotFound."""
    query = select(Blob).where(Blob.sha256 == sha256, Blob.state == State.VERIFIED)
    if user_id is not None:
        query = query.where(Blob.user_id == user_id)
    found = db.scalar(query.order_by(Blob.created_at, Blob.id).limit(1))
    if found is None:
        raise NotFound
    return found


def append(db: Session, blob: Blob, offset: int, content: bytes) -> None:
    """Take in the next bytes; the last ones are checked against the hash and the kind of picture.

    Raises WrongOffset, which says nothing was taken in, or WrongHash. What is no picture of the kind becomes refused.
    """
    if blob.state != State.RECEIVING or offset != blob.received or offset + len(content) > blob.size:
        raise WrongOffset
    if content:
        db.add(BlobPart(blob_id=blob.id, position=offset, content=content))
        blob.received += len(content)
        db.flush()
    if blob.received == blob.size:
        _verify(db, blob)


def content_of(db: Session, blob: Blob) -> bytes:
    """All bytes of a blob."""
    return b"".join(_parts(db, blob))


def list_attachments(db: Session, visit_id: UUID) -> list[tuple[Attachment, bool]]:
    """The photos of a visit, oldest first, each with whether its bytes are here."""
    query = select(Attachment, _here()).where(Attachment.visit_id == visit_id, Attachment.removed_at.is_(None))
    return [(row[0], row[1]) for row in db.execute(query.order_by(Attachment.created_at, Attachment.id))]


def list_shown(db: Session, attachment_ids: Sequence[UUID]) -> list[Attachment]:
    """Those of the photos whose bytes are here and that the principal may see, the newest first."""
    query = select(Attachment).where(Attachment.id.in_(attachment_ids), Attachment.removed_at.is_(None), _here())
    return list(db.scalars(query.order_by(Attachment.created_at.desc(), Attachment.id)))


def get_attachment(db: Session, attachment_id: UUID) -> Attachment:
    """One photo. Raises NotFound."""
    found = db.get(Attachment, attachment_id)
    if found is None or found.removed_at is not None:
        raise NotFound
    return found


def forget_orphans(db: Session, before: datetime) -> int:
    """Remove bytes begun before a moment that no attachment names, or that never arrived whole. Returns how many.

    An operation that still waits for somebody's decision may make such an attachment yet.
    """
    of_blob = (Attachment.user_id == Blob.user_id, Attachment.sha256 == Blob.sha256)
    named = exists().where(*of_blob, Attachment.removed_at.is_(None))
    asked = Operation.body["patch"]["sha256"].astext == Blob.sha256
    waits = exists().where(Operation.user_id == Blob.user_id, Operation.kind == "attachment", asked, *UNDECIDED)
    orphaned = (Blob.state != State.VERIFIED) | ~(named | waits)
    return db.connection().execute(delete(Blob).where(Blob.created_at < before, orphaned)).rowcount


def kind_of_picture(start: bytes) -> str | None:
    """What a picture is by its first bytes, whatever it is called; None if it is none of ours."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if start[:4] == b"RIFF" and start[8:12] == b"WEBP" else None


def _here() -> Exists:
    """Whether an attachment's bytes are here."""
    own = (Blob.user_id == Attachment.user_id, Blob.sha256 == Attachment.sha256)
    return exists().where(*own, Blob.state == State.VERIFIED)


def _verify(db: Session, blob: Blob) -> None:
    digest, start = hashlib.sha256(), b""
    for content in _parts(db, blob):
        digest.update(content)
        start = start if len(start) >= 12 else start + content[:12]
    right = digest.hexdigest() == blob.sha256
    if right and kind_of_picture(start) == blob.mime:
        blob.state = State.VERIFIED
        db.flush()
        return
    db.execute(delete(BlobPart).where(BlobPart.blob_id == blob.id))
    blob.received = 0
    if right:
        blob.state = State.REFUSED
    db.flush()
    if not right:
        raise WrongHash


def _parts(db: Session, blob: Blob) -> Iterator[bytes]:
    query = select(BlobPart.content).where(BlobPart.blob_id == blob.id).order_by(BlobPart.position)
    return iter(db.scalars(query.execution_options(yield_per=4)))
