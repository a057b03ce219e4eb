"""Delivery reports: RFC 3464, and those that programs wrote before it. Pure.

Whether a report is believed is not decided here: it names Message-IDs and addresses, and only rows
of the outbox know whether such a mail left for such an address.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eventapp.returns.mime import Part, read_head

MOST_IDS, MOST_ADDRESSES, MOST_FAILURES, MOST_ANSWER = 20, 50, 20, 300
MOST_TEXT = 100_000  # characters in which addresses are looked for
UNSAID = "5.0.0"  # "it did not work" (RFC 3463)

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_OURS = re.compile(r"<([0-9a-f]{32})@[^<>@\s]{1,255}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"'()\[\]]{1,64}@[^\s<>@,;:\"'()\[\]]{1,255}")
_ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_BASIC = re.compile(r"(?<![\d.])(5[05]\d)(?=[ \-])")
_OF_BASIC = {"552": "5.2.2", "553": "5.1.3", "554": UNSAID}
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon")
_NOT_YET = re.compile(r"delay|warning|verz(?:ö|oe)ger|will be retried|still trying", re.IGNORECASE)


@dataclass(frozen=True)
class Failure:
    """What was said of one recipient: the addresses it may be known by, "5.1.1", and the words."""

    addresses: tuple[str, ...]
    status: str
    answer: str


@dataclass(frozen=True)
class Report:
    """That a mail was not delivered, and never will be."""

    message_ids: tuple[str, ...]  # without the host
    failures: tuple[Failure, ...]


def is_report(mail: Part) -> bool:
    """Whether it is one as RFC 3464 has them, of a failure or of anything else."""
    return any(part.content_type in _STATUS_PARTS for part in mail.walk())


def read_report(mail: Part) -> Report | None:
    """None where it tells of no final failure: delayed, relayed, delivered."""
    failures = tuple(_failures(mail))[:MOST_FAILURES]
    if len(failures) == 1:  # where a mailbox forwards, the report may name the next one only
        one = failures[0]
        failures = (Failure((*one.addresses, *_sent_to(mail)), one.status, one.answer),)
    return Report(message_ids_of(mail), failures) if failures else None


def read_old_report(mail: Part) -> Report | None:
    """Of programs that write a report as a letter; None where it is none, or not final."""
    failed = mail.header("x-failed-recipients")
    local_part = "".join(_ADDRESS.findall(mail.header("from"))[:1]).partition("@")[0].lower()
    if not failed and local_part not in _DAEMONS:
        return None
    text = "\n".join(_texts(mail))[:MOST_TEXT]
    status = _status_in(text)
    is_final = status is not None or bool(failed)
    if not is_final or _NOT_YET.search(mail.header("subject")):
        return None
    named = (*_ADDRESS.findall(failed), *_ADDRESS.findall(text))
    answer = next((line for line in text.splitlines() if _status_in(line)), "")
    failure = Failure(_some(named, MOST_ADDRESSES), status or UNSAID, _one_line(answer))
    return Report(message_ids_of(mail), (failure,))


def _failures(mail: Part) -> Iterator[Failure]:
    for part in mail.walk():
        if part.content_type not in _STATUS_PARTS:
            continue
        for block in re.split(r"\r?\n[ \t]*\r?\n", part.text):
            fields = read_head(block.lstrip().encode())
            said = _field(fields, "status")
            action = _field(fields, "action").lower()
            if action == "failed" or (not action and said.startswith("5")):
                yield _failure(fields, said)


def _failure(fields: Mapping[str, tuple[str, ...]], said: str) -> Failure:
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    addresses = [each for name in names for each in _ADDRESS.findall(_field(fields, name))]
    answer = _field(fields, "diagnostic-code").partition(";")[2] or said
    return Failure(_some(addresses, MOST_ADDRESSES), _best(said, answer), _one_line(answer))


def _best(said: str, answer: str) -> str:
    """The most telling code: some servers say "5.0.0" and put the reason into the words."""
    code = _ENHANCED.search(said)
    if code and not code[1].endswith(".0.0"):
        return code[1]
    return _status_in(answer) or (code[1] if code else UNSAID)


def _status_in(text: str) -> str | None:
    for code in _ENHANCED.findall(text):
        if code.startswith("5"):
            return str(code)
    basic = _BASIC.search(text)
    return _OF_BASIC.get(basic[1], "5.1.1" if basic[1] == "550" else UNSAID) if basic else None


def message_ids_of(mail: Part) -> tuple[str, ...]:
    """In the heads of the report and of what it quotes; else anywhere in its words."""
    names = ("message-id", "in-reply-to", "references", "original-message-id")
    heads = [each for part in _heads(mail) for name in names for each in part.get(name, ())]
    found = _OURS.findall(" ".join(heads)) or _OURS.findall("\n".join(_texts(mail)))
    return _some(found, MOST_IDS)


def _sent_to(mail: Part) -> tuple[str, ...]:
    """To whom the returned mail says that it was written."""
    quoted = [value for head in list(_heads(mail))[1:] for value in head.get("to", ())]
    return _some(_ADDRESS.findall(" ".join(quoted)), MOST_ADDRESSES)


def _heads(mail: Part) -> Iterator[Mapping[str, tuple[str, ...]]]:
    for part in mail.walk():
        yield part.headers
        if part.content_type in ("text/rfc822-headers", "message/rfc822-headers"):
            yield read_head(part.content)


def _texts(mail: Part) -> Iterator[str]:
    for part in mail.walk():
        if not part.parts and part.content_type.startswith(("text/", "message/")):
            yield part.text


def _field(fields: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _some(values: Iterable[str], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.rstrip(".") for value in values))[:most]


def _one_line(text: str) -> str:
    """Without what no column and no page takes."""
    printable = "".join(
        each for each in text[: 4 * MOST_ANSWER] if each.isprintable() or each == "\n"
    )
    return " ".join(printable.split())[:MOST_ANSWER]
