"""Whether this installation works: database and schema, and what may limp: broker, worker, mail."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from redis import Redis, RedisError
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
RECEIVER = "receiver:heartbeat"  # as well; where this installation reads what comes back
WAITING = "mail:waits-since"  # as well; empty when none waits
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
    receives: bool  # it is to read what comes back
    receiver_age: float | None

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
        elif self.receives and (self.receiver_age is None or self.receiver_age > SILENT):
            found.append("the receiver of what comes back has not been seen lately")
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
    settings: Settings = current_app.config["SETTINGS"]
    broker, worker_age, receiver_age = _broker(settings, present)
    return Report(
        database,
        migrations,
        broker,
        worker_age,
        mail_age,
        receives=settings.takes_returns,
        receiver_age=receiver_age,
    )


@dataclass(frozen=True)
class Beat:
    """What a worker said last."""

    at: datetime
    waits_since: datetime | None  # of the mail that waits longest


def beat() -> None:
    """Say that a worker is alive, and how long mail waits; called by its sweep before its work and
    after. Never raises for want of the broker."""
    with reading() as connection:
        since = waits_since(connection, now())
    try:
        with cache_client(current_app.config["SETTINGS"]) as client:
            said = {HEARTBEAT: now().timestamp(), WAITING: since.timestamp() if since else ""}
            client.mset(said)
    except RedisError as error:
        current_app.logger.warning("heartbeat not noted: %s", error)


def beat_receiver() -> None:
    """Say that what comes back is read; called by the receiver. Never raises for want of the
    broker."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.redis_url:
        return
    try:
        with cache_client(settings) as client:
            client.set(RECEIVER, now().timestamp())
    except RedisError as error:
        current_app.logger.warning("heartbeat not noted: %s", error)


def last_receiver_beat(client: Redis) -> datetime | None:
    """When the receiver spoke last; None where it never did."""
    found: Any = client.get(RECEIVER)
    return _moment(found)


def last_beat(client: Redis) -> Beat | None:
    """None where there has been none yet."""
    found: Any = client.mget(HEARTBEAT, WAITING)
    at, since = (_moment(each) for each in found)
    return Beat(at, since) if at else None


def _moment(seconds: bytes | None) -> datetime | None:
    return datetime.fromtimestamp(float(seconds), UTC) if seconds else None


def _database(present: datetime) -> tuple[bool, bool, float | None]:
    try:
        with reading() as connection:
            migrated = is_current(connection)
            return True, migrated, _mail_age(connection, present) if migrated else None
    except SQLAlchemyError:
        return False, False, None


def _mail_age(connection: Connection, present: datetime) -> float | None:
    oldest = waits_since(connection, present)
    return None if oldest is None else (present - oldest).total_seconds()


def waits_since(connection: Connection, present: datetime) -> datetime | None:
    """When the mail that waits longest could first have left, also if it was tried in vain because
    the server was away. What a recipient's server puts off waits for that."""
    unsettled = OutboxMail.state.in_([MailState.PENDING.value, MailState.SENDING.value])
    oldest = select(func.min(OutboxMail.waits_since)).where(unsettled)
    return connection.scalar(oldest.where(OutboxMail.waits_since <= present))


def _broker(settings: "Settings", present: datetime) -> tuple[bool, float | None, float | None]:
    """Whether it answers, and the ages of what worker and receiver said last."""
    if not settings.redis_url:
        return False, None, None
    try:
        with cache_client(settings) as client:
            beat, received = last_beat(client), last_receiver_beat(client)
    except RedisError:
        return False, None, None
    return True, _age(beat.at if beat else None, present), _age(received, present)


def _age(at: datetime | None, present: datetime) -> float | None:
    return (present - at).total_seconds() if at else None
