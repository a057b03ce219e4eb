"""What narrows a list of people, as parameters of an address: for the list, files and messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort

from eventapp.errors import NotFound
from eventapp.events.contingent import Contingent
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.forms import one_line
from eventapp.languages import LANGUAGES
from eventapp.networks.rules import Permission
from eventapp.participants.selection import ANY, NONE, Coming, Entered, PlaceState, Sort, Wanted
from eventapp.registration.fields import PHOTO_PURPOSES
from eventapp.registration.models import RegistrationStatus
from eventapp.unsubscribing.rules import OF_PEOPLE, Topic

MOST_Q, MOST_TEXT = 100, 200
MOST_IDS = 500  # an address is no longer; more people are asked for by what they have in common
LOST = "lost"  # see `selection.misses_mail`
ANSWER = "answer_"  # and the key of the question
PHOTO = (ANY, NONE, *(each.value for each in PHOTO_PURPOSES))
YEARS = range(2000, 2101)
LARGEST_ID = 2**31 - 1

Parameters = dict[str, str | list[str]]


def read_wanted(
    event: EventDefinition,
    may: frozenset[Permission],
    given: Mapping[str, Any],
    within: Contingent | None = None,
) -> Wanted:
    """What these parameters ask for; what means nothing here is not found. Ends with 403 where
    they ask for what the account may not read.

    `given` are the arguments of a request, or what `as_parameters` made; `within` stands in no
    address, it comes from the right of who asks (`get_with_people`).
    """
    asked = _Asked(given)
    items = {item.slug: item for item in event.choices}
    item = asked.one_of("workshop", items)
    if asked.text("needs") == "1" and Permission.NEEDS_READ not in may:
        abort(403)
    return Wanted(
        q=asked.text("q")[:MOST_Q],
        attendance=asked.one_of("attendance", Attendance),
        statuses=tuple(asked.some_of("status", RegistrationStatus)),
        item=items[item] if item else None,
        place=asked.one_of("place", PlaceState),
        organisation=asked.text("organisation") or None,
        organisation_name=asked.text("organisation_name"),
        organisation_type=asked.text("organisation_type") or None,
        district=asked.text("district") or None,
        answers=_answers(event, asked),
        since=asked.day("from"),
        until=asked.day("to"),
        entered=asked.one_of("entered", Entered),
        arrived=asked.either("arrived", "yes", "no"),
        language=asked.one_of("language", LANGUAGES),
        photo=asked.one_of("photo", PHOTO),
        listed=asked.either("list", "yes", "no"),
        coming=asked.one_of("coming", Coming),
        with_needs=asked.text("needs") == "1",
        misses_mail=asked.one_of("mail", (LOST,)) == LOST,
        refused=_topic(asked.one_of("refused", OF_PEOPLE)),
        ids=asked.ids("id"),
        sort=Sort(asked.one_of("sort", Sort) or Sort.NEWEST),
        within=within,
    )


def as_parameters(wanted: Wanted) -> Parameters:
    """The same as the parameters of an address; what may be repeated is a list."""
    values: dict[str, Any] = {
        "q": wanted.q,
        "attendance": wanted.attendance,
        "status": list(wanted.statuses),
        "workshop": wanted.item.slug if wanted.item else None,
        "place": wanted.place,
        "organisation": wanted.organisation,
        "organisation_name": wanted.organisation_name,
        "organisation_type": wanted.organisation_type,
        "district": wanted.district,
        **{f"{ANSWER}{question.key}": list(some) for question, some in wanted.answers},
        "from": wanted.since.isoformat() if wanted.since else None,
        "to": wanted.until.isoformat() if wanted.until else None,
        "entered": wanted.entered,
        "arrived": _word(wanted.arrived, "yes", "no"),
        "language": wanted.language,
        "photo": wanted.photo,
        "coming": wanted.coming,
        "list": _word(wanted.listed, "yes", "no"),
        "needs": "1" if wanted.with_needs else None,
        "mail": LOST if wanted.misses_mail else None,
        "refused": wanted.refused,
        "id": [str(each) for each in wanted.ids],
        "sort": wanted.sort.value if wanted.sort != Sort.NEWEST else None,
    }
    return {name: value for name, value in values.items() if value}


def as_pairs(parameters: Mapping[str, str | list[str]]) -> list[tuple[str, str]]:
    """The parameters one by one, for the hidden fields of a form."""
    return [
        (name, each)
        for name, value in parameters.items()
        for each in ([value] if isinstance(value, str) else value)
    ]


def askable(event: EventDefinition) -> list[QuestionDefinition]:
    """The questions that a list can be narrowed by: open ones with answers to choose from."""
    return [each for each in event.questions if not each.sensitive and choices_of(each)]


def choices_of(question: QuestionDefinition) -> tuple[str, ...]:
    """The answers to choose from, as they are stored; none where one writes."""
    if question.type == "yes_no":
        return ("yes", "no")
    return question.options if question.type in ("choice", "choices") else ()


def _answers(
    event: EventDefinition, asked: "_Asked"
) -> tuple[tuple[QuestionDefinition, tuple[str, ...]], ...]:
    questions = {f"{ANSWER}{each.key}": each for each in askable(event)}
    names = asked.named(ANSWER)
    if not names <= questions.keys():
        raise NotFound
    return tuple(
        (question, tuple(asked.some_of(name, choices_of(question))))
        for name, question in questions.items()
        if name in names
    )


def _topic(word: str | None) -> Topic | None:
    return Topic(word) if word else None


def _word(value: bool | None, yes: str, no: str) -> str | None:
    return None if value is None else yes if value else no


@dataclass(frozen=True)
class _Asked:
    """The parameters, each taken as what it has to be; else `NotFound`. Empty ones ask nothing."""

    given: Mapping[str, Any]

    def several(self, name: str) -> list[str]:
        getlist = getattr(self.given, "getlist", None)
        raw = getlist(name) if getlist else self.given.get(name, [])
        values = [raw] if isinstance(raw, str) else raw
        return [text for each in values if (text := (one_line(str(each)) or "")[:MOST_TEXT])]

    def text(self, name: str) -> str:
        return next(iter(self.several(name)), "")

    def named(self, prefix: str) -> set[str]:
        return {name for name in self.given if name.startswith(prefix) and self.several(name)}

    def some_of(self, name: str, known: Any) -> list[str]:
        """In the order of what is known, each once."""
        values, offered = self.several(name), [str(each) for each in known]
        if not set(values) <= set(offered):
            raise NotFound
        return [each for each in offered if each in values]

    def one_of(self, name: str, known: Any) -> str | None:
        values = self.several(name)[:1]
        return self.some_of(name, known)[0] if values else None

    def either(self, name: str, yes: str, no: str) -> bool | None:
        word = self.one_of(name, (yes, no))
        return None if word is None else word == yes

    def day(self, name: str) -> date | None:
        text = self.text(name)
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise NotFound from None
        if day.year not in YEARS:
            raise NotFound
        return day

    def ids(self, name: str) -> tuple[int, ...]:
        values = self.several(name)
        if len(values) > MOST_IDS or not all(_is_id(each) for each in values):
            raise NotFound
        return tuple(dict.fromkeys(map(int, values)))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_ID
