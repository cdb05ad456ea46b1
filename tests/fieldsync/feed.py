"""What a client would hold, computed straight from the feed: the tests' own view of it."""

from uuid import UUID

from sqlalchemy import select, text

from models.access import Principal
from models.session import Database
from models.sync.audit import Finding, audit_feed
from models.sync.feed import Bucket, FeedEntry, bucket_name
from tests.fieldsync.cast import SYSTEM


def findings(database: Database) -> list[Finding]:
    """What the audit finds wrong."""
    with database.open(SYSTEM) as db:
        return audit_feed(db)


def entries(database: Database, bucket: str) -> dict[tuple[str, UUID], tuple[int, str]]:
    """(kind, id) → (seq, op) of everything in a bucket."""
    with database.open(SYSTEM) as db:
        query = select(FeedEntry).join(Bucket, Bucket.id == FeedEntry.bucket).where(Bucket.name == bucket)
        return {(entry.kind, entry.row_id): (entry.seq, entry.op) for entry in db.scalars(query)}


def head(database: Database, bucket: str) -> int:
    """The last number given out in a bucket."""
    with database.open(SYSTEM) as db:
        return db.scalar(select(Bucket.head).where(Bucket.name == bucket)) or 0


def execute(database: Database, sql: str, principal: Principal = SYSTEM, **parameters: object) -> None:
    """One statement in one transaction."""
    with database.transaction(principal) as db:
        db.execute(text(sql), parameters)


def territory(territory_id: UUID) -> str:
    """The name of a territory's bucket."""
    return bucket_name("territory", territory_id)
