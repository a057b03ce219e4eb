"""Which kinds of mail have sections to write; each feature offers its own.

`sample` makes the mail as somebody would get it at an event, without anybody having signed up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventapp.mail.kinds import Draft
from eventapp.wording.rules import ALL, Section

if TYPE_CHECKING:
    from eventapp.events.definition import EventDefinition

Sample = Callable[["EventDefinition", str], Draft]  # of an event, in a language


@dataclass(frozen=True)
class Offer:
    kind: str
    label: Any  # translated when shown
    sections: tuple[Section, ...]
    sample: Sample
    mail: str  # the kind of mail; where several are worded apart, what is written for it holds too


_offers: dict[str, Offer] = {}


def offer(
    kind: str, label: Any, sections: tuple[Section, ...], sample: Sample, *, mail: str = ""
) -> None:
    """Make a kind's sections known; in the order in which the page lists them. What `ALL` shows is
    the first of them. `mail` names the kind of mail of which this is one of several."""
    if not _offers:
        _offers[ALL] = Offer(ALL, "", (Section.CLOSING,), sample, kind)
    _offers[kind] = Offer(kind, label, sections, sample, mail or kind)


def offers() -> Mapping[str, Offer]:
    return _offers


def shown_kind(kind: str) -> str:
    """Whose mail shows what is written for this kind."""
    return next(each for each in _offers if each != ALL) if kind == ALL else kind
