"""What a piece of work asks of the database: how many statements, and how many rows they had to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from models.session import Session


def count_queries(db: Session, work: Callable[[], object]) -> int:
    """How many statements `work` sends through the session."""
    with _noted(db) as sent:
        work()
    return len(sent)


def most_rows_read(db: Session, work: Callable[[], object]) -> float:
    """The most rows that any step of any plan of `work` read, those it threw away included."""
    with _noted(db) as sent:
        work()
    connection = db.connection()
    plans = [
        connection.exec_driver_sql(f"explain (analyze, format json) {statement}", parameters).scalar_one()
        for statement, parameters in sent
    ]
    return max(_most_rows(plan[0]["Plan"]) for plan in plans)


@contextmanager
def _noted(db: Session) -> Iterator[list[tuple[str, Any]]]:
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        sent.append((statement, parameters))

    connection = db.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def _most_rows(plan: dict[str, Any]) -> float:
    read = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Join Filter", 0)
    return float(max([read * plan["Actual Loops"], *map(_most_rows, plan.get("Plans", []))]))
