"""The process `eventapp receive`: told to end, killed, and killed while it is spoken to."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from smtplib import LMTP, SMTPException

import pytest

from eventapp.returns import maildir
from tests.ports import free_port
from tests.registration.test_actions import plan, rows, sign_up
from tests.returns.shapes import SENDER, Answer, letter, outlook
from tests.returns.test_actions import asked, uid_of
from tests.returns.test_maildir import deliver, names
from tests.servers import Program

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def receiver(database_url: str, tmp_path: Path, folder: Path, port: int) -> Iterator[Program]:
    """The process `eventapp receive`."""
    environ = {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(tmp_path / "var"),
        "RETURNS_MAILDIR": str(folder),
        "LMTP_PORT": str(port),
        "SECRET_KEY": "secret for tests",
        "DATA_KEY": "key for tests",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "BASE_URL": "https://events.example",
        "MAIL_FROM": "Veranstaltungen <events@example.org>",
        "DEMO": "force",
        "NUDGE": "off",
    }
    argv = [sys.executable, "-m", "eventapp.ops.cli", "receive"]
    process = Program(argv, environ, tmp_path / "receiver.log")
    process.start()
    yield process
    process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "mailbox"
    maildir.prepare(path)
    return path


def answers(count: int) -> dict[int, bytes]:
    """By registration, that so many people decline."""
    event = plan(capacity_in_person=count)
    for number in range(count):
        sign_up(event, f"Person{number}")
    return {
        row.id: outlook(Answer(uid_of(row.id), attendee=row.email, sender=row.email))
        for row in rows()
    }


class TestMaildir:
    def test_ends_when_told(self, receiver: Program, folder: Path) -> None:
        deliver(folder, letter())
        receiver.wait_until(lambda: not names(folder, "new"))
        assert receiver.stop() == 0

    def test_killed_again_and_again_it_loses_nothing_and_repeats_nothing(
        self, receiver: Program, folder: Path
    ) -> None:
        people = answers(40)
        for raw in people.values():
            for _ in range(3):
                deliver(folder, raw)
        for left in (100, 70, 40, 10):
            receiver.wait_until(partial(has_at_most, folder, left))
            receiver.kill()
            receiver.start()
        receiver.wait_until(partial(has_at_most, folder, 0))
        told = sorted(mail.ids["registration_id"] for mail in asked())
        assert told == sorted(people)
        assert len(names(folder, "cur")) == 3 * len(people)


def has_at_most(folder: Path, count: int) -> bool:
    return len(names(folder, "new")) <= count


def is_listening(port: int) -> bool:
    try:
        with LMTP("127.0.0.1", port):
            return True
    except OSError:
        return False


class Server(threading.Thread):
    """As a mail server: hands over one mail after the other, until the connection breaks."""

    def __init__(self, port: int, mails: dict[int, bytes]) -> None:
        super().__init__()
        self._port, self._mails = port, mails
        self.accepted: list[int] = []

    def run(self) -> None:
        with suppress(SMTPException, OSError), LMTP("127.0.0.1", self._port) as client:
            for number, raw in self._mails.items():
                client.sendmail("person@example.org", [SENDER], raw)
                self.accepted.append(number)

    def has_handed_over(self, count: int) -> bool:
        return len(self.accepted) >= count or not self.is_alive()


class TestPort:
    def test_what_was_accepted_is_done_whenever_it_is_killed(
        self, receiver: Program, port: int
    ) -> None:
        left = answers(40)
        everybody = sorted(left)
        while left:
            receiver.wait_until(partial(is_listening, port))
            server = Server(port, left)
            server.start()
            receiver.wait_until(partial(server.has_handed_over, 9))
            receiver.kill()
            server.join(30)
            assert set(server.accepted) <= {mail.ids["registration_id"] for mail in asked()}
            left = {number: raw for number, raw in left.items() if number not in server.accepted}
            receiver.start()
        assert sorted(mail.ids["registration_id"] for mail in asked()) == everybody
