"""The entries of the left rail: five to eight by role, each shown to whoever may use it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app, g, request, url_for

from models.access import DEALER_ROLES, Permission, Role
from models.errors import N_
from models.waiting import waiting
from portal.web.language import gettext
from portal.web.lifecycle import current_session

ROLE_NAMES = {
    Role.DEALER_OWNER: N_("Dealer, owner"),
    Role.DEALER_STAFF: N_("Dealer, staff"),
    Role.REP: N_("Field rep"),
    Role.MANAGER: N_("Regional manager"),
    Role.HQ: N_("Head office"),
}


@dataclass(frozen=True)
class Entry:
    """One entry: where it leads, who sees it. `counter` names the count of what waits there."""

    endpoint: str
    label: str
    icon: str
    permission: Permission
    counter: str = ""


@dataclass(frozen=True)
class Group:
    """Several entries behind one: it leads to the first, and tabs above the page lead to the others."""

    label: str
    icon: str
    parts: tuple[Entry, ...]


Tab = tuple[str, str, bool, int | None]
"""A label, its address, whether the page is it, and what waits there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as this page shows it."""

    url: str
    label: str
    icon: str
    current: bool
    count: int


CUSTOMERS = Group(
    N_("Dealers and accounts"),
    "building-store",
    (
        Entry("dealers.index", N_("Dealers"), "building-store", Permission.SEE_DEALERS),
        Entry("accounts.index", N_("Accounts"), "building", Permission.SEE_VISITS),
    ),
)
SALES = Group(
    N_("Sales"),
    "shopping-cart",
    (
        Entry("orders.index", N_("Orders"), "shopping-cart", Permission.SEE_ORDERS),
        Entry("order_drafts.index", N_("Drafts of orders"), "shopping-cart", Permission.SEE_ORDERS),
        Entry("quotes.index", N_("Quotes"), "file-invoice", Permission.SEE_QUOTES),
        Entry("stock.index", N_("Stock and prices"), "packages", Permission.SEE_STOCK),
    ),
)
DECISIONS = Entry("quarantine.index", N_("To decide"), "hand-stop", Permission.DECIDE_OPERATIONS, "decisions")
TEAM = (
    Entry("team.index", N_("Team"), "users-group", Permission.SEE_TEAM),
    Entry("instructions.index", N_("Instructions"), "list-check", Permission.GIVE_INSTRUCTIONS),
    Entry("surveys.index", N_("Surveys"), "clipboard-check", Permission.RUN_SURVEYS),
    DECISIONS,
    Entry("devices.index", N_("Laptops"), "device-laptop", Permission.MANAGE_DEVICES),
    Entry("hand_overs.index", N_("Hand-overs"), "arrows-exchange", Permission.HAND_OVER),
)
HOME = Entry("desk.show", N_("Home"), "home", Permission.USE_PORTAL)
DEALER = (
    HOME,
    Entry("stock.index", N_("Stock and prices"), "packages", Permission.SEE_STOCK),
    Group(
        N_("Orders"),
        "shopping-cart",
        (
            Entry("orders.index", N_("Orders"), "shopping-cart", Permission.SEE_ORDERS),
            Entry(
                "order_drafts.index", N_("Drafts from your rep"), "shopping-cart", Permission.SEE_ORDERS, "order_drafts"
            ),
        ),
    ),
    Entry("leads.index", N_("Leads"), "target-arrow", Permission.SEE_LEADS, "leads"),
    Entry("quotes.index", N_("Quotes"), "file-invoice", Permission.SEE_QUOTES),
    Entry("digest.show", N_("Market digest"), "chart-bar", Permission.SEE_DIGEST),
    Entry("staff.index", N_("Staff"), "users", Permission.MANAGE_STAFF),
)
REP = (
    HOME,
    Entry("field.index", N_("Field work"), "route", Permission.WORK_IN_FIELD),
    Entry("visits.index", N_("Visits"), "clipboard-list", Permission.SEE_VISITS, "visits"),
    DECISIONS,
    CUSTOMERS,
    Entry("leads.index", N_("Leads"), "target-arrow", Permission.SEE_LEADS),
    SALES,
)
MANAGER = (
    HOME,
    Entry("visits.index", N_("Visits"), "inbox", Permission.SEE_VISITS, "visits"),
    Group(N_("Team"), "users-group", TEAM),
    Entry("market.index", N_("Market share"), "chart-bar", Permission.SEE_MARKET),
    Entry("leads.index", N_("Leads"), "target-arrow", Permission.SEE_LEADS, "leads"),
    SALES,
    CUSTOMERS,
)
HQ = (
    HOME,
    CUSTOMERS,
    SALES,
    Entry("leads.index", N_("Leads"), "target-arrow", Permission.SEE_LEADS, "leads"),
    Group(
        N_("Field work"),
        "clipboard-list",
        (
            Entry("visits.index", N_("Visits"), "clipboard-list", Permission.SEE_VISITS),
            *TEAM,
        ),
    ),
    Entry("market.index", N_("Market share"), "chart-bar", Permission.SEE_MARKET),
    Group(
        N_("Administration"),
        "settings",
        (
            Entry("users.index", N_("Users"), "users", Permission.MANAGE_USERS),
            Entry("imports.index", N_("Imports"), "file-import", Permission.IMPORT_DATA),
            Entry("jobs.index", N_("Jobs"), "clock-play", Permission.RUN_JOBS, "jobs"),
            Entry("outbox.index", N_("Mails"), "mail", Permission.SEE_OUTBOX),
            Entry("letterhead.edit", N_("Letterhead"), "file-text", Permission.EDIT_LETTERHEAD),
            Entry("events.index", N_("Events"), "history", Permission.SEE_EVENTS),
        ),
    ),
)
OF_ROLE: dict[Role, tuple[Entry | Group, ...]] = {Role.REP: REP, Role.MANAGER: MANAGER, Role.HQ: HQ}
OF_ROLE |= dict.fromkeys(DEALER_ROLES, DEALER)


def entries() -> Iterator[tuple[Entry | Group, list[Entry]]]:
    """What the signed-in user's rail holds: each entry or group with those of its parts that he may use."""
    for entry in OF_ROLE[g.principal.role]:
        parts = entry.parts if isinstance(entry, Group) else (entry,)
        usable = [e for e in parts if e.endpoint in current_app.view_functions and g.principal.may(e.permission)]
        if usable:
            yield entry, usable


def navigation(counts: Mapping[str, int]) -> list[Shown]:
    """The rail of this page, with the entry that the page belongs to marked, and with what waits where."""
    return [
        Shown(
            url=url_for(parts[0].endpoint),
            label=gettext(entry.label),
            icon=entry.icon,
            current=any(map(_is_here, parts)),
            count=sum(counts.get(part.counter, 0) for part in parts),
        )
        for entry, parts in entries()
    ]


def tabs(counts: Mapping[str, int]) -> list[Tab]:
    """The tabs above this page: the parts of the group it belongs to, where there are several."""
    for _entry, parts in entries():
        if len(parts) > 1 and any(map(_is_here, parts)):
            return [(gettext(p.label), url_for(p.endpoint), _is_here(p), counts.get(p.counter)) for p in parts]
    return []


def _is_here(entry: Entry) -> bool:
    return entry.endpoint.partition(".")[0] == request.blueprint


def waiting_counts() -> dict[str, int]:
    """The counters of this page; none on an error's page, where the database may be what went wrong."""
    if g.get("failed"):
        return {}
    return waiting(current_session(), g.get("counted"))


def counted(**counts: int) -> None:
    """A view that had to count what waits for its reader says so here, and the rail does not count again."""
    g.counted = counts


def home_url() -> str:
    """Where the signed-in user starts: the first entry of the rail, for want of any the profile."""
    endpoint = next((parts[0].endpoint for _entry, parts in entries()), "profile.show")
    return url_for(endpoint)


def role_name(role: Role) -> str:
    """The role in the reader's words."""
    return gettext(ROLE_NAMES[role])


def search_url() -> str | None:
    """Where the search field of the top bar leads, None while no page takes it."""
    return url_for("search.index") if "search.index" in current_app.view_functions else None
