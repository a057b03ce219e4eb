"""Whether mail leaves, as every page of the organisers says when it does not.

Asked by every page, so it costs no database: the workers' sweep notes in Redis when it came by and
since when the oldest mail waits. A process looks there every ten seconds at most.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from flask import Flask, current_app
from redis import RedisError

from eventapp.clock import now
from eventapp.ops import health
from eventapp.ops.broker import cache_client

if TYPE_CHECKING:
    from config import Settings

LOOKS_EVERY = timedelta(seconds=10)
SILENT = timedelta(minutes=2)
LATE = timedelta(minutes=5)


class Standing(StrEnum):
    """Why mail does not leave, or what of it is lost."""

    SILENT = "silent"  # no worker has been heard of
    LATE = "late"  # they are there, and mails wait all the same
    DEAF = "deaf"  # mail leaves, and nobody reads what comes back


@dataclass(frozen=True)
class Standstill:
    what: Standing
    minutes: int  # for so long


class Watch:
    """What one process knows. Who has just begun to listen has heard nothing yet: that counts from
    its own start."""

    def __init__(self, settings: "Settings") -> None:
        self._settings = settings
        self._heard_at = now()
        self._waits_since: datetime | None = None
        self._received_at = self._heard_at
        self._looks_at = self._heard_at
        self._looking = threading.Lock()

    def standstill(self) -> Standstill | None:
        """What to tell the organisers, if anything."""
        moment = now()
        if moment >= self._looks_at and self._looking.acquire(blocking=False):
            try:
                self._look(moment)
            finally:
                self._looking.release()
        if moment - self._heard_at > SILENT:
            return Standstill(Standing.SILENT, _minutes(moment - self._heard_at))
        if self._waits_since and moment - self._waits_since > LATE:
            return Standstill(Standing.LATE, _minutes(moment - self._waits_since))
        if self._settings.takes_returns and moment - self._received_at > SILENT:
            return Standstill(Standing.DEAF, _minutes(moment - self._received_at))
        return None

    def _look(self, moment: datetime) -> None:
        self._looks_at = moment + LOOKS_EVERY
        try:
            with cache_client(self._settings) as client:
                beat = health.last_beat(client)
                received = health.last_receiver_beat(client)
        except RedisError:
            return  # nothing heard
        if received:
            self._received_at = max(self._received_at, received)
        if beat:
            self._heard_at = max(self._heard_at, beat.at)
            self._waits_since = beat.waits_since


def _minutes(age: timedelta) -> int:
    return int(age / timedelta(minutes=1))


def init_app(app: Flask, settings: "Settings") -> None:
    """Give templates `standstill()`. Without any broker there are no workers to listen to."""
    app.extensions["watch"] = Watch(settings) if settings.redis_url else None
    app.add_template_global(standstill)


def standstill() -> Standstill | None:
    """Of this process's watch."""
    watch: Watch | None = current_app.extensions["watch"]
    return watch.standstill() if watch else None
