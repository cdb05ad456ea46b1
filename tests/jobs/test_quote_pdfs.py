"""PDFs made by the job: the picture of what was quoted, errors that stay with their quote, several workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from types import ModuleType

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from models.account import Account
from models.base import now
from models.outbox import OutboxMail
from models.queue import is_due
from models.quote import Quote, QuoteLine
from models.quote.document import QuoteDocument, latest_document
from models.quote.drafting import draft_quote, issue, write_lines
from models.session import Database, Session
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.models.test_quotes import ENTRY
from tests.world import TODAY, days, ident

RunJob = Callable[[Job], Work]


def ask_for_more(db: Session, count: int, lines: int = 1) -> None:
    """Issue quotes of so many lines, whose PDFs then wait."""
    account = db.get_one(Account, ident("account.gemi"))
    for _ in range(count):
        quote = draft_quote(
            db,
            account,
            quoted_on=TODAY,
            valid_until=TODAY + days(30),
            currency="TRY",
            locale="tr",
            user_id=ident("user.cem"),
        )
        write_lines(quote, [ENTRY] * lines)
        issue(db, quote, TODAY)
    # Due whatever the clock of the machine does next.
    db.execute(update(QuoteDocument).values(next_attempt_at=now() - days(1)))


@pytest.fixture
def job() -> Job:
    found = find_job("quote_pdfs")
    assert found is not None
    return found


@dataclass
class Kept:
    state: str
    attempts: int
    error: str | None
    content: bytes | None
    pages: int | None


def kept(database: Database, quote: str) -> Kept:
    with database.open(SYSTEM) as db:
        found = latest_document(db, ident(f"quote.{quote}"), content=True)
        assert found is not None
        return Kept(found.state, found.attempts, found.error, found.content, found.pages)


def test_every_waiting_pdf_is_made_once(
    work: RunJob, job: Job, system_database: Database, database: Database, world: ModuleType
) -> None:
    done = work(job)
    assert done.counts == {"made": 3}
    first = kept(system_database, "gemi")
    assert (first.state, first.attempts, first.pages) == ("made", 1, 1)
    assert "Şişli / İĞÜŞÖÇ ığüşöç" in PdfReader(BytesIO(first.content or b"")).pages[0].extract_text()
    assert "Anka Kaynak Sanayi A.Ş." in PdfReader(BytesIO(first.content or b"")).pages[0].extract_text()
    assert work(job).counts == {}
    assert kept(system_database, "gemi") == first
    with database.open(world.principals()["ayse"]) as db:
        own = latest_document(db, ident("quote.gemi"), content=True)
        assert own is not None
        assert own.content == first.content
        assert latest_document(db, ident("quote.vinc")) is None


def test_a_poisoned_quote_keeps_its_error_and_holds_up_no_other(
    work: RunJob, job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Quote).where(Quote.id == ident("quote.gemi")).values(locale="tlh"))
    assert work(job).counts == {"made": 2, "failed": 1}
    poisoned = kept(system_database, "gemi")
    assert (poisoned.state, poisoned.attempts) == ("waiting", 1)
    assert "tlh" in (poisoned.error or "")
    assert work(job).counts == {}, "it is put off, not tried at once again"
    for attempt in range(2, 6):
        with system_database.transaction(SYSTEM) as db:
            db.execute(update(QuoteDocument).values(next_attempt_at=now() - timedelta(seconds=1)))
        assert work(job).counts == {"failed": 1}
        assert kept(system_database, "gemi").attempts == attempt
    assert kept(system_database, "gemi").state == "failed"


def test_a_quote_that_ends_its_worker_each_time_is_given_up(
    work: RunJob, job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(QuoteDocument).where(QuoteDocument.quote_id == ident("quote.gemi")).values(attempts=5))
    assert work(job).counts == {"given up": 1, "made": 2}
    given_up = kept(system_database, "gemi")
    assert given_up.state == "failed"
    assert "ended" in (given_up.error or "")


def test_several_workers_share_the_work(work: RunJob, job: Job, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        ask_for_more(db, 30)
    with ThreadPoolExecutor(4) as pool:
        tallies = list(pool.map(lambda _: work(job).counts, range(4)))
    assert sum(tally["made"] for tally in tallies) == 33
    with system_database.open(SYSTEM) as db:
        assert not is_due(db, QuoteDocument)
        assert db.query(QuoteDocument).filter(QuoteDocument.made_at.is_not(None)).count() == 33
        assert db.query(QuoteDocument).filter(QuoteDocument.attempts != 1).count() == 0, "an attempt for each try"


def test_whoever_had_to_wait_is_told(work: RunJob, job: Job, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        asked = {"requested_by": ident("user.cem"), "requested_at": now() - timedelta(minutes=3)}
        db.execute(update(QuoteDocument).where(QuoteDocument.quote_id == ident("quote.gemi")).values(asked))
    work(job)
    work(job)
    with system_database.open(SYSTEM) as db:
        (mail,) = db.query(OutboxMail).filter_by(message="quote_ready")
        assert mail.recipient == "rep@example.com"
        assert f"https://p.example/quotes/{ident('quote.gemi')}" in mail.body_text
        assert "T-gemi" in mail.subject


def test_letters_that_the_font_does_not_know_harm_nobody(
    work: RunJob, job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(QuoteLine).values(description="ﷺ 測試 🔥 " * 50))
    assert work(job).counts == {"made": 3}
