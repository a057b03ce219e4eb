"""Every setting once: name, type, default, what it is for.

`load()` is the only reader of the environment. It reports everything that is wrong in one message,
so that nobody repairs a start one variable at a time. Each setting is also read from `NAME_FILE`.
"""

import os
import secrets
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

CHECKOUT = Path(__file__).resolve().parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class ConfigError(Exception):
    """All problems of the settings, one per line; the program must not start."""


def _switch(value: Any) -> Any:
    """`on`/`off` and their kin; anything else is refused by the bool type with its own message."""
    return {"on": True, "off": False}.get(value, value) if isinstance(value, str) else value


Switch = Annotated[bool, BeforeValidator(_switch)]


class Settings(BaseModel):
    """The settings of one installation; field names are the variables' names in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(
        Path("var"), description="embedded database, files, mailbox, generated secrets"
    )
    database_url: str = Field("", description="empty: SQLite in DATA_DIR; else postgresql+psycopg:")
    redis_url: str = Field("", description="empty: an embedded broker is started in DATA_DIR")
    smtp_url: str = Field("", description="empty: mails are kept in DATA_DIR/mail/")
    mail_from: str = Field(
        "Veranstaltungen <events@localhost>",
        description="sender and ORGANIZER without a network's",
    )
    base_url: str = Field("", description="public address, without path; mails, feeds and QR codes")
    secret_key: str = Field("", description="signs forms and receipts; generated in embedded mode")
    data_key: str = Field(
        "",
        description="seals tokens and sensitive answers; comma-separated ring, the first seals",
    )
    host: str = Field("127.0.0.1", description="address the web server listens on")
    port: int = Field(8000, ge=1, le=65535, description="port the web server listens on")
    web_workers: int = Field(2, ge=1, le=64, description="web processes")
    web_threads: int = Field(2, ge=1, le=64, description="threads per web process")
    rate_limits: Switch = Field(True, description="off for load tests; also ends the minimum time")
    demo: Literal["", "0", "1", "force"] = Field(
        "",
        description="1 allows /mailbox and the demo login; refused with PostgreSQL unless force",
    )
    clock_shift: float = Field(0, description="seconds added to the clock; only with DEMO")
    mail_lease: float = Field(45, gt=0, description="seconds a worker may hold a mail")
    mail_sweep: float = Field(10, gt=0, description="seconds between two looks for due mails")
    mail_retry: float = Field(60, gt=0, description="seconds to the first retry, doubling after")
    smtp_timeout: float = Field(20, gt=0, description="seconds to wait for the mail server")
    nudge: Switch = Field(True, description="off: mails leave at the sweep only (fault tests)")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = [*self._address_problems(), *self._production_problems()]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _address_problems(self) -> list[str]:
        problems = []
        if self.base_url:
            parts = urlsplit(self.base_url)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
                problems.append("BASE_URL: give http:// or https:// and a host, without a path")
        if "@" not in parseaddr(self.mail_from)[1]:
            problems.append('MAIL_FROM: give "Name <address@host>"')
        if self.database_url and not self.database_url.startswith(
            ("postgresql+psycopg://", "sqlite:///")
        ):
            problems.append("DATABASE_URL: must begin with postgresql+psycopg:// or sqlite:///")
        if self.smtp_url and urlsplit(self.smtp_url).scheme not in ("smtp", "smtps"):
            problems.append("SMTP_URL: must begin with smtp:// or smtps://")
        if self.redis_url and urlsplit(self.redis_url).scheme not in (
            "redis",
            "rediss",
        ):
            problems.append("REDIS_URL: must begin with redis:// or rediss://")
        return problems

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
    def public_url(self) -> str:
        """Scheme and host without a slash at the end."""
        return (self.base_url or f"http://127.0.0.1:{self.port}").rstrip("/")

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
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError("\n".join([*problems, *_sentences(error)])) from None
    if problems:
        raise ConfigError("\n".join(problems))
    settings = settings.model_copy(update={"data_dir": (CHECKOUT / settings.data_dir).resolve()})
    return _with_generated_secrets(settings)


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


def _sentences(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in problem["loc"]).upper()
        lines.append(f"{name}: {message}" if name else message)
    return lines


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
