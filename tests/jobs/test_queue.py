"""A queue with several workers: nobody takes what another has, and each try counts as one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from uuid import UUID

import pytest

from models.outbox import OutboxMail, list_mails, queue_mail
from models.queue import claim, give_back, hold
from models.session import Database, Session
from portal.config import Config
from portal.jobs.job import Work
from tests.jobs.conftest import SYSTEM
from tests.world import days

Act = Callable[[Session, OutboxMail], str]


def queue(database: Database, count: int) -> None:
    """Let so many mails wait, due whatever the clock of the machine does."""
    texts = {"message": "m", "recipient": "a@example.com", "locale": "en", "subject": "s", "body_text": "t"}
    with database.transaction(SYSTEM) as db:
        for number in range(count):
            queue_mail(db, key=str(number), **texts)
        for mail in list_mails(db, limit=count):
            mail.next_attempt_at -= days(1)


def attempts(database: Database) -> list[int]:
    with database.open(SYSTEM) as db:
        return [mail.attempts for mail in list_mails(db, limit=100)]


def test_what_one_worker_has_claimed_no_other_gets_until_he_lets_go(system_database: Database) -> None:
    queue(system_database, 2)
    with ExitStack() as workers:
        first = workers.enter_context(system_database.open(SYSTEM))
        other = workers.enter_context(system_database.open(SYSTEM))
        mine, his = claim(first, OutboxMail), claim(other, OutboxMail)
        assert mine
        assert his
        assert mine != his
        with system_database.open(SYSTEM) as third:
            assert claim(third, OutboxMail) is None
            third.rollback()
            first.rollback()
            assert claim(third, OutboxMail) == mine, "whoever is killed has lost it at once"


def test_the_row_of_a_claimed_item_stays_free_to_count_on(system_database: Database) -> None:
    queue(system_database, 1)
    with system_database.open(SYSTEM) as claims:
        item_id = claim(claims, OutboxMail)
        assert item_id is not None
        with system_database.transaction(SYSTEM) as db:
            item = hold(db, OutboxMail, item_id)
            assert item is not None
            assert item.begin()
        assert attempts(system_database) == [1]
        with system_database.transaction(SYSTEM) as db:
            give_back(db, OutboxMail, item_id)
        assert attempts(system_database) == [0]


def test_workers_who_come_to_the_same_items_at_once_try_each_once(system_database: Database, config: Config) -> None:
    queue(system_database, 12)
    tried: list[UUID] = []
    together = Barrier(4)

    def fail(_db: Session, mail: OutboxMail) -> str:
        tried.append(mail.id)
        raise RuntimeError("not today")

    def work(_: int) -> int:
        given = Work("probe", system_database, config)
        together.wait(timeout=30)
        given.each(OutboxMail, fail)
        return given.counts["failed"]

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 12
    assert len(tried) == len(set(tried)) == 12
    assert attempts(system_database) == [1] * 12


@pytest.mark.parametrize("spent", [False, True])
def test_an_item_is_given_up_once_every_attempt_ended_with_its_worker(
    spent: bool, system_database: Database, config: Config
) -> None:
    queue(system_database, 1)
    with system_database.transaction(SYSTEM) as db:
        for mail in list_mails(db, limit=1):
            mail.attempts = mail.MOST_ATTEMPTS - (not spent)
    given = Work("probe", system_database, config)
    given.each(OutboxMail, _send)
    assert given.counts == ({"given up": 1} if spent else {"sent": 1})


def _send(_db: Session, mail: OutboxMail) -> str:
    mail.sent_at = mail.requested_at
    return "sent"
