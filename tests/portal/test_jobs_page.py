"""Head office sees what the jobs did, asks for a run, reads every mail, and keeps the letterhead."""

from collections.abc import Callable
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from models.access import Principal
from models.job_run import JobRun, begin_run, end_run, list_runs
from models.locks import LEADER, Locks
from models.outbox import OutboxMail, queue_mail
from models.session import Database
from portal.jobs.schedule import JOBS
from portal.jobs.views import rhythm
from portal.web import Portal
from tests.portal.conftest import Browser
from tests.world import ident

AsUser = Callable[[str], Browser]
SYSTEM = Principal.system("test")
HQ = "hq@example.com"
HTMX = {"HX-Request": "true"}
MAIL = f"/outbox/{ident('mail')}"


def test_the_page_lists_every_job_with_its_last_run(
    as_user: AsUser, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        run = begin_run(db, "outbox", "schedule", "vm:1")
        assert run is not None
        end_run(db, run, "failed", {"sent": 2, "<i>100 %": 3}, "Unavailable: <b>no server</b>")
    page = as_user(HQ).get("/jobs").text
    for job in JOBS:
        assert job.name in page
    assert "every day at 03:45" in page
    assert "2 sent" in page
    assert "3 &lt;i&gt;100 %" in page, "what was counted comes from the database: text, not markup"
    assert "Unavailable: &lt;b&gt;no server" in page


def test_it_says_when_nobody_runs_the_jobs(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    assert "No process runs the jobs" in as_user(HQ).get("/jobs").text
    locks = Locks(system_database)
    locks.take(LEADER)
    assert "No process runs the jobs" not in as_user(HQ).get("/jobs").text
    locks.close()


def test_head_office_asks_for_a_run_once(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    browser = as_user(HQ)
    for _ in range(2):
        assert browser.submit("/jobs/housekeeping/runs").location == "/jobs"
    with system_database.open(SYSTEM) as db:
        (asked,) = [run for run in list_runs(db, limit=9) if run.status == "requested"]
        assert (asked.name, asked.trigger, asked.requested_by) == ("housekeeping", "request", ident("user.hale"))
    page = browser.get("/jobs").text
    assert "by head office, Hale Arslan" in page
    assert 'hx-trigger="every 2s"' in page, "it looks again while a run is under way"
    assert browser.submit("/jobs/nothing/runs").status_code == 404


def test_runs_are_filtered_and_paged(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        for number in range(30):
            db.add(JobRun(name="outbox", status="succeeded", trigger="schedule", counts={"sent": number}))
    browser = as_user(HQ)
    assert "Next" in browser.get("/jobs?job=outbox").text
    part = browser.get("/jobs?job=housekeeping", headers=HTMX | {"HX-Target": "runs"}).text
    assert part.lstrip().startswith('<div id="runs">')
    assert "outbox" not in part.replace("/outbox", "")
    assert "Nothing matches" in browser.get("/jobs?status=failed").text


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("* * * * *", "every minute"),
        ("5 4 * * *", "every day at 04:05"),
        ("5 4 * * 0", "5 4 * * 0"),
        ("*/5 * * * *", "every 5 minutes"),
        ("*/5 4 * * *", "*/5 4 * * *"),
    ],
)
def test_a_schedule_in_words(app: Portal, schedule: str, words: str) -> None:
    with app.test_request_context():
        assert rhythm(schedule) == words


def test_a_mail_is_read_as_text_and_in_a_sealed_frame(
    as_user: AsUser, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        evil = "<script>alert(1)</script><form action='/profile'><button>x</button></form>"
        db.query(OutboxMail).update({"body_text": evil, "body_html": evil})
    browser = as_user(HQ)
    page = browser.get(MAIL)
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text
    assert '<iframe class="mail" sandbox src=' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    frame = FlaskClient.open(browser, f"{MAIL}/html")  # past the check of our own markup, which a mail need not pass
    policy = frame.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script" not in policy
    assert frame.headers["X-Content-Type-Options"] == "nosniff"


def test_a_mail_is_downloaded_as_a_file(as_user: AsUser, world: ModuleType) -> None:
    file = as_user(HQ).get(f"{MAIL}.eml")
    assert file.mimetype == "message/rfc822"
    assert b"To: dealer2@example.com" in file.data


def test_a_mail_that_was_given_up_is_sent_again(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    browser = as_user(HQ)
    assert browser.submit(f"{MAIL}/attempts").status_code == 409, "it still waits"
    with system_database.transaction(SYSTEM) as db:
        db.query(OutboxMail).update({"failed_at": world.NOON, "error": "550 no such user", "attempts": 12})
    assert "550 no such user" in browser.get(MAIL).text
    assert "Send again" in browser.get(MAIL).text
    assert browser.submit(f"{MAIL}/attempts").location == MAIL
    with system_database.open(SYSTEM) as db:
        mail = db.get_one(OutboxMail, ident("mail"))
        assert (mail.state, mail.attempts, mail.error) == ("waiting", 0, None)


def test_mails_are_searched_and_filtered(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        texts = {"message": "m", "recipient": "ali@example.com", "locale": "tr", "body_text": "t"}
        queue_mail(db, key="k", subject="Davet", **texts)
    browser = as_user(HQ)
    assert "Davet" in browser.get("/outbox?q=ALI@").text
    assert "dealer2@example.com" not in browser.get("/outbox?q=davet").text
    assert "Nothing matches" in browser.get("/outbox?state=sent").text


def test_the_letterhead_is_kept_and_stands_on_quotes(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user(HQ)
    form = {
        "name": "Anka A.Ş.",
        "address": "Gebze\nKocaeli",
        "currency": "TRY",
        "vat_percent": "18",
        "valid_days": "15",
    }
    assert browser.submit("/letterhead", form | {"terms_tr": "Peşin."}).location == "/letterhead"
    page = browser.get("/letterhead").text
    assert "Peşin." in page
    assert "Gebze\nKocaeli" in page.replace("\r\n", "\n")
    assert "Anka A.Ş." in as_user("dealer@example.com").get(f"/quotes/{ident('quote.gemi')}").text
    wrong = browser.submit("/letterhead", form | {"vat_percent": "101", "name": " ", "address": "kept"})
    assert wrong.status_code == 422
    assert "kept" in wrong.text
