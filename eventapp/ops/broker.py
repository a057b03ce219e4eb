"""Which broker an installation uses: the one it names, else the embedded one in DATA_DIR."""

from contextlib import closing
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from eventapp.ops.embedded import ensure_broker, is_answering, urls

if TYPE_CHECKING:
    from config import Settings


def with_broker(settings: "Settings") -> "Settings":
    """The settings with a broker that answers, started if need be. Raises `BrokerUnavailable`."""
    return settings if settings.redis_url else _at(settings, ensure_broker(settings.data_dir))


def with_running_broker(settings: "Settings") -> "Settings":
    """The settings with the embedded broker if it runs already; starts none."""
    note = settings.data_dir / "broker-socket"
    if settings.redis_url or not note.exists():
        return settings
    socket = note.read_text().strip()
    return _at(settings, socket) if is_answering(socket) else settings


def cache_client(settings: "Settings") -> "closing[Redis]":
    """A connection for short values of the operation, to be closed; it waits at most a second."""
    return closing(cache(settings))


def cache(settings: "Settings") -> Redis:
    """As `cache_client`, for whoever keeps it."""
    patience = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}
    return Redis.from_url(urls(settings.redis_url).cache, **patience)


def _at(settings: "Settings", socket: str) -> "Settings":
    return settings.model_copy(update={"redis_url": f"unix://{socket}"})
