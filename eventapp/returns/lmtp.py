"""The port at which a mail server hands over what came back (LMTP, RFC 2033).

A mail is accepted once all that follows from it is committed. With the database away the server is
told to come again; what somebody wrote is refused with the address to write to, so that it does not
disappear. One recipient at a time: the answers of LMTP are one for each, and here they are one.
"""

import asyncio
import logging
from collections.abc import Callable

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from eventapp.names import key
from eventapp.returns.receiving import AWAY, MOST_BYTES, Taken, What

log = logging.getLogger(__name__)

IDLE = 300.0  # seconds until a connection on which nothing is said is closed
AT_ONCE = 4  # mails being read

Take = Callable[[bytes, str | None], Taken]

DONE = "250 2.0.0 OK"
AGAIN = "451 4.3.0 Please come again later"
ONE_BY_ONE = "452 4.5.3 One recipient at a time"


class Handler:
    """Hands each mail to `take`, in a thread, for it waits for the database."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._places = asyncio.Semaphore(AT_ONCE)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if envelope.rcpt_tos:
            return ONE_BY_ONE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        sender = (envelope.mail_from or "").strip("<>")  # aiosmtpd leaves the empty one as it is
        try:
            async with self._places:
                taken = await asyncio.to_thread(self._take, raw, sender)
        except AWAY as error:
            log.warning("a mail is put off: %s", type(error).__name__)
            return AGAIN
        except Exception:
            log.exception("a mail cannot be read")
            return AGAIN
        if taken.what != What.LETTER:
            return DONE
        is_here = taken.contact is not None and key(taken.contact) in map(key, envelope.rcpt_tos)
        return refusal(None if is_here else taken.contact)


def refusal(contact: str | None) -> str:
    """To somebody who wrote: their mail server tells them. ASCII, as answers are."""
    if contact is None or not contact.isascii() or not contact.isprintable():
        return "550 5.7.1 Hier liest niemand mit. Nobody reads this mailbox."
    return (
        "550 5.7.1 Hier liest niemand mit. Bitte schreiben Sie an / "
        f"Nobody reads this mailbox, please write to {contact}"
    )


async def listen(host: str, port: int, take: Take) -> asyncio.Server:
    """Raises `OSError` where the port is not to be had."""
    handler = Handler(take)

    def connected() -> LMTP:
        return LMTP(
            handler,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname="eventapp",
            ident="eventapp",
            timeout=IDLE,
        )

    return await asyncio.get_running_loop().create_server(connected, host, port)
