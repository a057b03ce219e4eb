"""Every setting once: name, type, default, what it is for.

`load()` is the only reader of the environment. It reports everything that is wrong in one message,
so that nobody repairs a start one variable at a time. Each setting is also read from `NAME_FILE`.
"""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

CHECKOUT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)  # as headers take it
DAY, CENTURY = 86_400, 3_155_760_000  # seconds


class ConfigError(Exception):
    """All problems of the settings, one per line; the program must not start."""


def _switch(value: Any) -> Any:
    """`on`/`off` and their kin; anything else is refused by the bool type with its own message."""
    return {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value


Switch = Annotated[bool, BeforeValidator(_switch)]


def _split(url: str, *schemes: str) -> SplitResult:
    """The address in parts; raises `ValueError` for another scheme or a port that is none."""
    if not url.startswith(tuple(f"{each}://" for each in schemes)):
        raise ValueError("must begin with " + " or ".join(f"{each}://" for each in schemes))
    try:
        parts = urlsplit(url)
        _ = parts.port  # looked at, for letters and for numbers beyond 65535
    except ValueError:  # its own words may hold a piece of a password
        raise ValueError("has a host or a port that cannot be read") from None
    return parts


def _check_database(url: str) -> str:
    if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
        raise ValueError("must begin with postgresql+psycopg:// or sqlite:///")
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError("cannot be read as the address of a database") from None
    return url


def _check_broker(url: str) -> str:
    database = _split(url, "redis", "rediss").path.strip("/")
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError("after the host stands the number of a database, or nothing")
    return url


def _check_mail_server(url: str) -> str:
    asked = parse_qsl(_split(url, "smtp", "smtps").query, keep_blank_values=True)
    if asked not in ([], [("tls", "starttls")]):
        raise ValueError("after ? stands tls=starttls or nothing")
    return url


def _check_site(url: str) -> str:
    parts = _split(url, "http", "https")
    rest = parts._replace(scheme="", netloc="").geturl()
    if not parts.hostname or parts.username is not None or rest not in ("", "/"):
        raise ValueError("give http:// or https:// and a host, without a path")
    return url


def _check_sender(value: str) -> str:
    if not _ADDRESS.fullmatch(parseaddr(value)[1]):
        raise ValueError('give "Name <address@host>", the address in ASCII')
    return value


def _check_ring(value: str) -> str:
    if not any(key.strip() for key in value.split(",")):
        raise ValueError("holds no key")
    return value


def _unless_empty(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda value: check(value) if value else value)


DatabaseUrl = Annotated[str, _unless_empty(_check_database)]
BrokerUrl = Annotated[str, _unless_empty(_check_broker)]
MailServerUrl = Annotated[str, _unless_empty(_check_mail_server)]
SiteUrl = Annotated[str, _unless_empty(_check_site)]
Sender = Annotated[str, AfterValidator(_check_sender)]
KeyRing = Annotated[str, _unless_empty(_check_ring)]


class Settings(BaseModel):
    """The settings of one installation; field names are the variables' names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    data_dir: Path = Field(
        Path("var"), description="embedded database, files, mailbox, generated secrets"
    )
    database_url: DatabaseUrl = Field(
        "", description="empty: SQLite in DATA_DIR; else postgresql+psycopg:"
    )
    redis_url: BrokerUrl = Field("", description="empty: an embedded broker is started in DATA_DIR")
    smtp_url: MailServerUrl = Field("", description="empty: mails are kept in DATA_DIR/mail/")
    mail_from: Sender = Field(
        "Veranstaltungen <events@localhost>",
        description="sender and ORGANIZER without a network's",
    )
    base_url: SiteUrl = Field(
        "", description="public address, without path; mails, feeds and QR codes"
    )
    secret_key: str = Field("", description="signs forms and receipts; generated in embedded mode")
    data_key: KeyRing = Field(
        "",
        description="seals tokens and sensitive answers; comma-separated ring, the first seals",
    )
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port the web server listens on")
    web_workers: int = Field(2, ge=1, le=64, description="web processes")
    web_threads: int = Field(2, ge=1, le=64, description="threads per web process")
    trusted_proxies: int = Field(
        0, ge=0, le=10, description="proxies in front; each adds to X-Forwarded-For"
    )
    rate_limits: Switch = Field(True, description="off for load tests; also ends the minimum time")
    demo: Literal["", "0", "1", "force"] = Field(
        "",
        description="1 allows /mailbox and the demo login; refused with PostgreSQL unless force",
    )
    clock_shift: float = Field(
        0, ge=-CENTURY, le=CENTURY, description="seconds added to the clock; only with DEMO"
    )
    mail_lease: float = Field(45, gt=0, le=DAY, description="seconds a worker may hold a mail")
    mail_sweep: float = Field(
        10, gt=0, le=DAY, description="seconds between two looks for due mails"
    )
    mail_retry: float = Field(
        60, gt=0, le=DAY, description="seconds to the first retry, doubling after"
    )
    mail_per_domain: int = Field(
        1200, ge=1, le=1_000_000, description="mails a minute to one receiving domain, all workers"
    )
    mail_per_domain_alone: int = Field(
        200, ge=1, le=1_000_000, description="the same of each process while Redis is away"
    )
    mail_keep: int = Field(
        30, ge=15, le=3650, description="days until a settled mail's row is deleted"
    )
    smtp_timeout: float = Field(20, gt=0, le=DAY, description="seconds to wait for the mail server")
    lmtp_port: int = Field(
        0, ge=0, le=65535, description="port that takes what comes back (LMTP); 0: none"
    )
    lmtp_host: str = Field("127.0.0.1", description="address of that port")
    returns_maildir: str = Field(
        "", description="folder in which mail that comes back lies (Maildir); empty: none"
    )
    nudge: Switch = Field(True, description="off: mails leave at the sweep only (fault tests)")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = self._production_problems()
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _production_problems(self) -> list[str]:
        problems = []
        if self.clock_shift and not self.is_demo:
            problems.append("CLOCK_SHIFT: only together with DEMO=1")
        if self.is_embedded or self.demo == "force":
            return problems
        if self.demo == "1":
            problems.append("DEMO: refused with PostgreSQL; DEMO=force if you mean it")
        required = ("redis_url", "smtp_url", "secret_key", "data_key", "base_url")
        problems += [
            f"{name.upper()}: required with PostgreSQL"
            for name in (*required, "mail_from")
            if name not in self.model_fields_set or not getattr(self, name)
        ]
        return problems

    @property
    def is_demo(self) -> bool:
        return self.demo in ("1", "force")

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return not self.database_url or self.database_url.startswith("sqlite")

    @property
    def returns_folder(self) -> Path | None:
        return CHECKOUT / self.returns_maildir if self.returns_maildir else None

    @property
    def takes_returns(self) -> bool:
        """Whether anything is read that comes back to the sender's address."""
        return bool(self.lmtp_port or self.returns_maildir)

    @property
    def address(self) -> str:
        """Host and port the web server listens on."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def public_url(self) -> str:
        """Scheme and host without a slash at the end."""
        own = self.address if self.host in LOOPBACK else f"127.0.0.1:{self.port}"
        return (self.base_url or f"http://{own}").rstrip("/")

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address of MAIL_FROM."""
        return parseaddr(self.mail_from)

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK and urlsplit(self.public_url).hostname in LOOPBACK

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir}/eventapp.sqlite3"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings from the environment; raises `ConfigError` naming everything that is wrong."""
    environ = os.environ if environ is None else environ
    values, problems = _read(environ)
    problems += _problems(values)
    if problems:
        raise ConfigError("\n".join(problems))
    settings = Settings.model_validate(values)
    settings = settings.model_copy(update={"data_dir": (CHECKOUT / settings.data_dir).resolve()})
    try:
        return _with_generated_secrets(settings)
    except OSError as error:
        raise ConfigError(f"DATA_DIR: cannot be used ({error})") from None


def _read(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    values, problems = {}, []
    for name in Settings.model_fields:
        plain, path = environ.get(name.upper()), environ.get(f"{name.upper()}_FILE")
        if plain and path:
            problems.append(f"{name.upper()}: given twice, also as {name.upper()}_FILE")
        elif path:
            try:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                problems.append(f"{name.upper()}_FILE: cannot be read ({error})")
        elif plain:
            values[name] = plain
    return values, problems


def _problems(values: Mapping[str, str]) -> list[str]:
    """What is wrong: setting by setting, then how those that are right fit together."""
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        found = [
            (each["loc"], each["msg"].removeprefix("Value error, ")) for each in error.errors()
        ]
    else:
        return []
    wrong = {loc[0] for loc, _message in found if loc}
    if not wrong:
        return [line for _loc, message in found for line in message.splitlines()]
    lines = [f"{str(loc[0]).upper()}: {message}" for loc, message in found]
    rest = _problems({name: value for name, value in values.items() if name not in wrong})
    return lines + [line for line in rest if line.partition(":")[0].lower() not in wrong]


def _with_generated_secrets(settings: Settings) -> Settings:
    """Embedded mode: keys are made once and kept in DATA_DIR, readable by the owner only."""
    if not settings.is_embedded:
        return settings
    made = {
        name: _kept_secret(settings.data_dir / name.replace("_", "-"))
        for name in ("secret_key", "data_key")
        if not getattr(settings, name)
    }
    return settings.model_copy(update=made)


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32))
    try:
        os.link(draft, path)  # two processes starting at once agree on one of the drafts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
