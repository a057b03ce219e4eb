"""Whole installations for the journeys: as `./run` starts one, and as production runs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests import servers
from tests.postgres import Postgres
from tests.servers import Program
from tests.smtp import MailServer, mail_server
from tests.valkey import valkey


@dataclass(frozen=True)
class Place:
    """One running installation: its address, its mail, its command line."""

    url: str
    smtp: MailServer
    environ: dict[str, str]
    folder: Path
    programs: tuple[Program, ...]
    _devices: dict[str, str] = field(default_factory=dict)

    def command(self, *words: str, typed: str = "") -> str:
        return command(self.environ, *words, typed=typed)

    @property
    def database_url(self) -> str:
        file = Path(self.environ["DATA_DIR"], "eventapp.sqlite3")
        return self.environ.get("DATABASE_URL", f"sqlite:///{file}")

    def go_to(self, instant: datetime) -> None:
        """Everything dies, and starts again at that time."""
        self.environ["CLOCK_SHIFT"] = str((instant - datetime.now(UTC)).total_seconds())
        for program in reversed(self.programs):
            program.kill()
        for program in self.programs:
            program.environ["CLOCK_SHIFT"] = self.environ["CLOCK_SHIFT"]
            program.start()

    def device(self, slug: str) -> str:
        """The token of the one device at this event's door."""
        if slug not in self._devices:
            words = ("create-device", "--event", slug, "--name", "Haupteingang")
            self._devices[slug] = self.command(*words)
        return self._devices[slug]


def command(environ: dict[str, str], *words: str, typed: str = "") -> str:
    """Run `eventapp …` and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "eventapp.ops.cli", *words],
        env=servers.clean_environ() | environ,
        cwd=servers.CHECKOUT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=servers.START,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _common(smtp: MailServer, folder: Path, shift: float) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder / "var"),
        "SMTP_URL": smtp.url,
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
        "CLOCK_SHIFT": str(shift),
        "RATE_LIMITS": "off",
        "MAIL_SWEEP": "2",
    }


@contextmanager
def embedded(folder: Path, shift: float, file: Path) -> Iterator[Place]:
    """Everything under one command, on SQLite and the embedded broker."""
    (folder / "var").mkdir()
    with mail_server() as smtp:
        environ = {**_common(smtp, folder, shift), "DEMO": "1"}
        with servers.embedded(environ, folder / "var") as site:
            command(environ, "import", str(file))
            yield Place(site.url, smtp, environ, folder, (site,))


@contextmanager
def production(
    folder: Path, shift: float, file: Path, cluster: Postgres, template: str
) -> Iterator[Place]:
    """gunicorn, a worker and the timetable as processes of their own, on PostgreSQL and Redis."""
    with ExitStack() as stack:
        smtp = stack.enter_context(mail_server())
        broker = stack.enter_context(valkey(folder / "broker"))
        environ = {
            **_common(smtp, folder, shift),
            "DATABASE_URL": cluster.create_database(template),
            "REDIS_URL": broker.url,
            "SECRET_KEY": "secret for tests",
            "DATA_KEY": "key for tests",
            "BASE_URL": "https://events.example",
            "DEMO": "force",  # allows CLOCK_SHIFT
        }
        command(environ, "import", str(file))
        site = stack.enter_context(servers.web(environ, folder))
        worker = stack.enter_context(servers.worker(environ, folder))
        timetable = stack.enter_context(servers.timetable(environ, folder))
        yield Place(site.url, smtp, environ, folder, (site, worker, timetable))
