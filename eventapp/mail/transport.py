"""Ways for a mail to leave: SMTP over one reused connection, or files in DATA_DIR/mail."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from eventapp.mail.render import Envelope

MOST_PER_CONNECTION = 100


class NotSent(Exception):
    """The mail did not leave. `is_final`: it never will."""

    def __init__(self, answer: str, *, is_final: bool, is_connection: bool = False) -> None:
        super().__init__(answer)
        self.answer = answer
        self.is_final = is_final
        self.is_connection = is_connection  # the server's trouble, not this mail's


class Transport(Protocol):
    def send(self, envelope: Envelope) -> str:
        """The server's answer; raises `NotSent`."""

    def close(self) -> None: ...


@dataclass
class FileTransport:
    """Keeps mails as .eml files, for the demo's mailbox."""

    folder: Path

    def send(self, envelope: Envelope) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.stem) for path in self.folder.glob("[0-9]*.eml")), default=0)
        while True:
            try:
                with (self.folder / f"{number:06d}.eml").open("xb") as file:
                    file.write(envelope.body)
            except FileExistsError:  # another worker was faster
                number += 1
            else:
                return f"kept as {number:06d}.eml"

    def close(self) -> None:
        """Nothing is held open."""


class SmtpTransport:
    """One connection, reused for up to a hundred mails, opened again when it was lost."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = urlsplit(url)
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None
        self._sent = 0

    def send(self, envelope: Envelope) -> str:
        try:
            server = self._connected()
            refused = server.sendmail(envelope.sender, [envelope.recipient], envelope.body)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._reset()
            raise _refusal(code, text) from error
        except smtplib.SMTPResponseException as error:
            self._reset()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotSent(str(error), is_final=False, is_connection=True) from error
        del refused  # one recipient: a refusal has been raised
        self._sent += 1
        if self._sent >= MOST_PER_CONNECTION:
            self.close()
        return "250"

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
        self._server, self._sent = None, 0

    def _reset(self) -> None:
        if self._server is not None:
            try:
                self._server.rset()
            except (OSError, smtplib.SMTPException):
                self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._open()
        return self._server

    def _open(self) -> smtplib.SMTP:
        url, context = self._url, ssl.create_default_context()
        host = url.hostname or "localhost"
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, url.port or 465, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(host, url.port or 25, timeout=self._timeout)
            if parse_qs(url.query).get("tls") == ["starttls"]:
                server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        return server


def _refusal(code: int, text: bytes | str) -> NotSent:
    """4yz may pass later, 5yz never (RFC 5321, section 4.2.1)."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return NotSent(f"{code} {words}", is_final=500 <= code < 600, is_connection=code == 421)


def transport_for(smtp_url: str, data_dir: Path, timeout: float) -> Transport:
    """SMTP where an address is set, files where none is."""
    return SmtpTransport(smtp_url, timeout) if smtp_url else FileTransport(data_dir / "mail")
