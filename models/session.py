"""The only door to the database: a session is opened for a principal and sees that principal's rows.

At the start of each transaction one statement takes the principal's database role and sets its ids, both local to the
transaction, so a connection returns to the pool without rights. A session without a principal runs as the bare login,
which may read no table at all.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, cast

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, Executable, Row, create_engine, event, text
from sqlalchemy import orm as sa_orm
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models.access import Permission, Principal, Role, Scope

_ENTER = text(
    "select set_config('role', :role, true), set_config('portal.user_id', :user_id, true),"
    " set_config('portal.dealer_id', :dealer_id, true), set_config('portal.region_id', :region_id, true),"
    " set_config('portal.territory_ids', :territory_ids, true), set_config('portal.reason', :reason, true),"
    " set_config('transaction_read_only', :read_only, true)"
)
_RESUME = (
    "select r.*, set_config('role', %(prefix)s || (cast(%(scopes)s as jsonb) ->> r.role), true) as taken,"
    " set_config('portal.user_id', cast(r.user_id as text), true) as u,"
    " set_config('portal.dealer_id', coalesce(cast(r.dealer_id as text), ''), true) as d,"
    " set_config('portal.region_id', coalesce(cast(r.region_id as text), ''), true) as g,"
    " set_config('portal.territory_ids', cast(r.territory_ids as text), true) as t,"
    " set_config('portal.reason', '', true) as w, set_config('transaction_read_only', %(read_only)s, true) as only"
    " from resume_session(%(token_hash)s) r"
)
"""Whose token it is and, in the same round trip, that principal's role and ids: what `_ENTER` would set."""
_KEEP_PLANS = text("select set_config('plan_cache_mode', 'force_generic_plan', true)")
_ON = {True: "on", False: "off"}
ONE_MOMENT = "REPEATABLE READ"
_SCOPES = json.dumps({role: role.scope for role in Role})


class Session(sa_orm.Session):
    """A unit of work on behalf of one principal."""

    def __init__(self, engine: Engine, prefix: str, principal: Principal | None, **options: Any) -> None:
        super().__init__(engine, expire_on_commit=False, **options)
        self.prefix = prefix
        self.one_moment = engine.get_execution_options().get("isolation_level") == ONE_MOMENT
        """Whether all statements see the database as it was at the first one."""
        self.reads_only = False
        """Whether the database refuses all writing until the transaction ends."""
        self._principal = principal
        self.catalogue: int | None = None
        """Where the catalogue's feed stood when the session began; None where nobody looked."""
        self.kept: dict[Any, tuple[int, Any]] = {}

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
        """All rows of a statement on tables. A list needs none of the bookkeeping that mapped objects do."""
        return self.connection().execute(statement, values).all()

    def keep_plans(self) -> None:
        """Until the transaction ends, let each statement have the one plan that fits any values.

        For a statement that takes longer to plan than to run and whose best plan does not hang on its values: left to
        itself, the database would plan it anew each time.
        """
        self.rows(_KEEP_PLANS)

    def close(self) -> None:
        """Roll back, unless all was reading: that ends with a COMMIT, because a ROLLBACK makes the driver forget the
        statements it prepared on the connection, and planning them anew costs a page more than running them.
        """
        if self.reads_only and self.is_active and self.in_transaction():
            self.connection().connection.commit()
        super().close()

    @property
    def principal(self) -> Principal:
        """On whose behalf this session runs. Raises LookupError when nobody's."""
        if self._principal is None:
            raise LookupError("this session has no principal")
        return self._principal

    def enter(self, principal: Principal, connection: Connection) -> None:
        """Take the principal's role and ids until the end of the transaction."""
        self._principal = principal
        connection.execute(_ENTER, principal.settings(self.prefix) | {"read_only": _ON[self.reads_only]})


@event.listens_for(Session, "after_begin")
def _enter(session: Session, transaction: sa_orm.SessionTransaction, connection: Connection) -> None:
    # Also fires for each savepoint, which inherits the settings: taking them again would cost a round trip each.
    if not transaction.nested and session._principal is not None:
        session.enter(session._principal, connection)


class Database:
    """One database as one login sees it. The login's name tells the prefix of the roles: `portal_web` → `portal`."""

    def __init__(self, url: str, *, pool_size: int = 5, max_overflow: int = 5) -> None:
        login = make_url(url).username or ""
        self.prefix = login.rpartition("_")[0]
        self.engine = create_engine(url, pool_size=pool_size, max_overflow=max_overflow, pool_pre_ping=True)
        self._engines = {False: self.engine, True: self.engine.execution_options(isolation_level=ONE_MOMENT)}
        self.kept: dict[Any, tuple[int, Any]] = {}
        """What `models.catalogue` keeps."""

    @contextmanager
    def open(self, principal: Principal | None, *, one_moment: bool = False, **options: Any) -> Iterator[Session]:
        """A session that rolls back at the end unless it was committed. None runs without any rights."""
        with Session(self._engines[one_moment], self.prefix, principal, **options) as db:
            yield db

    @contextmanager
    def transaction(self, principal: Principal | None) -> Iterator[Session]:
        """A session that commits at the end, or rolls back when an exception leaves it."""
        with self.open(principal) as db, db.begin():
            yield db

    def resume(self, token: str, *, reads_only: bool = False, one_moment: bool = False) -> Session | None:
        """The session of the user who holds `token`, already inside its transaction; None when it no longer counts.

        The look-up and the user's own statements share one transaction: a page costs no second round of BEGIN. With
        `reads_only` the database refuses to write in it; with `one_moment` all of it sees one moment of the database.
        """
        db = Session(self._engines[one_moment], self.prefix, None)
        try:
            row = _resume(db.connection(), token, {"prefix": f"{self.prefix}_", "read_only": _ON[reads_only]})
            if row is not None:
                db.reads_only, db.catalogue, db.kept = reads_only, row.catalogue, self.kept
                db.info.update(session_id=row.session_id, user_name=row.name, stale=row.stale)
                db.info.update(locale=row.locale, theme=row.theme, on_behalf_of=row.on_behalf_of)
                db._principal = principal_from(row)
                if row.territories is not None:
                    db.info["territories"] = list(zip(row.territory_ids, row.territories, strict=True))
                return db
        except BaseException:
            db.close()
            raise
        db.close()
        return None

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _resume(connection: Connection, token: str, values: dict[str, str]) -> Any:
    # To the driver, past SQLAlchemy: every request begins with this statement, and half its time went into the detour.
    cursor = cast(psycopg.Connection[Any], connection.connection.driver_connection).cursor(row_factory=namedtuple_row)
    try:
        return cursor.execute(_RESUME, values | {"token_hash": token_hash(token), "scopes": _SCOPES}).fetchone()
    except psycopg.Error as error:  # what the detour would have made of it, for `trouble_of` to know
        lost = cursor.connection.closed
        raise DBAPIError.instance(
            _RESUME, None, error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error


def principal_from(row: Any) -> Principal:
    """The principal described by a row of `resume_session` or `sign_in_lookup`."""
    role = Role(row.role)
    return Principal(
        scope=role.scope,
        user_id=row.user_id,
        role=role,
        dealer_id=row.dealer_id,
        region_id=row.region_id,
        territory_ids=tuple(row.territory_ids),
        rights=frozenset(map(Permission, row.rights)) if role is Role.DEALER_STAFF else frozenset(),
    )


def token_hash(token: str) -> bytes:
    """What the database keeps of a secret token, so that a stolen dump opens no session."""
    return sha256(token.encode()).digest()


__all__ = ["Database", "Scope", "Session", "principal_from", "token_hash"]
