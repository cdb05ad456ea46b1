"""Locks that live exactly as long as the process that holds them: advisory locks on a connection of their own.

The connection stays outside the pool, because a lock goes with it. Killed, unplugged or out of memory, the process
loses its locks without anybody having to find out.
"""

from __future__ import annotations

import threading
import zlib

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from models.session import Database, Session

SPACE = 0x6A6F6273
"""The first half of our locks' keys, so that they meet no other program's."""
LEADER = "leader"

_TRY = text("select pg_try_advisory_lock(:space, :key)")
_WAIT = text("select pg_advisory_lock(:space, :key)")
_RELEASE = text("select pg_advisory_unlock(:space, :key)")
_HELD = text(
    "select exists (select from pg_locks where locktype = 'advisory'"
    " and classid::bigint = :space and objid::bigint = :key and database ="
    " (select oid from pg_database where datname = current_database()) and granted)"
)


class Locks:
    """The locks of one process. Every method is safe to call from several threads."""

    def __init__(self, database: Database) -> None:
        self._engine = create_engine(database.engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._mutex = threading.Lock()
        self._connection: Connection | None = None

    def take(self, name: str) -> bool:
        """Take the lock unless another process has it. A lock taken twice must be released twice."""
        with self._mutex:
            return bool(self._open().execute(_TRY, _key(name)).scalar_one())

    def wait_for(self, name: str) -> None:
        """Take the lock as soon as nobody else has it; until then nothing else can be done with these locks."""
        with self._mutex:
            self._open().execute(_WAIT, _key(name))

    def release(self, name: str) -> None:
        """Let go of the lock; one that went with its connection is gone already."""
        with self._mutex:
            if self._connection is not None and self._answers():
                self._connection.execute(_RELEASE, _key(name))

    def alive(self) -> bool:
        """Whether what was taken is still held: false once the connection is lost, and with it every lock."""
        with self._mutex:
            return self._connection is not None and self._answers()

    def close(self) -> None:
        """Let go of everything."""
        with self._mutex:
            self._drop()

    def _open(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _answers(self) -> bool:
        try:
            self._open().execute(text("select 1"))
        except DBAPIError:
            self._drop()
            return False
        return True

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


def is_held(db: Session, name: str) -> bool:
    """Whether any process holds the lock at this moment."""
    return bool(db.scalar(_HELD, {"space": SPACE, "key": zlib.crc32(name.encode())}))


def _key(name: str) -> dict[str, int]:
    """A name as the second half of a key: 32 bits, signed as PostgreSQL wants them."""
    number = zlib.crc32(name.encode())
    return {"space": SPACE, "key": number - 2**32 if number >= 2**31 else number}
