"""The application's own processes, started as in production, each with its log.

`with web(environ, tmp_path) as site:` runs gunicorn; `worker`, `timetable` and `embedded` likewise.
When the block fails, the end of the log stands below the failure.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from eventapp.ops.embedded import stop_broker
from tests.ports import free_port

CHECKOUT = Path(__file__).resolve().parents[1]
START = 120.0  # seconds; a busy machine is no failure
TAIL = 60  # lines of a log that a failure shows

Environ = Mapping[str, str]
P = TypeVar("P", bound="Program")


def production(database_url: str, folder: Path) -> dict[str, str]:
    """Settings of an installation on this database, with its data in `folder`."""
    return {
        "DATA_DIR": str(folder / "var"),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "secret for tests",
        "DATA_KEY": "key for tests",
        "BASE_URL": "https://events.example",
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
        "DEMO": "force",
        "RATE_LIMITS": "off",
    }


class Program:
    """A process with its group, its environment and its log; may be started again after its end."""

    def __init__(
        self, argv: Sequence[str], environ: Environ, log: Path, *, cwd: Path = CHECKOUT
    ) -> None:
        self.argv = list(argv)
        self.environ = {**clean_environ(), **environ}
        self.log = log
        self.cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "not running"
        return self._process.pid

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.argv,
                env=self.environ,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self, seconds: float = START) -> int:
        """SIGTERM to the process, as an operator stops it; its exit code.

        A process that does not listen is a failure, and is killed.
        """
        assert self._process is not None, "not running"
        self._process.terminate()
        try:
            return self._process.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole group: no handler runs, nothing is put in order."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        self._process = None

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-TAIL:])

    def wait_until(self, condition: Callable[[], object], seconds: float = START) -> None:
        """Until it holds; fails with the log when the process ends before, or time is over."""
        deadline = time.monotonic() + seconds
        while True:
            was_running = self.is_running()  # what it did before its end counts
            if condition():
                return
            if not was_running:
                raise AssertionError(f"{self.argv} ended early:\n{self.tail()}")
            assert time.monotonic() < deadline, f"{self.argv} waited in vain:\n{self.tail()}"
            time.sleep(0.05)

    def wait_for_line(self, text: str, *, times: int = 1, seconds: float = START) -> None:
        """Until the log holds the text (since the log's beginning, so often)."""
        self.wait_until(lambda: self.log.read_text(errors="replace").count(text) >= times, seconds)


class Site(Program):
    """A program that listens for HTTP."""

    def __init__(
        self, argv: Sequence[str], environ: Environ, log: Path, *, port: int, cwd: Path
    ) -> None:
        super().__init__(argv, {"PORT": str(port), **environ}, log, cwd=cwd)
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Returns when it answers, whatever it says."""
        super().start()
        self.wait_until(self.is_answering)

    def kill(self) -> None:
        """Returns when nobody listens there any more: what `eventapp up` has started leads groups
        of its own and ends a moment later, and would be taken for what is started next."""
        super().kill()
        deadline = time.monotonic() + START
        while self.is_listening():
            assert time.monotonic() < deadline, f"port {self.port} is not given back"
            time.sleep(0.05)

    def is_listening(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as answer:
            answer.close()
            return True
        except OSError:
            return False


@contextmanager
def running(program: P) -> Iterator[P]:
    """Start it, kill what is left of it at the end, and show its log if the block fails."""
    program.start()
    try:
        yield program
    except BaseException as error:
        error.add_note(f"--- {program.log.name}\n{program.tail()}")
        raise
    finally:
        program.kill()


@contextmanager
def web(
    environ: Environ,
    directory: Path,
    *,
    processes: int = 2,
    threads: int = 4,
    module: str = "wsgi",
    options: Sequence[str] = (),
    cwd: Path = CHECKOUT,
) -> Iterator[Site]:
    """`gunicorn wsgi:app` on a free port, answering. `options`: more of gunicorn's own."""
    port = free_port()
    own = ["--bind", f"127.0.0.1:{port}", "--workers", str(processes)]
    own += ["--threads", str(threads), "--no-control-socket"]
    argv = [sys.executable, "-m", "gunicorn", f"{module}:app", *own, *options]
    try:
        with running(Site(argv, environ, directory / "web.log", port=port, cwd=cwd)) as site:
            yield site
    finally:
        if "REDIS_URL" not in environ and "DATA_DIR" in environ:
            stop_broker(Path(environ["DATA_DIR"]))  # started beside it, and outlives it


@contextmanager
def worker(
    environ: Environ,
    directory: Path,
    *,
    name: str = "worker",
    processes: int = 2,
    cwd: Path = CHECKOUT,
) -> Iterator[Program]:
    """`celery -A workers worker`, connected to its broker. Several need several names."""
    options = ["--concurrency", str(processes), "--hostname", f"{name}@%h", "--loglevel", "INFO"]
    argv = [*_CELERY, "worker", *options]
    with running(Program(argv, environ, directory / f"{name}.log", cwd=cwd)) as program:
        program.wait_for_line(" ready.")
        yield program


@contextmanager
def timetable(
    environ: Environ, directory: Path, *, name: str = "timetable", cwd: Path = CHECKOUT
) -> Iterator[Program]:
    """`celery -A workers beat`, ticking."""
    options = ["--schedule", str(directory / f"{name}.schedule"), "--pidfile=", "--loglevel=INFO"]
    argv = [*_CELERY, "beat", *options]
    with running(Program(argv, environ, directory / f"{name}.log", cwd=cwd)) as program:
        program.wait_for_line("beat: Starting...")
        yield program


@contextmanager
def embedded(environ: Environ, directory: Path) -> Iterator[Site]:
    """Everything that `./run` starts, in `directory` as DATA_DIR, on a free port."""
    port = free_port()
    argv = [sys.executable, "-m", "eventapp.ops.cli", "up"]
    environ = {"DATA_DIR": str(directory), "DEMO": "1", **environ}
    log = directory / "up.log"
    with running(Site(argv, environ, log, port=port, cwd=CHECKOUT)) as site:
        yield site
        site.stop()


_CELERY = [sys.executable, "-m", "celery", "-A", "workers"]


def clean_environ() -> dict[str, str]:
    """Nothing of the developer's own settings reaches a tested program."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
