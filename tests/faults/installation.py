"""A whole installation as processes, its participants, and what they got."""

import os
import re
import shutil
import signal
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import httpx

from tests import servers
from tests.servers import Program, Site
from tests.smtp import MailServer, mail_server
from tests.valkey import Valkey, valkey
from tests.workers.environment import environment

PATIENCE = 60.0  # seconds in which a participant sends the same form again
MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


@dataclass
class Participants:
    """People who sign up at the same time, four at once; `answers` counts refused and broken."""

    url: str
    slug: str
    troubles: list[str] = field(default_factory=list)

    def sign_up(self, names: list[str]) -> list[str]:
        """The addresses of all who were answered 303."""
        with ThreadPoolExecutor(4) as pool:
            return [address for address in pool.map(self._one, names) if address]

    def _one(self, name: str) -> str | None:
        deadline = monotonic() + PATIENCE
        page = f"{self.url}/events/{self.slug}/register"
        data = {"first_name": name, "last_name": "Beispiel", "email": f"{name}@example.org"}
        while monotonic() < deadline:
            try:
                if "form_token" not in data:
                    data["form_token"] = TOKEN.findall(httpx.get(page, timeout=30).text)[0]
                answer = httpx.post(page, data=data, timeout=30)
            except httpx.HTTPError as error:
                self.troubles.append(repr(error))
                sleep(0.1)
                continue
            if answer.status_code == 303:
                return data["email"]
            self.troubles.append(f"{answer.status_code} {answer.text[:200]}")
        return None


@dataclass
class Installation:
    database_url: str
    broker: Valkey
    smtp: MailServer
    site: Site
    worker: Program
    timetable: Program

    def restart(self, program: Program) -> None:
        """SIGKILL to the process and all it has started; a new one after a moment."""
        program.kill()
        sleep(0.3)
        Program.start(program)

    def kill_web_process(self) -> None:
        """SIGKILL to one of gunicorn's, within whatever it does; gunicorn starts another."""
        children = Path(f"/proc/{self.site.pid}/task/{self.site.pid}/children").read_text().split()
        if children:
            os.kill(int(children[0]), signal.SIGKILL)

    def forget_broker(self) -> None:
        """Kill the broker and burn all it has written."""
        self.broker.kill()
        shutil.rmtree(self.broker.directory / "appendonlydir")

    def wait_for_mails(self, addresses: list[str], seconds: float) -> int:
        """Until each has its mail; how many came twice. Twice is always the same Message-ID."""
        deadline = monotonic() + seconds
        while missing := set(addresses) - set(self._delivered()):
            assert monotonic() < deadline, f"lost: {sorted(missing)}"
            sleep(0.1)
        for address, message_ids in self._delivered().items():
            assert len(set(message_ids)) == 1, f"{address} got two mails"
        return sum(len(found) - 1 for found in self._delivered().values())

    def _delivered(self) -> dict[str, list[bytes]]:
        found: dict[str, list[bytes]] = defaultdict(list)
        for mail in list(self.smtp.received):
            found[mail.recipients[0]] += MESSAGE_ID.findall(mail.data)
        return found


@contextmanager
def installation(database_url: str, folder: Path, **settings: str) -> Iterator[Installation]:
    with ExitStack() as stack:
        broker = stack.enter_context(valkey(folder / "broker"))
        smtp = stack.enter_context(mail_server())
        smtp.delay = 0.02  # seconds; widens the window within DATA
        environ = environment(database_url, broker, smtp, folder / "var", **settings)
        site = stack.enter_context(servers.web(environ, folder))
        worker = stack.enter_context(servers.worker(environ, folder))
        timetable = stack.enter_context(servers.timetable(environ, folder))
        yield Installation(database_url, broker, smtp, site, worker, timetable)
