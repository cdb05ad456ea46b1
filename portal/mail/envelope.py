"""A row of the outbox as the mail that goes out."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from models.outbox import OutboxMail


def message_of(mail: OutboxMail, sender: str) -> EmailMessage:
    """The mail with its headers. Sent twice, it carries the same Message-ID, by which mail programs show it once."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP.clone(utf8=False))
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.requested_at)
    message["Message-ID"] = f"<{mail.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = mail.locale
    message.set_content(mail.body_text)
    if mail.body_html:
        message.add_alternative(mail.body_html, subtype="html")
    return message
