"""The embedded broker: one per DATA_DIR, on one socket, with data that outlive a kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from limits.storage import storage_from_string
from redis import Redis

from eventapp.ops import embedded
from eventapp.queue import celery_app


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    embedded.stop_broker(tmp_path)


def pid_of(socket: str) -> int:
    with Redis(unix_socket_path=socket) as client:
        return int(client.info("server")["process_id"])


def test_callers_share_one_broker(data_dir: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        sockets = set(threads.map(embedded.ensure_broker, [data_dir] * 8))
    [socket] = sockets
    assert (data_dir / "broker-socket").read_text() == socket
    assert len(os.fsencode(socket)) <= embedded.SOCKET_PATH_LIMIT
    assert embedded.ensure_broker(data_dir) == socket


def test_processes_share_one_broker(data_dir: Path) -> None:
    code = f"""if True:
        from pathlib import Path
        from eventapp.ops.embedded import ensure_broker
        print(ensure_broker(Path({str(data_dir)!r})))
    """
    starts = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(4)
    ]
    assert len({start.communicate()[0] for start in starts}) == 1


def test_a_killed_broker_comes_back_with_its_data_on_its_socket(data_dir: Path) -> None:
    socket = embedded.ensure_broker(data_dir)
    with Redis(unix_socket_path=socket) as client:
        client.set("kept", "yes")
        client.config_set("appendfsync", "always")
        client.set("kept too", "yes")
    os.kill(pid_of(socket), signal.SIGKILL)
    assert embedded.ensure_broker(data_dir) == socket
    with Redis(unix_socket_path=socket, decode_responses=True) as client:
        assert client.mget("kept", "kept too") == ["yes", "yes"]


def test_stopping_leaves_no_socket_behind(data_dir: Path) -> None:
    socket = embedded.ensure_broker(data_dir)
    embedded.stop_broker(data_dir)
    assert not embedded.is_answering(socket)
    assert not Path(socket).parent.exists()
    assert not (data_dir / "broker-socket").exists()


def test_a_strangers_folder_is_not_used(data_dir: Path) -> None:
    socket = embedded.ensure_broker(data_dir)
    os.kill(pid_of(socket), signal.SIGKILL)
    Path(socket).parent.chmod(0o777)
    moved = embedded.ensure_broker(data_dir)
    assert moved != socket
    assert embedded.is_answering(moved)
    shutil.rmtree(Path(socket).parent)


def test_a_long_temporary_folder_is_avoided(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(data_dir / ("x" * 90)))
    assert embedded.ensure_broker(data_dir).startswith("/tmp/")


def test_a_broken_store_is_reported(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "START", 1.0)
    store = data_dir / "broker" / "appendonlydir"
    store.mkdir(parents=True)
    (store / "appendonly.aof.manifest").write_text("nonsense\n")
    with pytest.raises(embedded.BrokerUnavailable, match=r"valkey\.log"):
        embedded.ensure_broker(data_dir)


@pytest.mark.parametrize(
    ("address", "celery", "limits", "cache"),
    [
        ("redis://h:6379", "redis://h:6379/0", "redis://h:6379/1", "redis://h:6379/2"),
        ("redis://h/4", "redis://h/4", "redis://h/5", "redis://h/6"),
        (
            "rediss://:pw@h/?ssl_cert_reqs=none",
            "rediss://:pw@h/0?ssl_cert_reqs=none",
            "rediss://:pw@h/1?ssl_cert_reqs=none",
            "rediss://:pw@h/2?ssl_cert_reqs=none",
        ),
        (
            "unix:///t/b",
            "redis+socket:///t/b?virtual_host=0",
            "redis+unix:///t/b?db=1",
            "unix:///t/b?db=2",
        ),
    ],
)
def test_spellings(address: str, celery: str, limits: str, cache: str) -> None:
    assert embedded.urls(address) == embedded.Urls(celery, limits, cache)


def test_each_library_reaches_its_own_database(data_dir: Path) -> None:
    socket = embedded.ensure_broker(data_dir)
    spelled = embedded.urls(f"unix://{socket}")
    with celery_app.connection_for_write(spelled.celery) as connection:
        connection.SimpleQueue("who").put("celery")
    storage_from_string(spelled.limits).incr("who", 60)
    with Redis.from_url(spelled.cache) as client:
        client.set("who", "cache")
    with Redis(unix_socket_path=socket) as client:
        assert set(client.info("keyspace")) == {"db0", "db1", "db2"}
