"""Mails that leave the outbox: into files, to a real mail server, past refusals and a server that is away."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import delete, update

from models.base import now
from models.outbox import OutboxMail, forget_bodies, get_mail, list_mails, queue_mail
from models.session import Database
from portal.config import Config, ConfigError
from portal.jobs.job import Job, Unavailable, Work
from portal.jobs.outbox import waiting_mails
from portal.jobs.schedule import find_job
from portal.mail.post import MailServer
from tests.jobs.conftest import SYSTEM
from tests.jobs.smtp_server import Mailbox, smtp_server

Send = Callable[[], dict[str, int]]


@pytest.fixture
def job() -> Job:
    found = find_job("outbox")
    assert found is not None
    return found


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as opened:
        yield opened


@pytest.fixture
def send(job: Job, system_database: Database, config: Config, box: Mailbox) -> Send:
    """Run the job with the test's mail server and return its tally."""
    settings = replace(config, smtp_url=f"smtp://127.0.0.1:{box.port}", mail_from="Anka <portal@anka.example>")

    def run() -> dict[str, int]:
        given = Work(job.name, system_database, settings)
        job.function(given)
        return dict(given.counts)

    return run


def queue(database: Database, *recipients: str) -> None:
    with database.transaction(SYSTEM) as db:
        for recipient in recipients:
            queue_mail(
                db,
                key=recipient,
                message="invitation",
                recipient=recipient,
                locale="tr",
                subject="Şişli'den\n yeni talep",
                body_text=".noktalı satır\nİĞÜŞÖÇ ığüşöç\n",
                body_html="<p>İĞÜŞÖÇ ığüşöç</p>",
            )


def states(database: Database) -> dict[str, tuple[str, int, str | None]]:
    with database.open(SYSTEM) as db:
        return {mail.recipient: (mail.state, mail.attempts, mail.error) for mail in list_mails(db, limit=50)}


def make_due(database: Database) -> None:
    with database.transaction(SYSTEM) as db:
        db.execute(update(OutboxMail).values(next_attempt_at=now() - timedelta(seconds=1)))


def test_without_a_mail_server_mails_become_files(
    work: Callable[[Job], Work], job: Job, system_database: Database, config: Config
) -> None:
    queue(system_database, "ali@example.com")
    assert work(job).counts == {"sent": 1}
    (file,) = (config.data_dir / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["To"] == "ali@example.com"
    assert file.stat().st_mode & 0o077 == 0, "it may hold the link of an invitation"
    assert work(job).counts == {}
    with system_database.open(SYSTEM) as db:
        (row,) = list_mails(db, limit=2)
        assert row.delivered_to == f"mail/{file.name}"
        assert f"{row.id}.eml" == file.name


def test_a_mail_arrives_as_it_was_written(send: Send, box: Mailbox, system_database: Database) -> None:
    queue(system_database, "ali@example.com")
    assert send() == {"sent": 1}
    (mail,) = box.mails
    assert mail["Subject"] == "Şişli'den yeni talep"
    assert mail["From"] == "Anka <portal@anka.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == [".noktalı satır", "İĞÜŞÖÇ ığüşöç"]
    assert html.get_content().strip() == "<p>İĞÜŞÖÇ ığüşöç</p>"
    assert send() == {}
    assert box.recipients == ["ali@example.com"]


def test_a_mail_sent_again_after_a_kill_carries_the_same_id(
    send: Send, box: Mailbox, system_database: Database
) -> None:
    queue(system_database, "ali@example.com")
    send()
    with system_database.transaction(SYSTEM) as db:  # the server took it, but the process fell before it could note so
        db.execute(update(OutboxMail).values(sent_at=None))
    send()
    assert len({mail["Message-ID"] for mail in box.mails}) == 1 < len(box.mails)


def test_one_connection_serves_all_and_is_made_anew_when_the_server_hangs_up(
    send: Send, box: Mailbox, system_database: Database
) -> None:
    queue(system_database, *(f"{number}@example.com" for number in range(5)))
    box.hangs_up_after = 3
    assert send() == {"sent": 4, "failed": 1}
    assert box.connections == 2
    make_due(system_database)
    box.hangs_up_after = None
    assert send() == {"sent": 1}
    assert sorted(mail["To"] for mail in box.mails) == [f"{number}@example.com" for number in range(5)]


def test_refusals_for_good_and_for_now(send: Send, box: Mailbox, system_database: Database) -> None:
    queue(system_database, "gone@example.com", "busy@example.com", "fine@example.com")
    box.refusals = {"gone@example.com": "550 no such user", "busy@example.com": "451 try again later"}
    assert send() == {"sent": 1, "failed": 2}
    assert states(system_database) == {
        "gone@example.com": ("failed", 1, "Hopeless: 550 no such user"),
        "busy@example.com": ("waiting", 1, "RuntimeError: 451 try again later"),
        "fine@example.com": ("sent", 1, None),
    }
    assert send() == {}, "what is put off waits for its time"
    make_due(system_database)
    box.refusals = {}
    assert send() == {"sent": 1}
    assert states(system_database)["busy@example.com"] == ("sent", 2, None)


def test_a_server_that_is_away_fails_the_run_and_not_the_mails(
    job: Job, system_database: Database, config: Config
) -> None:
    queue(system_database, "ali@example.com", "veli@example.com")
    with smtp_server() as gone:
        port = gone.port
    away = Work(job.name, system_database, replace(config, smtp_url=f"smtp://127.0.0.1:{port}"))
    for _ in range(OutboxMail.MOST_ATTEMPTS + 1):
        with pytest.raises(Unavailable, match="cannot be used"):
            job.function(away)
    assert set(states(system_database).values()) == {("waiting", 0, None)}, "however long it is away"
    with system_database.open(SYSTEM) as db:
        assert waiting_mails(db), "they go out as soon as the server is back"


def test_an_impossible_recipient_holds_up_no_other(send: Send, box: Mailbox, system_database: Database) -> None:
    queue(system_database, "no address at all", "a@b@c", "fine@example.com", "x@example.com\nBcc: y@example.com")
    assert send() == {"sent": 1, "failed": 3}
    assert box.recipients == ["fine@example.com"]


def test_an_occasion_is_mailed_once(database: Database, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(delete(OutboxMail))
    texts = {"message": "m", "recipient": "a@example.com", "locale": "tr", "subject": "s", "body_text": "t"}
    for name in ("ayse", "cem", "filiz", "hale"):
        with database.transaction(world.principals()[name]) as db:
            queue_mail(db, key="the occasion", **texts)
    with system_database.open(SYSTEM) as db:
        assert len(list_mails(db, limit=9)) == 1


def test_lists_by_state_and_words(system_database: Database, send: Send, box: Mailbox) -> None:
    queue(system_database, "ali@example.com", "gone@example.com")
    box.refusals = {"gone@example.com": "550 no"}
    send()
    queue(system_database, "later@example.com")
    with system_database.open(SYSTEM) as db:
        found = {
            state: [m.recipient for m in list_mails(db, state=state, limit=9)]
            for state in ("waiting", "sent", "failed")
        }
        assert found == {"waiting": ["later@example.com"], "sent": ["ali@example.com"], "failed": ["gone@example.com"]}
        assert [mail.recipient for mail in list_mails(db, q="LATER", limit=9)] == ["later@example.com"]
        assert list_mails(db, q="%", limit=9) == []


def test_bodies_are_forgotten_but_not_the_mail(system_database: Database, send: Send) -> None:
    queue(system_database, "ali@example.com")
    send()
    with system_database.transaction(SYSTEM) as db:
        assert forget_bodies(db, now() - timedelta(days=1)) == 0
        assert forget_bodies(db, now() + timedelta(days=1)) == 1
        (mail,) = list_mails(db, limit=2)
        kept = get_mail(db, mail.id)
        assert (kept.body_text, kept.body_html, kept.subject) == ("", None, "Şişli'den yeni talep")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.com", MailServer("smtp", "mail.example.com", 25, None, None)),
        ("starttls://u%40x:p%2Fw@mail.example.com", MailServer("starttls", "mail.example.com", 587, "u@x", "p/w")),
        ("smtps://u:p@mail.example.com:4650", MailServer("smtps", "mail.example.com", 4650, "u", "p")),
    ],
)
def test_the_address_of_a_mail_server(url: str, expected: MailServer) -> None:
    assert MailServer.parse(url) == expected


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:port"])
def test_a_wrong_address_is_refused_without_telling_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PORTAL_SMTP_URL") as caught:
        Config.from_environment({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SMTP_URL": url})
    assert "mail.example.com" not in str(caught.value)
