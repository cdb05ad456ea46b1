"""The floor of the page benchmarks: a bare Flask app with one statement per card and a minimal autoescaped table.

No sign-in, no row policies (an explicit WHERE as superuser), no layout; each page is padded to the bytes of ours.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, request
from sqlalchemy import create_engine, text

TABLE = (
    "<!doctype html><title>bare</title>{% for rows in cards %}<table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
)

PAGES: dict[str, tuple[str, ...]] = {
    "orders": (
        'select number, status, placed_at, requested_on, line_count, amount, currency from "order"'
        " where dealer_id = :dealer order by placed_at desc limit 51",
    ),
    "stock": (
        "select p.code, p.name, p.pack_size, p.unit, e.price, e.price * (1 - d.percent / 100), s.quantity, s.as_of"
        " from product p join product_group g on g.id = p.product_group_id"
        " left join lateral (select sum(quantity) as quantity, min(as_of) as as_of from stock_level"
        "   where product_id = p.id) s on true"
        " left join lateral (select price from price_list_entry where product_id = p.id and valid_from <= current_date"
        "   order by valid_from desc limit 1) e on true"
        " left join lateral (select percent from discount where dealer_id = :dealer limit 1) d on true"
        " order by p.name_key limit 51",
    ),
    "home": (
        "select credit_limit, balance, overdue, currency, as_of from dealer_credit where id = :dealer",
        'select currency, count(*), sum(amount) from "order" where dealer_id = :dealer'
        " and status in ('placed', 'confirmed') group by currency",
        'select number, status, placed_at, amount, currency from "order" where dealer_id = :dealer'
        " order by placed_at desc limit 8",
        "select number, town, wanted, answer_due_at from lead where dealer_id = :dealer and status = 'offered'"
        " order by answer_due_at limit 8",
        "select number, customer_name, total, valid_until from quote where dealer_id = :dealer and status = 'issued'"
        " order by valid_until limit 8",
    ),
    "visits": (
        "select v.happened_at, a.name, u.name, v.kind, v.summary from unnest(cast(:territories as uuid[])) t(id)"
        " cross join lateral (select * from visit where territory_id = t.id order by happened_at desc limit 51) v"
        ' join account a on a.id = v.account_id join "user" u on u.id = v.user_id'
        " order by v.happened_at desc limit 51",
    ),
}


def create_bare_app() -> Flask:
    """One route for every page above; `bytes` in the query says how long the answer is to be."""
    app = Flask(__name__)
    app.jinja_env.autoescape = True
    table = app.jinja_env.from_string(TABLE)
    engine = create_engine(os.environ["BENCH_ADMIN_URL"], pool_size=5, max_overflow=5, pool_pre_ping=True)

    @app.get("/<page>")
    def show(page: str) -> str:
        cards: list[list[Any]] = []
        with engine.connect() as connection:
            for statement in PAGES[page]:
                values = {name: request.args[name] for name in ("dealer", "territories") if f":{name}" in statement}
                cards.append([tuple(row) for row in connection.execute(text(statement), values)])
        body = table.render(cards=cards)
        return body + " " * (int(request.args["bytes"]) - len(body.encode()))

    return app
