"""A real SMTP server for tests: keeps what it gets, refuses whom it is told to, and can be slow."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port

STOP = 60.0  # seconds


@dataclass(frozen=True)
class Received:
    """One mail as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)


class MailServer:
    """Listens on one port; `stop` and `start` again makes it away for a while.

    `answers` holds what MAIL and RCPT are told for an address ("550 5.1.1 unknown", "451 4.7.1
    later"); `data_answer` what DATA is told, None for acceptance; `delay` the seconds before the
    latter; `connections` counts those who said EHLO.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.answers: dict[str, str] = {}
        self.data_answer: str | None = None
        self.delay = 0.0
        self.connections = 0
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True
        )
        self._controller.start()

    def stop(self) -> None:
        """Ends the connections too. aiosmtpd would wait for its thread without end."""
        if self._controller is None:
            return
        controller, self._controller = self._controller, None
        stopping = threading.Thread(target=controller.stop, daemon=True)
        stopping.start()
        stopping.join(STOP)
        if stopping.is_alive():
            tasks = "\n".join(map(repr, asyncio.all_tasks(controller.loop)))
            raise AssertionError(f"the mail server does not stop; still at work:\n{tasks}")

    def clear(self) -> None:
        """Forget all mails and all instructions."""
        self.received.clear()
        self.answers.clear()
        self.data_answer, self.delay = None, 0.0

    def to(self, address: str) -> list[Received]:
        return [mail for mail in list(self.received) if address in mail.recipients]

    def wait_for(self, count: int, seconds: float = 60, *, to: str | None = None) -> list[Received]:
        """At least so many mails, in order of arrival; the failure tells what came instead."""
        find: Callable[[], list[Received]] = (
            (lambda: self.to(to)) if to else (lambda: list(self.received))
        )
        deadline = time.monotonic() + seconds
        while len(find()) < count:
            came = [(mail.recipients, mail.message["Subject"]) for mail in self.received]
            assert time.monotonic() < deadline, f"waited for {count} mails, got {came}"
            time.sleep(0.02)
        return find()

    async def handle_EHLO(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.delay)
        if self.data_answer:
            return self.data_answer
        sender, data = envelope.mail_from or "", envelope.original_content or b""
        self.received.append(Received(sender, tuple(envelope.rcpt_tos), data))
        return "250 2.0.0 OK"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that listens, stopped at the end."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
