"""Whether this installation works: database and schema, and what may limp: broker, worker, mail."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from redis import RedisError
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from eventapp.clock import now
from eventapp.db import reading
from eventapp.mail.models import MailState, OutboxMail
from eventapp.ops.broker import cache_client
from eventapp.ops.migrate import is_current

if TYPE_CHECKING:
    from config import Settings

HEARTBEAT = "worker:heartbeat"  # seconds since 1970, written by the worker's sweep
SILENT = 60.0  # seconds after which a worker counts as gone; its sweep comes every 10
LATE = 120.0  # seconds a due mail may wait


@dataclass(frozen=True)
class Report:
    """What was found; ages in seconds, None where unknown."""

    database: bool
    migrations: bool
    broker: bool
    worker_age: float | None
    mail_age: float | None

    @property
    def is_ready(self) -> bool:
        return self.database and self.migrations

    @property
    def troubles(self) -> list[str]:
        """What is not as it should be, in words; empty when all is well."""
        if not self.database:
            return ["the database does not answer"]
        found = [] if self.migrations else ["the database is not migrated: eventapp migrate"]
        if not self.broker:
            found.append("the broker does not answer")
        elif self.worker_age is None or self.worker_age > SILENT:
            found.append("no worker has been seen lately")
        if self.mail_age is not None and self.mail_age > LATE:
            found.append(f"a mail has been waiting for {self.mail_age:.0f} s")
        return found

    @property
    def status(self) -> str:
        """`ok`, `degraded` (works, but somebody should look) or `unavailable`."""
        if not self.is_ready:
            return "unavailable"
        return "degraded" if self.troubles else "ok"

    def as_json(self) -> dict[str, Any]:
        return {"status": self.status, **asdict(self), "troubles": self.troubles}


def report() -> Report:
    """Look at everything now; takes at most some seconds, whatever is broken."""
    present = now()
    database, migrations, mail_age = _database(present)
    broker, worker_age = _broker(current_app.config["SETTINGS"], present)
    return Report(database, migrations, broker, worker_age, mail_age)


def beat() -> None:
    """Say that a worker is alive; called by its sweep. Never raises."""
    try:
        with cache_client(current_app.config["SETTINGS"]) as client:
            client.set(HEARTBEAT, now().timestamp())
    except RedisError as error:
        current_app.logger.warning("heartbeat not noted: %s", error)


def _database(present: datetime) -> tuple[bool, bool, float | None]:
    try:
        with reading() as connection:
            migrated = is_current(connection)
            return True, migrated, _mail_age(connection, present) if migrated else None
    except SQLAlchemyError:
        return False, False, None


def _mail_age(connection: Connection, present: datetime) -> float | None:
    """How long the mail that has been due longest has waited, those with a run-out lease too."""
    unsettled = OutboxMail.state.in_([MailState.PENDING.value, MailState.SENDING.value])
    oldest = connection.scalar(select(func.min(OutboxMail.due_at)).where(unsettled))
    return None if oldest is None else max(0.0, (present - oldest).total_seconds())


def _broker(settings: "Settings", present: datetime) -> tuple[bool, float | None]:
    if not settings.redis_url:
        return False, None
    try:
        with cache_client(settings) as client:
            beat_at: Any = client.get(HEARTBEAT)
    except RedisError:
        return False, None
    return True, None if beat_at is None else present.timestamp() - float(beat_at)
