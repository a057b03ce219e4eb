"""What a network has from itself or from the nearest network above that has it. Pure.

`resolve` is given a network and all above it, nearest first, and makes of their rows what pages,
mails and forms use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from typing import Any, TypeVar

T = TypeVar("T")

MOST_DOOR_MINUTES = 24 * 60  # that an online door opens before its date


@dataclass(frozen=True)
class Controller:
    """Who answers for personal data (Art. 4 No. 7 GDPR) and stands in the imprint."""

    slug: str  # of the network that has it
    name: str
    address_lines: tuple[str, ...]
    email: str
    phone: str | None
    dpo: str | None
    imprint: str | None


@dataclass(frozen=True)
class Sender:
    """From and ORGANIZER of a network's mails and calendar entries."""

    name: str
    email: str


@dataclass(frozen=True)
class Accessibility:
    """What the statement on accessibility says of a network's pages (§ 12b BGG and its kin)."""

    state: str
    barriers: str | None
    on: date
    contact: str | None
    body: str | None  # to turn to where nobody answers


@dataclass(frozen=True)
class Deadlines:
    """Days before an event's first day, proposed to new events; None: no proposal."""

    assistance_days: int | None = None
    closes_days: int | None = None


@dataclass(frozen=True)
class Colours:
    """As "#1d2a5e"; None: the house's own. See `look`."""

    brand: str | None = None
    copper: str | None = None
    copper_line: str | None = None


@dataclass(frozen=True)
class Logo:
    """Where the picture is, and what it shows."""

    slug: str  # of the network that has it
    digest: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Inherited:
    """All of it, for one network. `own` names what it has itself, by the names of these fields
    and of those of deadlines and colours."""

    sender: Sender | None
    controller: Controller | None
    accessibility: Accessibility | None
    logo: Logo | None
    deadlines: Deadlines
    colours: Colours
    land: str | None  # "RP"
    door_minutes: int | None
    own: frozenset[str]
    reader_ids: tuple[int, ...]


def resolve(chain: Sequence[Any]) -> Inherited:
    """`chain` are rows with the columns of `Network` and of its logo."""

    def nearest(column: str, make: Callable[[Any], T]) -> T | None:
        found = next((each for each in chain if getattr(each, column) is not None), None)
        return None if found is None else make(found)

    def value(column: str) -> Any:
        return nearest(column, lambda row: getattr(row, column))

    return Inherited(
        sender=nearest("sender_email", _sender),
        controller=nearest("controller_name", lambda row: _controller(row, chain)),
        accessibility=nearest("accessibility_state", _accessibility),
        logo=nearest("logo_digest", _logo),
        deadlines=Deadlines(value("assistance_days"), value("closes_days")),
        colours=Colours(value("brand"), value("copper"), value("copper_line")),
        land=value("land"),
        door_minutes=value("door_minutes"),
        own=frozenset(
            name
            for name, column in _SHOWN_BY.items()
            if getattr(chain[0], column) not in (None, "")
        ),
        reader_ids=_reader_ids(chain),
    )


_SHOWN_BY = {
    "sender": "sender_email",
    "controller": "controller_name",
    "imprint": "controller_imprint",
    "accessibility": "accessibility_state",
    "logo": "logo_digest",
    "land": "land",
    **{name: name for name in ("assistance_days", "closes_days", "door_minutes")},
    **{name: name for name in ("brand", "copper", "copper_line")},
}


def _sender(row: Any) -> Sender:
    return Sender(row.sender_name or row.name, row.sender_email)


def _controller(row: Any, chain: Sequence[Any]) -> Controller:
    """With the nearest imprint, though none from above the controller: that one is another's."""
    below = chain[: chain.index(row) + 1]
    return Controller(
        slug=row.slug,
        name=row.controller_name,
        address_lines=tuple((row.controller_address or "").splitlines()),
        email=row.controller_email or "",
        phone=row.controller_phone,
        dpo=row.controller_dpo,
        imprint=next((each.controller_imprint for each in below if each.controller_imprint), None),
    )


def _accessibility(row: Any) -> Accessibility:
    return Accessibility(
        state=row.accessibility_state,
        barriers=row.accessibility_barriers,
        on=row.accessibility_on,
        contact=row.accessibility_contact,
        body=row.accessibility_body,
    )


def _logo(row: Any) -> Logo:
    return Logo(row.slug, row.logo_digest, row.logo_alt, row.logo_width, row.logo_height)


def _reader_ids(chain: Sequence[Any]) -> tuple[int, ...]:
    """The networks above the controller whose roles may read its people: where it shows them to
    the network above, that one and those above it that have the same controller.

    Not further: what that controller shows upwards are its own people, not those lent to it.
    """
    mine = list(dropwhile(lambda row: row.controller_name is None, chain))
    if not mine or not mine[0].shows_people_above:
        return ()
    above = mine[1:]
    answers = [row.controller_name is not None for row in above]
    until = answers.index(True) + 1 if True in answers else len(above)
    return tuple(row.id for row in above[:until])
