"""Answers of calendars (RFC 5546, METHOD:REPLY): of Outlook, Google, Apple and Thunderbird. Pure;
reads no more than it needs, for anybody may have written it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import getaddresses

from eventapp.names import key
from eventapp.numbers import number_in
from eventapp.returns.mime import MOST_VALUE, Part

MOST_TEXT, MOST_ENTRIES = 200_000, 20
ANSWERING = ("REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH")  # what an attendee's program sends
CALENDAR_TYPES = ("text/calendar", "application/ics")

_FOLD = re.compile(r"\r?\n[ \t]")
_PROPERTY = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*)(?:,"[^"]*")*)*):(.*)'
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')


@dataclass(frozen=True)
class Decline:
    """An attendee's calendar says that they do not come to one date. `sender` is who the mail is
    from; equal to `attendee`."""

    uid: str
    sequence: int
    sender: str


@dataclass(frozen=True)
class Property:
    name: str
    parameters: dict[str, str]
    value: str


def method_of(mail: Part) -> str | None:
    """The method of the calendar object in it, in capitals; None where there is none."""
    for part in _calendars(mail):
        for each in _properties(part.text):
            if each.name == "METHOD":
                return each.value.strip().upper()
    return None


def read_declines(mail: Part) -> list[Decline]:
    """Of the sender themselves, each date once; nothing where the answer is any other."""
    sender = sender_of(mail)
    if not sender:
        return []
    found: dict[str, Decline] = {}
    for part in _calendars(mail):
        for entry in _entries(part.text):
            decline = _decline(entry, sender)
            if decline:
                found.setdefault(decline.uid, decline)
    return list(found.values())[:MOST_ENTRIES]


def sender_of(mail: Part) -> str:
    """The one address in From, or nothing."""
    addresses = [address for _name, address in getaddresses([mail.header("from")]) if address]
    is_one = len(addresses) == 1 and len(mail.headers.get("from", ())) == 1
    return addresses[0] if is_one and "@" in addresses[0] else ""


def _calendars(mail: Part) -> list[Part]:
    """Not those of a mail within the mail."""
    return [
        part
        for part in _outer(mail)
        if part.content_type in CALENDAR_TYPES or "BEGIN:VCALENDAR" in part.text[:200].upper()
    ]


def _outer(mail: Part) -> Iterator[Part]:
    if not mail.parts:
        yield mail
    elif mail.content_type.startswith("multipart/"):
        for part in mail.parts:
            yield from _outer(part)


def _decline(entry: list[Property], sender: str) -> Decline | None:
    uid = next((each.value.strip() for each in entry if each.name == "UID"), "")
    sequence = next((each.value.strip() for each in entry if each.name == "SEQUENCE"), "0")
    for each in entry:
        is_theirs = each.name == "ATTENDEE" and key(sender) in _addresses(each)
        is_no = each.parameters.get("PARTSTAT", "").upper() == "DECLINED"
        if is_theirs and is_no and uid and uid.isprintable():
            return Decline(uid, number_in(sequence, -1), sender)
    return None


def _addresses(attendee: Property) -> set[str]:
    """Apple's servers give a path, and the address as a parameter."""
    value = attendee.value.strip()
    scheme, _colon, rest = value.partition(":")
    plain = rest if scheme.lower() == "mailto" else ""
    return {key(each) for each in (plain, attendee.parameters.get("EMAIL", "")) if each}


def _entries(text: str) -> Iterator[list[Property]]:
    """The properties of each VEVENT, without those of what lies within."""
    path: list[str] = []
    entry: list[Property] = []
    for each in _properties(text):
        if each.name == "BEGIN":
            path.append(each.value.strip().upper())
            entry = [] if path[-1] == "VEVENT" else entry
        elif each.name == "END" and path:
            if path.pop() == "VEVENT":
                yield entry
        elif path[-1:] == ["VEVENT"]:
            entry.append(each)


def _properties(text: str) -> Iterator[Property]:
    for line in _FOLD.sub("", text[:MOST_TEXT]).splitlines():
        found = _PROPERTY.match(line[:MOST_VALUE])
        if found:
            parameters = {
                name.upper(): value.strip('"') for name, value in _PARAMETER.findall(found[2])
            }
            yield Property(found[1].upper(), parameters, found[3])
