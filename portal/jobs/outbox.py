"""Sends the mails that wait in the outbox, each at least once."""

from models.errors import N_
from models.outbox import OutboxMail, mark_sent
from models.queue import is_due
from models.session import Session
from portal.jobs.job import Hopeless, Unavailable, Work
from portal.mail.envelope import message_of
from portal.mail.post import Away, Rejected, open_post


def waiting_mails(db: Session) -> bool:
    """Whether a mail is to be sent now."""
    return is_due(db, OutboxMail)


def send_mails(work: Work) -> None:
    """Hand each mail that is due to the mail server, or write it to a file where there is none."""
    with open_post(work.config.smtp_url, work.config.data_dir) as post:

        def send(_db: Session, mail: OutboxMail) -> str:
            try:
                mark_sent(mail, post.send(message_of(mail, work.config.mail_from)))
            except Away as error:
                raise Unavailable(str(error)) from error
            except Rejected as error:
                raise Hopeless(str(error)) from error
            return N_("sent")

        work.each(OutboxMail, send)
