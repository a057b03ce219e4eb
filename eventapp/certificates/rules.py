"""What becomes of a certificate, what it says, and how its code is told from others. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from eventapp.attendance.standing_rules import Standing
from eventapp.certificates.models import CertificateState
from eventapp.events.definition import EventDefinition
from eventapp.events.models import EventStatus
from eventapp.names import full_name, key, typed_key
from eventapp.registration.assistants import borrowed_name

OFTEN, SELDOM = timedelta(minutes=1), timedelta(minutes=15)  # from one look to the next
SETTLES_IN = timedelta(days=7)  # after the end: reports come in, late doors send their scans

# However an umlaut is written: Müller, Mueller, Muller.
_UMLAUTS = re.compile("(?<=[aou])e")


@dataclass(frozen=True)
class Content:
    """What the paper says of the person; what it says of the event stands with the event."""

    title: str
    first_name: str
    last_name: str
    attendance: str
    dates: tuple[int, ...]  # ids of those that the person was at
    minutes: int | None  # where they are counted

    @property
    def full_name(self) -> str:
        return full_name(self.title, self.first_name, self.last_name)


@dataclass(frozen=True)
class Paper:
    """One version: its check code, and what it says."""

    code: str
    content: Content

    def as_json(self) -> dict[str, Any]:
        """To be sealed."""
        return {"code": self.code, **asdict(self.content)}


def paper_of(sealed: Mapping[str, Any]) -> Paper:
    """What `as_json` made, opened again."""
    values = {name: sealed[name] for name in Content.__dataclass_fields__}
    return Paper(sealed["code"], Content(**{**values, "dates": tuple(values["dates"])}))


@dataclass(frozen=True)
class Latest:
    """The newest version that somebody has."""

    id: int
    version: int
    state: str
    by_office: bool
    content: Content


class Step(StrEnum):
    ISSUE = "issue"
    REPLACE = "replace"
    WITHDRAW = "withdraw"


def decide(latest: Latest | None, wanted: Content | None) -> Step | None:
    """What to do for one person; `wanted` is None for whoever has not taken part. What the office
    has withdrawn comes back by the office alone."""
    if latest is None:
        return Step.ISSUE if wanted else None
    if latest.state == CertificateState.VALID:
        if wanted is None:
            return Step.WITHDRAW
        return None if wanted == latest.content else Step.REPLACE
    return Step.ISSUE if wanted and not latest.by_office else None


def content_of(person: Any, standing: Standing | None, *, counts_minutes: bool) -> Content | None:
    """What somebody's certificate would say; None for whoever gets none."""
    if standing is None or not standing.is_met or not person.last_name.strip():
        return None
    return Content(
        title=person.title or "",
        first_name=person.first_name,
        last_name=person.last_name,
        attendance=person.attendance,
        dates=tuple(each.date.id for each in standing.dates if each.attended.is_there),
        minutes=standing.total_minutes or None if counts_minutes else None,
    )


def is_nameless(person: Any) -> bool:
    """An assistant whose own name nobody knows yet."""
    return person.main_id is not None and person.first_name.startswith(borrowed_name(""))


def has_ended(event: EventDefinition, now: datetime) -> bool:
    """Whether all that takes place is over: none is given before."""
    dates = event.dates_on
    return (
        event.status == EventStatus.PUBLISHED
        and bool(dates)
        and all(date.is_over(now) for date in dates)
    )


def is_due(looked_at: datetime | None, ended_at: datetime, now: datetime) -> bool:
    """Whether it is time to look at an event again: each minute while facts still come in, then
    four times an hour, since the office may correct what is long over."""
    if looked_at is None:
        return True
    return now - looked_at >= (OFTEN if now - ended_at < SETTLES_IN else SELDOM)


def typed_code(text: str) -> str:
    """A check code as it is stored, however it was typed."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).upper() if each.isalnum())


def shown_code(code: str) -> str:
    """`K7M4-PX2D-9HQR-TV3W`."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def surname_key(text: str) -> str:
    """A surname however it is written: capitals, accents, umlauts, hyphens and spaces aside."""
    plain = _UMLAUTS.sub("", typed_key(text))
    return "".join(each for each in plain if each.isalnum()) or key(text)


def proof(code: str, surname: str) -> str:
    """What is hashed with a secret key, and alone stays of the person."""
    return f"{typed_code(code)}\0{surname_key(surname)}"
