"""What is measured: servers as in production, on a PostgreSQL that writes to the disk."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import create_engine

import config
from bench.floor_app import TABLE
from eventapp import create_app
from eventapp.ops.migrate import migrate
from tests.ports import free_port
from tests.postgres import Postgres, postgres
from tests.servers import CHECKOUT, Site, running
from tests.valkey import valkey

PROCESSES, THREADS = 2, 2


@dataclass(frozen=True)
class Stage:
    """Databases and a broker; `environ` is what our application is started with."""

    folder: Path
    server: Postgres
    environ: dict[str, str]
    floor_url: str

    @property
    def database_pid(self) -> int:
        return int((self.server.directory / "data" / "postmaster.pid").read_text().split()[0])

    def app(self) -> Flask:
        """Our application in this process, on the same database."""
        return create_app(config.load(self.environ))

    @contextmanager
    def serve(self, target: str) -> Iterator[Site]:
        """gunicorn with threads, the same for floors and figures."""
        port = free_port()
        options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        options += ["--workers", str(PROCESSES), "--threads", str(THREADS), "--no-control-socket"]
        argv = [sys.executable, "-m", "gunicorn", target, *options]
        environ = self.environ if target == "wsgi:app" else {"DATABASE_URL": self.floor_url}
        log = self.folder / f"{target.partition(':')[0]}.log"
        with running(Site(argv, environ, log, port=port, cwd=CHECKOUT)) as site:
            yield site


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A migrated database, another for the floors, and a broker; all gone at the end."""
    with postgres(folder / "postgres", durable=True) as server, valkey(folder / "valkey") as broker:
        ours, floors = server.create_database(), server.create_database()
        _migrate(ours)
        with psycopg.connect(floors.replace("+psycopg", "")) as connection:
            connection.execute(TABLE)
        environ = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": ours,
            "REDIS_URL": broker.url,
            "SMTP_URL": "smtp://127.0.0.1:1",
            "BASE_URL": "https://events.example",
            "MAIL_FROM": "Veranstaltungen <events@example.org>",
            "SECRET_KEY": "for measuring only",
            "DATA_KEY": "for measuring only",
            "RATE_LIMITS": "off",
        }
        yield Stage(folder, server, environ, floors)


def _migrate(url: str) -> None:
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
