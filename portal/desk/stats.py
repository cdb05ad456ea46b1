"""The strip of figures on each home page: every figure with its source and age, or with what it counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import ngettext, pgettext
from markupsafe import Markup

from models.dealer import DealerCredit
from models.order.figures import DealerFigures, Total
from models.visit.figures import VisitFigures
from portal import formats
from portal.web.filters import age, money, number
from portal.web.language import gettext as _

Stat = dict[str, Any]


def of_dealer(credit: DealerCredit | None, figures: Sequence[DealerFigures] | None) -> list[Stat]:
    """Credit left, overdue, open orders, ordered this year; what the reader may not see is left out."""
    return [*_of_credit(credit), *(_of_orders(figures) if figures is not None else [])]


def of_rep(visits: VisitFigures, leads: Mapping[str, int]) -> list[Stat]:
    """What is due in the field today, what is late, and what waits at dealers."""
    return [
        {"label": _("Planned for today"), "value": number(visits.planned_today), "note": _("visits and calls")},
        _late(pgettext("visits", "Overdue"), visits.overdue, _("planned before today")),
        {"label": _("Made"), "value": number(visits.made), "note": _("in the last 7 days")},
        _leads(leads),
    ]


def of_manager(visits: VisitFigures, week: Sequence[Total], leads: Mapping[str, int]) -> list[Stat]:
    """Visits, orders and leads of the last week."""
    total = week[0] if week else None
    return [
        {"label": _("Visits made"), "value": number(visits.made), "note": _("in the last 7 days")},
        _late(_("Visits overdue"), visits.overdue, _("planned before today")),
        {
            "label": pgettext("amount", "Ordered"),
            "value": money(total.amount if total else 0),
            "unit": total.currency if total else "",
            "note": _("%(count)s orders in the last 7 days", count=number(total.orders if total else 0)),
            "url": url_for("orders.index"),
        },
        _leads(leads),
    ]


def _of_credit(credit: DealerCredit | None) -> list[Stat]:
    if credit is None:
        return []
    told = Markup("{}, {}").format(credit.source, age(credit.as_of))
    return [
        {"label": _("Credit left"), "value": money(credit.credit_left), "unit": credit.currency, "note": told},
        {
            "label": _("Overdue"),
            "value": money(credit.overdue),
            "unit": credit.currency,
            "note": told,
            "tone": "late" if credit.overdue > 0 else "",
        },
    ]


def _of_orders(figures: Sequence[DealerFigures]) -> list[Stat]:
    count = sum(each.open_orders for each in figures)
    open_amounts = [money(each.open_amount, each.currency) for each in figures if each.open_orders]
    stats: list[Stat] = [
        {
            "label": _("Open orders"),
            "value": number(count),
            "note": ", ".join(open_amounts) or _("nothing on its way"),
            "url": url_for("orders.index"),
        }
    ]
    for each in figures[:1]:
        stats.append(
            {"label": _("Ordered this year"), "value": money(each.this_year), "unit": each.currency} | _change(each)
        )
    return stats


def _change(figures: DealerFigures) -> Stat:
    if not figures.last_year:
        return {"note": _("nothing in the same part of last year")}
    share = (figures.this_year - figures.last_year) / figures.last_year
    sign = "+" if share > 0 else ""
    return {
        "note": _("%(change)s against the same part of last year", change=f"{sign}{formats.current().percent(share)}"),
        "tone": "good" if share > 0 else "",
    }


def _late(label: str, count: int, note: str) -> Stat:
    return {"label": label, "value": number(count), "note": note, "tone": "late" if count else ""}


def _leads(leads: Mapping[str, int]) -> Stat:
    late = leads["late"]
    note = ngettext("%(num)s is late", "%(num)s are late", late) if late else _("none is late")
    return {
        "label": _("Leads waiting for a dealer's answer"),
        "value": number(leads["offered"]),
        "note": note,
        "tone": "late" if late else "",
        "url": url_for("leads.index", status="offered"),
    }
