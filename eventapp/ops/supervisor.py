"""Runs the processes of one installation together: starts, watches, restarts and stops them.

Every process leads a group of its own, so that Ctrl-C reaches only the supervisor, which then stops
all of them in order; and so that a process can be ended with everything it has started.
"""

import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

log = logging.getLogger(__name__)

TICK = 0.1  # seconds between two looks at the processes
GRACE = 15.0  # seconds from SIGTERM to SIGKILL
READY = 120.0  # seconds until the others may start; a process that ends is noticed at once
SETTLED = 10.0  # seconds after which a process counts as well started
PAUSE = 0.5  # seconds before a restart; doubles with every failed start
PAUSE_AT_MOST = 30.0
FAILED_STARTS = 3  # so many in a row, and everything stops

_PR_SET_PDEATHSIG = 1  # prctl(2)
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class AlreadyRunning(Exception):
    """Another supervisor works on the same DATA_DIR."""


class GaveUp(Exception):
    """A process does not start; the installation stops."""


@dataclass(frozen=True)
class Process:
    """What to run. `ready` marks one that the others stand on: first to start, last to stop."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)  # added to the supervisor's own
    ready: Callable[[], bool] | None = None


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold DATA_DIR; raises `AlreadyRunning`, with a sentence, when another process does."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"eventapp is already running on {data_dir}") from None
        yield


def run_all(processes: Sequence[Process]) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP (0), or until a process does not start (1)."""
    supervisor = _Supervisor([_Child(process) for process in processes])
    with _signals_to(supervisor.request_stop):
        return supervisor.run()


@contextmanager
def _signals_to(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _die_with_parent() -> None:
    """Between fork and exec: ask for SIGTERM should the supervisor be killed."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class _Child:
    """One process through all its lives."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._popen: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._restart_at = 0.0
        self._failed_starts = 0

    def start(self) -> None:
        self._started = time.monotonic()
        self._popen = subprocess.Popen(
            self.process.argv,
            env={**os.environ, **self.process.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  the supervisor has no threads
        )

    def is_alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def is_ready(self) -> bool:
        return self.process.ready is None or self.process.ready()

    def tend(self) -> None:
        """Notice a death, and start again when the pause is over; raises `GaveUp`."""
        if self.is_alive():
            return
        if self._popen is not None:
            self._bury(self._popen)
        elif time.monotonic() >= self._restart_at:
            self.start()

    def _bury(self, popen: subprocess.Popen[bytes]) -> None:
        self.signal(signal.SIGKILL)  # what it left behind may hold its port
        self._popen = None
        settled = time.monotonic() - self._started >= SETTLED
        was_killed = popen.returncode < 0
        self._failed_starts = 0 if settled or was_killed else self._failed_starts + 1
        if self._failed_starts >= FAILED_STARTS:
            raise GaveUp(f"{self.process.name} does not start (exit code {popen.returncode})")
        pause = min(PAUSE * 2**self._failed_starts, PAUSE_AT_MOST)
        self._restart_at = time.monotonic() + pause
        log.warning(
            "%s ended (%s); starting it again in %s s",
            self.process.name,
            popen.returncode,
            pause,
        )

    def terminate(self) -> None:
        """SIGTERM to the process alone: it ends its own children in its own order."""
        if self._popen is not None and self._popen.poll() is None:
            self._popen.terminate()

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        if self._popen is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, number)

    def end(self) -> None:
        """Kill what is left of the group and reap the process."""
        self.signal(signal.SIGKILL)
        if self._popen is not None:
            self._popen.wait()
            self._popen = None


class _Supervisor:
    def __init__(self, children: Sequence[_Child]) -> None:
        self._base = [child for child in children if child.process.ready]
        self._rest = [child for child in children if not child.process.ready]
        self._stops = 0

    def request_stop(self, _number: int, _frame: FrameType | None) -> None:
        """A second request ends the grace period."""
        self._stops += 1

    def run(self) -> int:
        try:
            self._start()
            while not self._stops:
                self._tend()
            return 0
        except GaveUp as error:
            log.error("%s; stopping everything", error)
            return 1
        finally:
            self._stop(self._rest)
            self._stop(self._base)

    def _start(self) -> None:
        for child in self._base:
            child.start()
            self._wait_for(child)
        if not self._stops:
            for child in self._rest:
                child.start()

    def _wait_for(self, child: _Child) -> None:
        deadline = time.monotonic() + READY
        while not self._stops and not child.is_ready():
            if time.monotonic() > deadline:
                raise GaveUp(f"{child.process.name} did not get ready in {READY:.0f} s")
            child.tend()
            time.sleep(TICK)

    def _tend(self) -> None:
        for child in (*self._base, *self._rest):
            child.tend()
        time.sleep(TICK)

    def _stop(self, children: Sequence[_Child]) -> None:
        stops = self._stops
        for child in children:
            child.terminate()
        deadline = time.monotonic() + GRACE
        while any(child.is_alive() for child in children):
            if time.monotonic() > deadline or self._stops > max(stops, 1):
                break
            time.sleep(TICK / 2)
        for child in children:
            child.end()
