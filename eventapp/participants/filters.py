"""The filters of the list as the page shows them: chips to add and to take away, and the rest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from eventapp.events.definition import EventDefinition
from eventapp.formatting import attendance_label, day
from eventapp.networks.rules import Permission
from eventapp.participants.selection import ANY, NONE, Coming, Entered, PlaceState, Sort, Wanted
from eventapp.participants.wanted import (
    ANSWER,
    LOST,
    Parameters,
    as_parameters,
    askable,
    choices_of,
)
from eventapp.registration.fields import PHOTO_PURPOSES
from eventapp.registration.models import RegistrationStatus
from eventapp.unsubscribing.rules import OF_PEOPLE
from eventapp.unsubscribing.words import topic_label

Addressed = Callable[[Parameters], str]


@dataclass(frozen=True)
class Chip:
    """A filter to add to the others, or to take from them."""

    text: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """A filter that is chosen from a list: (value, text) each."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


class Filters:
    """The filters of one event as they are set; `address` makes a link of parameters, `kinds` are
    the types and districts to choose from, `organisation` the name of the one that is set."""

    def __init__(
        self,
        event: EventDefinition,
        wanted: Wanted,
        may: frozenset[Permission],
        address: Addressed,
        kinds: Sequence[tuple[str, str | None]] = (),
        organisation: str | None = None,
    ) -> None:
        self._event, self._wanted, self._may = event, wanted, may
        self._kinds, self._organisation = kinds, organisation
        self._address = address
        self.chosen = as_parameters(wanted)

    def common(self, total: int) -> list[Chip]:
        """Everybody, and what is asked most."""
        kept: Parameters = {"sort": self.chosen["sort"]} if "sort" in self.chosen else {}
        everybody = Chip(
            _("Alle %(n)s", n=total), self._address(kept), not self._wanted.is_filtered
        )
        return [everybody, *(self._toggle(*each) for each in self._offered())]

    def _offered(self) -> Iterator[tuple[str, str, str]]:
        if len(self._event.attendances) > 1:
            for each in self._event.attendances:
                yield attendance_label(each), "attendance", each
        for status in (
            *([RegistrationStatus.RECEIVED] if self._event.approval else []),
            RegistrationStatus.CONFIRMED,
            RegistrationStatus.WAITLISTED,
            RegistrationStatus.CANCELLED,
        ):
            yield status_label(status), "status", status
        if Permission.NEEDS_READ in self._may:
            yield _("Mit Bedarf"), "needs", "1"
        yield _("E-Mail kam nicht an"), "mail", LOST

    def _toggle(self, text: str, name: str, value: str) -> Chip:
        """States add up; of the others one takes the place of the other."""
        present = self.chosen.get(name, [])
        values = [present] if isinstance(present, str) else present
        is_chosen = value in values
        if is_chosen or name == "status":
            new = [each for each in values if each != value] + [value][: not is_chosen]
        else:
            new = [value]
        return Chip(text, self._address({**self.chosen, name: new}), is_chosen)

    def active(self) -> list[Chip]:
        """Whatever else is set; each chip takes its filter away."""
        return [
            Chip(text, self._without(name, value), is_chosen=True)
            for name, value, text in self.said()
        ]

    def in_words(self) -> list[str]:
        """All that is set, one after the other; nothing where everybody is meant."""
        chips = [*self.common(0)[1:], *self.active()]
        return [chip.text for chip in chips if chip.is_chosen]

    def _without(self, name: str, value: str | None) -> str:
        present = self.chosen.get(name, [])
        left = [each for each in present if each != value] if isinstance(present, list) else []
        return self._address({**self.chosen, name: left if value else []})

    def said(self) -> Iterator[tuple[str, str | None, str]]:
        """What is set beside the common ones: (parameter, the one of its values that goes or None
        for all, in words)."""
        wanted = self._wanted
        if wanted.q:
            yield "q", None, _("Suche: %(text)s", text=wanted.q)
        if len(self._event.attendances) < 2 and wanted.attendance:
            yield "attendance", None, attendance_label(wanted.attendance)
        yield from self._other_statuses()
        if wanted.item:
            yield "workshop", None, item_label(wanted.item)
        for name, label, options, chosen in self._lists:
            if chosen:
                word = dict(options).get(chosen, chosen)
                yield name, None, f"{label}: {word}"
        yield from self._typed()
        for question, values in wanted.answers:
            for value in values:
                name = f"{ANSWER}{question.key}"
                yield name, value, f"{question.label}: {answer_label(question, value)}"
        if wanted.ids:
            yield "id", None, _("Einzeln ausgewählt: %(n)s", n=len(wanted.ids))

    def _other_statuses(self) -> Iterator[tuple[str, str, str]]:
        offered = {value for _text, name, value in self._offered() if name == "status"}
        for status in self._wanted.statuses:
            if status not in offered:
                yield "status", status, status_label(status)

    def _typed(self) -> Iterator[tuple[str, None, str]]:
        wanted = self._wanted
        if wanted.organisation:
            yield "organisation", None, self._organisation or wanted.organisation
        if wanted.organisation_name:
            words = _("Organisation enthält: %(text)s", text=wanted.organisation_name)
            yield "organisation_name", None, words
        if wanted.since:
            yield "from", None, _("Eingang ab %(day)s", day=day(wanted.since))
        if wanted.until:
            yield "to", None, _("Eingang bis %(day)s", day=day(wanted.until))

    def choices(self) -> list[Choice]:
        """The filters under "more" that are chosen from a list."""
        return [
            Choice(name, label, list(options), chosen)
            for name, label, options, chosen in self._lists
            if options
        ]

    def questions(self) -> list[Choice]:
        """What the event asked, as far as it may be looked for."""
        given = dict(self._wanted.answers)
        return [
            Choice(
                f"{ANSWER}{question.key}",
                question.label,
                [(value, answer_label(question, value)) for value in choices_of(question)],
                next(iter(given.get(question, ())), ""),
            )
            for question in askable(self._event)
        ]

    @cached_property
    def _lists(self) -> list[tuple[str, str, Sequence[tuple[str, str]], str]]:
        """(parameter, label, values with their words, the chosen one)."""
        return list(self._listed())

    def _listed(self) -> Iterator[tuple[str, str, Sequence[tuple[str, str]], str]]:
        yield from self._of_register()
        wanted, chosen = self._wanted, self._single
        if self._event.choices or wanted.place:
            yield "place", _("Platz im Programmpunkt"), place_options(), chosen("place")
        yield "arrived", _("Einlass"), _arrived(), chosen("arrived")
        if self._event.ask_coming or wanted.coming:
            yield "coming", _("Kommt noch?"), coming_options(), chosen("coming")
        yield "entered", _("Eingetragen"), _entered(), chosen("entered")
        if "photo_consent" in self._event.fields or wanted.photo:
            yield "photo", _("Fotos"), _photo(), chosen("photo")
        if "list_consent" in self._event.fields or wanted.listed is not None:
            yield "list", _("Name in der Teilnahmeliste"), _allowed(), chosen("list")
        yield "refused", _("Abbestellt"), _refusable(), chosen("refused")
        yield "language", _("Sprache der Nachrichten"), _languages(), chosen("language")

    def _of_register(self) -> Iterator[tuple[str, str, Sequence[tuple[str, str]], str]]:
        types = _same(type_ for type_, _district in self._kinds)
        districts = _same(district for _type, district in self._kinds)
        chosen = self._single
        yield "organisation_type", _("Art der Organisation"), types, chosen("organisation_type")
        yield "district", _("Landkreis"), districts, chosen("district")

    def _single(self, name: str) -> str:
        value = self.chosen.get(name, "")
        return value if isinstance(value, str) else ""


def _same(values: Iterable[str | None]) -> list[tuple[str, str]]:
    """Each once, in order, as its own text."""
    return [(each, each) for each in sorted({each for each in values if each})]


def status_label(status: str) -> str:
    labels: dict[str, str] = {
        RegistrationStatus.CONFIRMED: _("Angemeldet"),
        RegistrationStatus.WAITLISTED: _("Warteliste"),
        RegistrationStatus.OFFERED: _("Platz angeboten"),
        RegistrationStatus.PENDING: _("Noch nicht bestätigt"),
        RegistrationStatus.UNPROVED: _("Noch nicht bestätigt, ohne Platz"),
        RegistrationStatus.RECEIVED: _("Wartet auf Entscheidung"),
        RegistrationStatus.CANCELLED: _("Abgesagt"),
    }
    return labels[status]


def item_label(item: Any) -> str:
    return f"{item.letter} {item.title}" if item.letter else str(item.title)


def answer_label(question: Any, value: str) -> str:
    if question.type == "yes_no":
        return str(_("Ja") if value == "yes" else _("Nein"))
    return value


def sort_options() -> list[tuple[str, str]]:
    return [
        (Sort.NEWEST, _("die neuesten zuerst")),
        (Sort.OLDEST, _("die ältesten zuerst")),
        (Sort.NAME, _("nach Namen")),
        (Sort.ORGANISATION, _("nach Organisation")),
        (Sort.WAITING, _("nach Platz auf der Warteliste")),
    ]


def place_options() -> list[tuple[str, str]]:
    return [
        (PlaceState.HELD, _("hat einen Platz")),
        (PlaceState.WAITING, _("wartet auf einen Platz")),
        (PlaceState.NONE, _("nicht gewählt")),
    ]


def coming_options() -> list[tuple[str, str]]:
    return [
        (Coming.YES, _("sagt ja")),
        (Coming.SILENT, _("gefragt, ohne Antwort")),
        (Coming.UNASKED, _("nicht gefragt")),
    ]


def _arrived() -> list[tuple[str, str]]:
    return [("yes", _("war da")), ("no", _("war nicht da"))]


def _entered() -> list[tuple[str, str]]:
    return [
        (Entered.SELF, _("hat sich selbst angemeldet")),
        (Entered.OFFICE, _("vom Büro eingetragen")),
        (Entered.DOOR, _("ohne Anmeldung gekommen")),
    ]


def _photo() -> list[tuple[str, str]]:
    purposes = [(each.value, str(each.label)) for each in PHOTO_PURPOSES]
    return [(ANY, _("für irgendeinen Zweck erlaubt")), *purposes, (NONE, _("nicht erlaubt"))]


def _allowed() -> list[tuple[str, str]]:
    return [("yes", _("erlaubt")), ("no", _("nicht erlaubt"))]


def _refusable() -> list[tuple[str, str]]:
    return [(each, topic_label(each)) for each in OF_PEOPLE]


def _languages() -> list[tuple[str, str]]:
    return [("de", _("Deutsch")), ("en", _("Englisch"))]
