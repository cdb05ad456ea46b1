"""The settings of one running portal, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr, parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from models import embedded
from models.secrets_file import load_secrets
from portal.formats import LOCALES
from portal.mail.post import MailServer

TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


class ConfigError(Exception):
    """A setting has a value that cannot be used; the text says which and what is expected."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """One frozen object; whoever needs a setting gets it from here and from nowhere else."""

    data_dir: Path
    """Files of this portal: the embedded database, the secret, attachments, mails without a mail server."""
    secret_key: str = field(repr=False)
    """Signs the browser's cookie; a new one signs everybody out."""
    database_url: str | None = field(default=None, repr=False)
    """A PostgreSQL server of one's own; without it the embedded one under `data_dir` is used."""
    smtp_url: str | None = field(default=None, repr=False)
    """starttls://user:password@host:port (or smtps://, smtp://); without it mails become files for head office."""
    mail_from: str = "Channel Portal <portal@localhost>"
    """Who mails come from: a name and an address of which the mail server allows to send."""
    locale: str = "en"
    """The language of whoever has not chosen one and whose browser asks for none of ours."""
    timezone: str = "Europe/Istanbul"
    """The zone in which moments are shown."""
    company: str = "Channel Portal"
    """The manufacturer's name, as people read it on every page."""
    public_url: str | None = None
    """Where people reach the portal, for links in mails; without it links name the host that was asked."""
    detour: float = 1.3
    """How much longer a road is than the great circle, where no road matrix says."""
    km_an_hour: float = 50.0
    """How fast a rep gets there, on the average."""
    trusted_proxies: int = 0
    """How many proxies stand in front and may say who the caller is."""
    secure_cookies: bool = False
    """Send cookies over https alone; set it wherever people reach the portal by https."""
    production: bool = False
    """Off: the component gallery is served and static files are looked up anew on each request."""

    @property
    def address(self) -> str:
        """Where people reach the portal, for links that are written outside of any request."""
        return self.public_url or "http://127.0.0.1:8000"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read `DATABASE_URL` and the `PORTAL_…` variables; raises ConfigError naming the variable that is wrong."""
        data_dir = Path(environment.get("PORTAL_DATA_DIR") or embedded.default_data_dir()).absolute()
        production = _flag(environment, "PORTAL_PRODUCTION")
        company = environment.get("PORTAL_COMPANY") or "Channel Portal"
        public_url = _address(environment.get("PORTAL_URL") or None)
        return cls(
            data_dir=data_dir,
            secret_key=environment.get("PORTAL_SECRET_KEY") or load_secrets(data_dir).secret_key,
            database_url=environment.get("DATABASE_URL") or None,
            smtp_url=_smtp(environment.get("PORTAL_SMTP_URL") or None),
            mail_from=_sender(environment.get("PORTAL_MAIL_FROM"), company, public_url),
            locale=_locale(environment.get("PORTAL_LOCALE") or "en"),
            timezone=_timezone(environment.get("PORTAL_TIMEZONE") or "Europe/Istanbul"),
            company=company,
            public_url=public_url,
            detour=_number(environment, "PORTAL_DETOUR_FACTOR", 1.3, 1, 5),
            km_an_hour=_number(environment, "PORTAL_KM_AN_HOUR", 50, 5, 130),
            trusted_proxies=_count(environment, "PORTAL_TRUSTED_PROXIES"),
            secure_cookies=_flag(environment, "PORTAL_SECURE_COOKIES"),
            production=production,
        )


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in TRUE | FALSE:
        raise ConfigError(f"{name} is {value!r}; expected 1 or 0.")
    return value in TRUE


def _count(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name) or "0"
    if not value.isdecimal():
        raise ConfigError(f"{name} is {value!r}; expected a whole number, 0 or more.")
    return int(value)


def _number(environment: Mapping[str, str], name: str, usual: float, low: float, high: float) -> float:
    value = environment.get(name) or str(usual)
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not low <= number <= high:
        raise ConfigError(f"{name} is {value!r}; expected a number from {low} to {high}.")
    return number


def _locale(value: str) -> str:
    if value not in LOCALES:
        raise ConfigError(f"PORTAL_LOCALE is {value!r}; expected one of {', '.join(LOCALES)}.")
    return value


def _address(value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise ConfigError(f"PORTAL_URL is {value!r}; expected an address such as https://portal.example.com.")
    return value.rstrip("/") if value else None


def _smtp(value: str | None) -> str | None:
    if value is not None:
        try:
            MailServer.parse(value)
        except ValueError as error:  # without the address itself, which holds a password
            raise ConfigError(f"PORTAL_SMTP_URL cannot be used: {error}.") from None
    return value


def _sender(value: str | None, company: str, public_url: str | None) -> str:
    if value is None:
        return formataddr((company, f"portal@{urlsplit(public_url or '').hostname or 'localhost'}"))
    if "@" not in parseaddr(value)[1]:
        raise ConfigError(f"PORTAL_MAIL_FROM is {value!r}; expected one such as Portal <portal@example.com>.")
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ConfigError(f"PORTAL_TIMEZONE is {value!r}; expected a name such as Europe/Istanbul.") from None
    return value
