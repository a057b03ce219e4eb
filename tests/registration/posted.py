"""Mails as they arrive, kept in a list: whom they are for, what they say, what calendars do."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from eventapp.mail.delivery import Pace, deliver_due
from eventapp.mail.render import Envelope
from eventapp.mail.transport import MayLeave


@dataclass(frozen=True)
class Posted:
    """One mail that has arrived."""

    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def calendars(self) -> list[Any]:
        """The calendar objects, each once however often it is attached."""
        raw = dict.fromkeys(_ics(self.message))
        return [Calendar.from_ical(each) for each in raw]

    @property
    def acts(self) -> list[tuple[str, str, int]]:
        """(method, UID, SEQUENCE) of each."""
        return [
            (str(each["METHOD"]), str(entry["UID"]), int(entry["SEQUENCE"]))
            for each in self.calendars
            for entry in each.events
        ]


def _ics(message: EmailMessage) -> Iterator[bytes]:
    for part in message.walk():
        if part.get_content_type() in ("text/calendar", "application/ics"):
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            yield raw


class _Box:
    """A way out that ends here."""

    is_pausing = False

    def __init__(self) -> None:
        self.arrived: list[Posted] = []

    def send(self, envelope: Envelope, may_leave: MayLeave) -> str:
        assert may_leave()
        message = message_from_bytes(envelope.body, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(Posted(envelope.recipient, message))
        return "250 OK"

    def rest(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""


def post() -> list[Posted]:
    """Deliver all that is due; what arrived by this, in order."""
    box = _Box()
    deliver_due(box, Pace(lease=45, retry=60))
    return box.arrived
