"""What the row policies cost: the same query as the principal, and with an explicit WHERE as the tables' owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session as PlainSession

from benchmarks.measure import Result, compare
from benchmarks.scene import Scene, ident
from models.access import Principal
from models.session import Database, Session

ORDERS = 'select * from "order" {where} order by placed_at desc limit 50'
LINES = "select * from order_line {where} order by position"
ACCOUNTS = "select * from account {where} order by name_key limit 50"


def run(scene: Scene) -> list[Result]:
    """Full and empty scopes of a dealer, a manager and a rep."""
    web = Database(scene.web_url)
    owner = create_engine(scene.admin_url)
    cases: list[tuple[str, str, Principal, str, dict[str, Any]]] = [
        _dealer("dealer's newest orders", ORDERS, scene.dealer()),
        _dealer("dealer's newest orders, none", ORDERS, scene.dealer(2000)),
        _order("lines of one of a dealer's orders", scene.dealer()),
        _region("manager's newest orders", ORDERS, scene.manager()),
        _region("manager's accounts by name", ACCOUNTS, scene.manager()),
    ]
    results = []
    with owner.connect() as connection:
        connection.execute(text("set role portal_owner"))
        for name, query, principal, where, values in cases:
            with web.open(principal) as db:
                kept = {name: value for name, value in values.items() if name == "order"}
                ours = _query(db, query.format(where="where order_id = :order" if kept else ""), kept)
                floor = _query(connection, query.format(where=where), values)
                results.append(compare(f"row policy: {name}", ours, floor, target=1.5, runs=200))
    web.close()
    owner.dispose()
    return results


def _dealer(name: str, query: str, principal: Principal) -> tuple[str, str, Principal, str, dict[str, Any]]:
    return name, query, principal, "where dealer_id = :dealer", {"dealer": principal.dealer_id}


def _order(name: str, principal: Principal) -> tuple[str, str, Principal, str, dict[str, Any]]:
    values = {"dealer": principal.dealer_id, "order": ident("order-16")}
    return name, LINES, principal, "where order_id = :order and dealer_id = :dealer", values


def _region(name: str, query: str, principal: Principal) -> tuple[str, str, Principal, str, dict[str, Any]]:
    return name, query, principal, "where region_id = :region", {"region": principal.region_id}


def _query(on: Session | PlainSession | Connection, query: str, values: dict[str, Any]) -> Callable[[], object]:
    statement = text(query)
    return lambda: on.execute(statement, values).all()
