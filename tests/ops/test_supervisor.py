"""The supervisor, seen from outside: a real one with real processes, watched through files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from eventapp.ops import embedded, supervisor

# A process that notes its pid, has a child in its group, and says that it was asked to stop.
LIVE = """
import os, signal, subprocess, sys, time
name = sys.argv[1]
def stop(*_):
    child.kill()
    open("order", "a").write(name + "\\n")
    sys.exit(0)
child = subprocess.Popen(["sleep", "60"])
signal.signal(signal.SIGTERM, stop)
open(name + ".new", "w").write(f"{os.getpid()} {child.pid}")
os.replace(name + ".new", name)
time.sleep(60)
"""

# One that goes on, and notes that it was asked to stop.
STUBBORN = """
import os, signal, sys, time
name = sys.argv[1]
signal.signal(signal.SIGTERM, lambda *_: open("asked", "w").close())
open(name + ".new", "w").write(f"{os.getpid()} {os.getpid()}")
os.replace(name + ".new", name)
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    time.sleep(1)
"""

MAIN = """
import sys
from pathlib import Path
from eventapp.ops import embedded, supervisor
from eventapp.ops.supervisor import Process, run_all
supervisor.GRACE = {grace}
def process(name, code, **more):
    return Process(name, [sys.executable, "-c", code, name], **more)
LIVE, STUBBORN = {live!r}, {stubborn!r}
sys.exit(run_all([{processes}]))
"""

LIVE_WEB = 'process("web", LIVE)'
LIVE_BASE = 'process("base", LIVE, ready=Path("base").exists)'

PATIENCE = 50.0  # seconds; a busy machine is no failure, and what is started here lives longer

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a supervisor of the named processes, in its own folder and session."""
    started = []

    def _start(*processes: str, grace: float = PATIENCE) -> "subprocess.Popen[bytes]":
        code = MAIN.format(
            grace=grace, live=LIVE, stubborn=STUBBORN, processes=", ".join(processes)
        )
        with (tmp_path / "errors").open("wb") as errors:
            popen = subprocess.Popen(
                [sys.executable, "-c", code],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
                stderr=errors,
                start_new_session=True,
            )
        started.append(popen)
        return popen

    yield _start
    for popen in started:
        popen.terminate()
        popen.wait(PATIENCE)
    embedded.stop_broker(tmp_path)


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def pids(path: Path) -> list[int]:
    wait_until(path.exists)
    return [int(pid) for pid in path.read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and ") Z" in status.read_text()  # nobody reaps orphans in a container


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_and_the_base_last(
    start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    popen = start(LIVE_WEB, LIVE_BASE)
    processes = pids(tmp_path / "base") + pids(tmp_path / "web")
    popen.send_signal(number)
    assert popen.wait(PATIENCE) == 0
    assert (tmp_path / "order").read_text().split() == ["web", "base"]
    wait_until(lambda: all(map(is_gone, processes)))


def test_a_killed_process_comes_back_without_its_leftovers(start: Start, tmp_path: Path) -> None:
    start(LIVE_WEB)
    first, child = pids(tmp_path / "web")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pids(tmp_path / "web")[0] != first)
    wait_until(lambda: is_gone(child))


def test_a_process_that_does_not_start_stops_all(start: Start, tmp_path: Path) -> None:
    popen = start(LIVE_WEB, 'process("worker", "raise SystemExit(3)")')
    first, _child = pids(tmp_path / "web")
    assert popen.wait(PATIENCE) == 1
    assert "worker does not start (exit code 3)" in (tmp_path / "errors").read_text()
    wait_until(lambda: is_gone(first))


def test_a_base_that_does_not_get_ready_stops_all(start: Start, tmp_path: Path) -> None:
    popen = start('process("base", "raise SystemExit(4)", ready=lambda: False)', LIVE_WEB)
    assert popen.wait(PATIENCE) == 1
    assert not (tmp_path / "web").exists()


def test_who_does_not_listen_is_killed_after_the_grace_period(start: Start, tmp_path: Path) -> None:
    popen = start('process("web", STUBBORN)', grace=0.5)
    [pid, _] = pids(tmp_path / "web")
    popen.terminate()
    assert popen.wait(PATIENCE) == 0
    wait_until(lambda: is_gone(pid))


def test_a_second_signal_ends_the_grace_period(start: Start, tmp_path: Path) -> None:
    popen = start('process("web", STUBBORN)', grace=60)
    pids(tmp_path / "web")
    popen.send_signal(signal.SIGINT)
    wait_until((tmp_path / "asked").exists)  # two signals that wait are one
    popen.send_signal(signal.SIGINT)
    assert popen.wait(PATIENCE) == 0


def test_a_killed_supervisor_leaves_nothing_running(start: Start, tmp_path: Path) -> None:
    popen = start(LIVE_WEB)
    [pid, _] = pids(tmp_path / "web")
    popen.kill()
    wait_until(lambda: is_gone(pid))


def test_only_one_supervisor_per_folder(tmp_path: Path) -> None:
    with (
        supervisor.only_one(tmp_path),
        pytest.raises(supervisor.AlreadyRunning, match="already running on"),
        supervisor.only_one(tmp_path),
    ):
        pass
    with supervisor.only_one(tmp_path):
        pass


def test_a_killed_broker_comes_back_on_the_same_socket(start: Start, tmp_path: Path) -> None:
    popen = start(f"embedded.broker_process(Path({str(tmp_path)!r}))", LIVE_WEB)
    pids(tmp_path / "web")  # the others start after the broker answers
    socket = (tmp_path / "broker-socket").read_text()
    with Redis(unix_socket_path=socket) as client:
        client.config_set("appendfsync", "always")
        client.set("kept", "yes")
        broker = int(client.info("server")["process_id"])
    os.kill(broker, signal.SIGKILL)
    wait_until(lambda: is_gone(broker))
    wait_until(lambda: embedded.is_answering(socket))
    with Redis(unix_socket_path=socket) as client:
        assert client.get("kept") == b"yes"
    popen.terminate()
    assert popen.wait(PATIENCE) == 0
    assert not embedded.is_answering(socket)


def test_the_supervised_broker_replaces_a_lone_one(start: Start, tmp_path: Path) -> None:
    socket = embedded.ensure_broker(tmp_path)
    with Redis(unix_socket_path=socket) as client:
        client.set("kept", "yes")
        lone = int(client.info("server")["process_id"])
    start(f"embedded.broker_process(Path({str(tmp_path)!r}))", LIVE_WEB)
    wait_until(lambda: is_gone(lone))
    wait_until(lambda: embedded.is_answering(socket))
    with Redis(unix_socket_path=socket) as client:
        assert client.get("kept") == b"yes"
