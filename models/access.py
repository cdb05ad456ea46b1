"""Who acts (`Principal`), what a role may do (`Permission`) and which rows it may see or change (`Access`).

Rows are the database's business: each `Access` is rendered to row policies, one per role and command. What a user may
*do* is the web's: every view names one `Permission`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """A kind of database role. The real role is named `<prefix>_<scope>`."""

    DEALER = "dealer"
    REP = "rep"
    MANAGER = "manager"
    HQ = "hq"
    VISITOR = "visitor"
    SYSTEM = "system"


class Role(StrEnum):
    """What a user is."""

    DEALER_OWNER = "dealer_owner"
    DEALER_STAFF = "dealer_staff"
    REP = "rep"
    MANAGER = "manager"
    HQ = "hq"

    @property
    def scope(self) -> Scope:
        """The database role under which this user's transactions run."""
        return Scope.DEALER if self in DEALER_ROLES else Scope(self.value)


DEALER_ROLES = frozenset({Role.DEALER_OWNER, Role.DEALER_STAFF})


class Permission(StrEnum):
    """What a view asks for. Dealer staff hold those of `STAFF_BASE` and the rights that their owner granted."""

    USE_PORTAL = "use_portal"
    SEE_STOCK = "see_stock"
    SEE_PRICES = "see_prices"
    SEE_ORDERS = "see_orders"
    ANSWER_ORDER_DRAFTS = "answer_order_drafts"
    SEE_LEADS = "see_leads"
    ANSWER_LEADS = "answer_leads"
    SEE_QUOTES = "see_quotes"
    WRITE_QUOTES = "write_quotes"
    SEE_CREDIT = "see_credit"
    SEE_DIGEST = "see_digest"
    MANAGE_STAFF = "manage_staff"
    WORK_IN_FIELD = "work_in_field"
    SEE_VISITS = "see_visits"
    COMMENT_VISITS = "comment_visits"
    SEE_TEAM = "see_team"
    GIVE_INSTRUCTIONS = "give_instructions"
    RUN_SURVEYS = "run_surveys"
    DECIDE_OPERATIONS = "decide_operations"
    MANAGE_DEVICES = "manage_devices"
    HAND_OVER = "hand_over"
    SEE_MARKET = "see_market"
    MANAGE_LEADS = "manage_leads"
    MANAGE_USERS = "manage_users"
    SEE_DEALERS = "see_dealers"
    IMPORT_DATA = "import_data"
    RUN_JOBS = "run_jobs"
    SEE_OUTBOX = "see_outbox"
    EDIT_LETTERHEAD = "edit_letterhead"
    SEE_EVENTS = "see_events"
    SET_FIELD_POLICY = "set_field_policy"


_OWN = frozenset({Permission.USE_PORTAL})
_CATALOGUE = frozenset({Permission.SEE_STOCK, Permission.SEE_PRICES})
STAFF_BASE = _OWN | {Permission.SEE_STOCK}
GRANTABLE = frozenset(
    {
        Permission.SEE_PRICES,
        Permission.SEE_ORDERS,
        Permission.ANSWER_ORDER_DRAFTS,
        Permission.SEE_LEADS,
        Permission.ANSWER_LEADS,
        Permission.SEE_QUOTES,
        Permission.SEE_CREDIT,
        Permission.SEE_DIGEST,
    }
)
"""The rights a dealer's owner may give to staff."""

_STEERING = frozenset(
    {
        Permission.SEE_TEAM,
        Permission.GIVE_INSTRUCTIONS,
        Permission.RUN_SURVEYS,
        Permission.SEE_MARKET,
        Permission.MANAGE_DEVICES,
        Permission.HAND_OVER,
    }
)
_FIELD = (
    _OWN
    | _CATALOGUE
    | {
        Permission.SEE_ORDERS,
        Permission.SEE_LEADS,
        Permission.SEE_QUOTES,
        Permission.WRITE_QUOTES,
        Permission.SEE_VISITS,
        Permission.SEE_DEALERS,
        Permission.COMMENT_VISITS,
        Permission.DECIDE_OPERATIONS,
    }
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DEALER_OWNER: STAFF_BASE | GRANTABLE | {Permission.MANAGE_STAFF},
    Role.DEALER_STAFF: STAFF_BASE,
    Role.REP: _FIELD | {Permission.WORK_IN_FIELD},
    Role.MANAGER: _FIELD | _STEERING,
    Role.HQ: _FIELD
    | _STEERING
    | {
        Permission.MANAGE_LEADS,
        Permission.MANAGE_USERS,
        Permission.IMPORT_DATA,
        Permission.RUN_JOBS,
        Permission.SEE_OUTBOX,
        Permission.EDIT_LETTERHEAD,
        Permission.SEE_EVENTS,
        Permission.SET_FIELD_POLICY,
    },
}


@dataclass(frozen=True)
class Principal:
    """On whose behalf a transaction runs. Opening a session takes one; there is no default."""

    scope: Scope
    user_id: UUID | None = None
    role: Role | None = None
    dealer_id: UUID | None = None
    region_id: UUID | None = None
    territory_ids: tuple[UUID, ...] = ()
    rights: frozenset[Permission] = field(default=frozenset())
    reason: str = ""

    @classmethod
    def system(cls, reason: str) -> Principal:
        """The wide principal of jobs and the command line. `reason` goes into every event it causes."""
        return cls(scope=Scope.SYSTEM, reason=reason)

    @classmethod
    def visitor(cls) -> Principal:
        """Somebody with a link and no account."""
        return cls(scope=Scope.VISITOR)

    @classmethod
    def of(
        cls,
        role: Role,
        user_id: UUID,
        *,
        dealer_id: UUID | None = None,
        region_id: UUID | None = None,
        territory_ids: tuple[UUID, ...] = (),
        rights: frozenset[Permission] = frozenset(),
    ) -> Principal:
        """The principal of a signed-in user; `rights` count for dealer staff only."""
        return cls(role.scope, user_id, role, dealer_id, region_id, territory_ids, rights & GRANTABLE)

    def may(self, permission: Permission) -> bool:
        """Whether this principal may do what `permission` names."""
        return self.role is not None and (permission in PERMISSIONS[self.role] or permission in self.rights)

    def settings(self, prefix: str) -> dict[str, str]:
        """The transaction's settings: the role to take and the ids that the row policies read."""
        return {
            "role": f"{prefix}_{self.scope}",
            "user_id": str(self.user_id or ""),
            "dealer_id": str(self.dealer_id or ""),
            "region_id": str(self.region_id or ""),
            "territory_ids": "{" + ",".join(map(str, self.territory_ids)) + "}",
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Rule:
    """One command that a role may use on the rows of which `predicate` (SQL) holds."""

    command: str
    predicate: str


Rules = tuple[Rule, ...]

ALL = "true"
OWN_ROW = "id = (select portal_id('portal.user_id'))"
OWN_USER = "user_id = (select portal_id('portal.user_id'))"
OWN_DEALER = "dealer_id = (select portal_id('portal.dealer_id'))"
OWN_TERRITORIES = "territory_id = any((select portal_ids('portal.territory_ids'))::uuid[])"
OWN_REGION = "region_id = (select portal_id('portal.region_id'))"


def through(parent: str, column: str) -> str:
    """Rows whose parent is visible: for lines that are only opened through their parent.

    A table whose own `id` is the parent's names it with the table: a bare `id` would mean the parent's and be true.
    """
    if column == "id":
        raise ValueError("qualify id with the table's name")
    return f'exists (select 1 from "{parent}" parent where parent.id = {column})'


def read(predicate: str) -> Rules:
    """May see."""
    return (Rule("select", predicate),)


def insert(predicate: str) -> Rules:
    """May add, so that the new row satisfies the predicate."""
    return (Rule("insert", predicate),)


def update(predicate: str) -> Rules:
    """May change, before and after which the row satisfies the predicate."""
    return (Rule("update", predicate),)


def delete(predicate: str) -> Rules:
    """May remove."""
    return (Rule("delete", predicate),)


def change(predicate: str) -> Rules:
    """May see, add and change, but never remove."""
    return read(predicate) + insert(predicate) + update(predicate)


def write(predicate: str) -> Rules:
    """May see, add, change and remove."""
    return change(predicate) + delete(predicate)


class Access:
    """Which rows each kind of principal may see or change. A role that is not named sees nothing; system sees all."""

    def __init__(
        self,
        *,
        dealer: Rules = (),
        rep: Rules = (),
        manager: Rules = (),
        hq: Rules = (),
        visitor: Rules = (),
    ) -> None:
        self.rules: dict[Scope, Rules] = {
            Scope.DEALER: dealer,
            Scope.REP: rep,
            Scope.MANAGER: manager,
            Scope.HQ: hq,
            Scope.VISITOR: visitor,
            Scope.SYSTEM: write(ALL),
        }
