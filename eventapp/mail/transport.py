"""Ways for a mail to leave: SMTP over one reused connection, or files in DATA_DIR/mail."""

import random
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from eventapp import clock
from eventapp.mail.render import Envelope

MOST_PER_CONNECTION = 100
IDLE = 60.0  # seconds until an unused connection is given back

# The server's or the operator's trouble, not this mail's: closing (421), too many connections
# (432), log-in (454, 530, 534, 535, 538; RFC 4954, section 4).
SERVERS_OWN = {421, 432, 454, 530, 534, 535, 538}
CROWDED = 432
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 30.0  # seconds after 432


class NotSent(Exception):
    """The mail did not leave, as far as can be known. `is_final`: it never will."""

    def __init__(
        self,
        answer: str,
        *,
        is_final: bool = False,
        is_connection: bool = False,
        may_have_left: bool = False,
        is_crowded: bool = False,
    ) -> None:
        super().__init__(answer)
        self.answer = answer
        self.is_final = is_final
        self.is_connection = is_connection  # the next mail would fail alike
        self.may_have_left = may_have_left  # the connection broke before the last answer
        self.is_crowded = is_crowded  # too many of us ask at once


class Withheld(Exception):
    """The mail was not to leave any more; the server has not got it."""


MayLeave = Callable[[], bool]  # asked right before the message is handed over


class Transport(Protocol):
    @property
    def is_pausing(self) -> bool:
        """Whether the server has to be left alone for some seconds."""

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        """The server's answer; raises `NotSent`, and `Withheld` if it may not leave."""

    def rest(self) -> None:
        """The round is over: give back what has been unused for long."""

    def close(self) -> None:
        """Give back everything; the next `send` begins anew."""


@dataclass
class FileTransport:
    """Keeps mails as .eml files, numbered from 1, for the demo's mailbox."""

    folder: Path
    is_pausing = False

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        if not may_leave():
            raise Withheld
        try:
            return f"kept as {self._keep(envelope.body)}"
        except OSError as error:
            raise NotSent(str(error), is_connection=True) from error

    def _keep(self, body: bytes) -> str:
        """Whole or not at all: readers see the file under its name only when it is complete."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{uuid4().hex}"
        draft.write_bytes(body)
        try:
            return self._link(draft)
        finally:
            draft.unlink()

    def _link(self, draft: Path) -> str:
        number = 1 + max((int(path.stem) for path in self.folder.glob("[0-9]*.eml")), default=0)
        while True:
            try:
                (self.folder / f"{number:06d}.eml").hardlink_to(draft)
            except FileExistsError:  # another worker was faster
                number += 1
            else:
                return f"{number:06d}.eml"

    def rest(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """One connection, reused for up to a hundred mails, opened again when the server closed it.

    A server that says 432 has too many of us: this one pauses, longer each time in a row, and not
    as long as the others, so that they do not come back together.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None
        self._sent = 0
        self._used_at = 0.0
        self._pause = FIRST_PAUSE
        self._pauses_until = clock.now()

    @property
    def is_pausing(self) -> bool:
        return clock.now() < self._pauses_until

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        is_reused = self._server is not None
        try:
            return self._send(envelope, may_leave)
        except NotSent as refusal:
            was_closed = is_reused and self._server is None and not refusal.may_have_left
            if refusal.is_crowded or not was_closed:
                raise
        return self._send(envelope, may_leave)  # servers close idle connections; that is no failure

    def rest(self) -> None:
        if time.monotonic() - self._used_at > IDLE:
            self.close()

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._server.close()
        self._server, self._sent = None, 0

    def _send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        may_have_left = False
        try:
            server = self._connected()
            self._expect(*server.mail(envelope.sender), is_final=False)  # the operator can mend it
            self._expect(*server.rcpt(envelope.recipient))
            self._ask(may_leave)
            may_have_left = True
            answer = self._expect(*server.data(envelope.body))
        except smtplib.SMTPDataError as error:  # DATA itself was refused
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotSent(str(error), is_connection=True, may_have_left=may_have_left) from error
        self._count()
        return answer

    def _ask(self, may_leave: MayLeave) -> None:
        try:
            if not may_leave():
                raise Withheld
        except BaseException:
            self._reset()
            raise

    def _expect(self, code: int, text: bytes | str, *, is_final: bool = True) -> str:
        if not 200 <= code < 300:
            raise self._refusal(code, text, is_final=is_final)
        return _words(code, text)

    def _refusal(self, code: int, text: bytes | str, *, is_final: bool = True) -> NotSent:
        """4yz may pass later, 5yz never (RFC 5321, section 4.2.1), unless it is of the sender."""
        if code in SERVERS_OWN:
            self.close()
            if code == CROWDED:
                self._begin_pause()
            return NotSent(_words(code, text), is_connection=True, is_crowded=code == CROWDED)
        self._reset()
        return NotSent(_words(code, text), is_final=is_final and 500 <= code < 600)

    def _begin_pause(self) -> None:
        seconds = self._pause * random.uniform(0.7, 1)
        self._pauses_until = clock.now() + timedelta(seconds=seconds)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _reset(self) -> None:
        """Ready for the next mail on the same connection."""
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _count(self) -> None:
        self._used_at = time.monotonic()
        self._pause = FIRST_PAUSE
        self._sent += 1
        if self._sent >= MOST_PER_CONNECTION:
            self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._open()
        return self._server

    def _open(self) -> smtplib.SMTP:
        """Raises the errors of smtplib, all of them about the server, none about a mail."""
        url, context = self._url, ssl.create_default_context()
        host = url.hostname or "localhost"
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=self._timeout)
        try:
            if url.scheme == "smtp" and parse_qs(url.query).get("tls") == ["starttls"]:
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _words(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"


def transport_for(smtp_url: str, data_dir: Path, timeout: float) -> Transport:
    """SMTP where an address is set, files where none is."""
    return SmtpTransport(smtp_url, timeout) if smtp_url else FileTransport(data_dir / "mail")
