"""A mail server that answers by a script, as bad days do: by the number in the address."""

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.smtp import MailServer, Received

MESSAGE_ID = re.compile(rb"^Message-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
HANGS = 30.0  # seconds; longer than any client of the tests waits


class Deed(StrEnum):
    """What the server does to a mail: always, or the first time it sees it."""

    ACCEPT = "250"
    LATER = "451 at RCPT, once"
    LATER_AT_DATA = "451 at DATA, once"
    UNKNOWN = "550 at RCPT"
    UNWANTED = "554 at DATA"
    CLOSING = "421, once"
    CROWDED = "432, once"
    HANG = "hangs within DATA, once"
    DROP = "breaks off within DATA, once"
    WINDOW = "accepts and breaks off before its answer, once"


FINAL = (Deed.UNKNOWN, Deed.UNWANTED)
_EVERY = (  # the first that divides: (every so many, which of them)
    (100, 3, Deed.CROWDED),
    (50, 4, Deed.HANG),
    (20, 5, Deed.LATER),
    (20, 6, Deed.LATER_AT_DATA),
    (20, 7, Deed.UNKNOWN),
    (20, 8, Deed.UNWANTED),
    (20, 9, Deed.CLOSING),
    (20, 10, Deed.DROP),
    (20, 11, Deed.WINDOW),
)


def deed_of(address: str) -> Deed:
    """`gast-17@…` is number 17."""
    number = int(address.partition("@")[0].rpartition("-")[2])
    found = (deed for every, which, deed in _EVERY if number % every == which)
    return next(found, Deed.ACCEPT)


class ScriptedServer(MailServer):
    """Keeps what it accepted, whether or not its answer arrived; `seen` counts what it has done.
    Not `is_fickle`, it does only what it always does."""

    def __init__(self) -> None:
        super().__init__()
        self.is_fickle = True
        self.seen: Counter[Deed] = Counter()
        self._told: defaultdict[Deed, set[str]] = defaultdict(set)

    def accepted(self) -> dict[str, list[bytes]]:
        """Message-IDs by address."""
        found: dict[str, list[bytes]] = defaultdict(list)
        for mail in list(self.received):
            found[mail.recipients[0]] += MESSAGE_ID.findall(mail.data)
        return found

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        deed = deed_of(address)
        if deed is Deed.UNKNOWN:
            return self._did(deed, address, "550 5.1.1 unknown")
        for which, answer in (
            (Deed.LATER, "451 4.7.1 later"),
            (Deed.CLOSING, "421 4.3.2 closing"),
            (Deed.CROWDED, "432 4.3.2 too many of you"),
        ):
            if self._is_first(which, address):
                return self._did(deed, address, answer)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.delay)
        address = envelope.rcpt_tos[0]
        deed = deed_of(address)
        if deed is Deed.UNWANTED:
            return self._did(deed, address, "554 5.7.1 unwanted")
        if self._is_first(Deed.LATER_AT_DATA, address):
            return self._did(deed, address, "451 4.3.0 later")
        if self._is_first(Deed.HANG, address):
            self._did(deed, address)
            await asyncio.sleep(HANGS)
        elif self._is_first(Deed.DROP, address):
            self._did(deed, address)
            _break_off(server)
        elif self._is_first(Deed.WINDOW, address):
            self._did(deed, address)
            self._keep(envelope)
            _break_off(server)
        else:
            self._keep(envelope)
        return "250 2.0.0 OK"

    def _is_first(self, deed: Deed, address: str) -> bool:
        is_new = address not in self._told[deed]
        return self.is_fickle and is_new and deed_of(address) is deed

    def _did(self, deed: Deed, address: str, answer: str = "") -> str:
        self._told[deed].add(address)
        self.seen[deed] += 1
        return answer

    def _keep(self, envelope: Envelope) -> None:
        sender, data = envelope.mail_from or "", envelope.original_content or b""
        self.received.append(Received(sender, tuple(envelope.rcpt_tos), data))


def _break_off(server: SMTP) -> None:
    transport = server.transport
    assert isinstance(transport, asyncio.WriteTransport)
    transport.abort()


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """Listening, stopped at the end."""
    server = ScriptedServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
