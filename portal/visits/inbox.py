"""What the inbox may be narrowed by, read from the address and handed to the model."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from flask import g, request, url_for

from models.access import Role
from models.account import get_account
from models.base import now
from models.errors import N_, NotFound
from models.holdings import list_holdings
from models.visit.inbox import InboxRow, VisitFilter, list_visits
from portal import formats
from portal.web import db, navigation
from portal.web.language import gettext as _
from portal.web.lists import Choices, Filter, Listing, ListState, Page

LISTING = Listing(
    sorts=("happened_at",),
    default_sort="-happened_at",
    filters=(
        Filter("account", N_("Account")),
        Filter("rep", N_("Rep")),
        Filter("territory", N_("Territory")),
        Filter("unread", N_("Read or not"), (("yes", N_("Unread only")),)),
        Filter("missing", N_("What is missing"), (("market", N_("No competitor data")), ("next", N_("No next step")))),
        Filter(
            "period",
            N_("Period"),
            (
                ("7", N_("Last 7 days")),
                ("28", N_("Last 28 days")),
                ("91", N_("Last 13 weeks")),
                ("365", N_("Last 12 months")),
            ),
        ),
    ),
)


def in_parts(rows: Sequence[InboxRow]) -> list[tuple[str | None, list[InboxRow]]]:
    """The unread ones and those read before, each part with its heading; none where nothing is unread."""
    parts = [(unread, list(part)) for unread, part in groupby(rows, key=lambda row: row.unread)]
    headings = {True: _("Unread"), False: _("Read before")} if parts and parts[0][0] else {}
    return [(headings.get(unread), part) for unread, part in parts]


def read_state() -> ListState:
    """The state of the inbox, on its own page and beside an open visit."""
    return replace(LISTING.read(None, **_offered()), path=url_for("visits.index"))


def read_page(state: ListState) -> Page[InboxRow]:
    """The visits of one page. Where they include all unread ones, the rail need not count these again."""
    inbox = list_visits(db, wanted(state), limit=state.limit, offset=state.offset)
    if inbox.unread is not None:
        navigation.counted(visits=inbox.unread)
    return state.page(inbox.rows)


def wanted(state: ListState) -> VisitFilter:
    """The state as the model takes it."""
    chosen = state.chosen
    return VisitFilter(
        name=state.q,
        user_id=_id(chosen.get("rep")),
        territory_id=_id(chosen.get("territory")),
        account_id=_id(chosen.get("account")),
        since=_midnight_before(int(chosen["period"])) if "period" in chosen else None,
        unread="unread" in chosen,
        without_competitor_data=chosen.get("missing") == "market",
        without_next_step=chosen.get("missing") == "next",
    )


def _offered() -> dict[str, Choices]:
    """The filters whose values come from the database: reps, territories, and the account that the address names."""
    held = list_holdings(db)
    territories = [(str(each.territory_id), each.territory) for each in held]
    reps = {str(each.user_id): each.user for each in held if each.user is not None}
    in_order = sorted(reps.items(), key=lambda choice: choice[1])
    return {
        "account": _account(),
        "rep": [] if g.principal.role is Role.REP else in_order,
        "territory": territories if len(territories) > 1 else [],
    }


def _account() -> Sequence[tuple[str, str]]:
    try:
        account = get_account(db, UUID(request.args.get("account", "")))
    except (ValueError, NotFound):
        return []
    return [(str(account.id), account.name)]


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _midnight_before(days: int) -> dt.datetime:
    """The beginning of the first of the last `days` days, today included, where the reader is."""
    zone = formats.current().timezone
    first = now().astimezone(zone).date() - dt.timedelta(days=days - 1)
    return dt.datetime.combine(first, dt.time.min, zone)
