"""What a file about people may hold: one column after the other, for every format."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from eventapp import spreadsheets
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import attendance_label
from eventapp.languages import gettext as _
from eventapp.participants import queries
from eventapp.participants.filters import status_label
from eventapp.participants.participant import open_needs
from eventapp.participants.queries import Chosen
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import ANSWER
from eventapp.registration.answering import list_answers
from eventapp.registration.fields import ASSISTANCE, DIETS, PHOTO_PURPOSES
from eventapp.registration.models import PlaceStatus, RegistrationStatus


class Group(StrEnum):
    """What a column is about; also the order in the file."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ATTENDANCE = "attendance"
    WORKSHOPS = "workshops"
    ANSWERS = "answers"
    CONSENTS = "consents"
    NEEDS = "needs"  # Art. 9 GDPR: only for those who may read them, and only when chosen


@dataclass(frozen=True)
class Line:
    """One person with what hangs on them."""

    row: Any
    position: int | None  # in the waiting list
    items: Chosen
    answers: Mapping[QuestionDefinition, Any]
    arrived_at: datetime | None = None

    @cached_property
    def needs(self) -> dict[str, Any]:
        return open_needs(self.row)


@dataclass(frozen=True)
class Column:
    """One column; `key` names it in addresses and stored wishes, whatever the language."""

    key: str
    group: Group
    heading: str
    value: Callable[[Line], Any]
    is_default: bool = False  # chosen before anybody has chosen

    @property
    def is_sensitive(self) -> bool:
        return self.group is Group.NEEDS


def columns_of(event: EventDefinition, *, with_needs: bool) -> list[Column]:
    """All that there is to say about the people of this event, in the order of the file."""
    columns = [
        *_person(event),
        *_organisation(event),
        *_attendance(event),
        *_workshops(event),
        *(_question(each) for each in event.questions if not each.sensitive),
        *_consents(event),
    ]
    return [*columns, *_needs(event)] if with_needs else columns


def read_lines(
    connection: Connection, event: EventDefinition, wanted: Wanted, columns: Collection[Column]
) -> list[Line]:
    """Everybody who is wanted, with what these columns ask; a fixed number of statements."""
    groups = {column.group for column in columns}
    with_needs = Group.NEEDS in groups
    rows = queries.list_all(connection, event, wanted)
    positions = queries.list_positions(connection, event)
    items = queries.list_items(connection, event, None) if Group.WORKSHOPS in groups else {}
    answers: dict[int, dict[QuestionDefinition, Any]] = {}
    if groups & {Group.ANSWERS, Group.NEEDS}:
        answers = list_answers(connection, event, None, with_needs=with_needs)
    arrivals = queries.list_arrivals(connection, event) if Group.ATTENDANCE in groups else {}
    return [
        Line(
            row,
            positions.get(row.id),
            items.get(row.id, ()),
            answers.get(row.id, {}),
            arrivals.get(row.id),
        )
        for row in rows
    ]


def cells_of(columns: Sequence[Column], lines: Sequence[Line]) -> Iterator[list[Any]]:
    """The values of each person, as a writer takes them."""
    return ([column.value(line) for column in columns] for line in lines)


def write_csv(columns: Sequence[Column], lines: Sequence[Line]) -> str:
    """One line for each person."""
    return spreadsheets.write_csv([each.heading for each in columns], cells_of(columns, lines))


def _person(event: EventDefinition) -> list[Column]:
    columns = [
        _column("last_name", Group.PERSON, _("Nachname"), is_default=True),
        _column("first_name", Group.PERSON, _("Vorname"), is_default=True),
        _column("salutation", Group.PERSON, _("Anrede")),
        _column("title", Group.PERSON, _("Titel")),
        _column("email", Group.PERSON, _("E-Mail-Adresse"), is_default=True),
    ]
    return [each for each in columns if _is_asked(event, each.key)]


def _organisation(event: EventDefinition) -> list[Column]:
    columns = [
        _column("organisation", Group.ORGANISATION, _("Organisation"), is_default=True),
        _column("role", Group.ORGANISATION, _("Funktion")),
        _column("organisation_type", Group.ORGANISATION, _("Art der Organisation")),
        _column("organisation_district", Group.ORGANISATION, _("Landkreis")),
    ]
    return [each for each in columns if _is_asked(event, each.key)]


# Asked only where the event says so.
_SWITCHED = {"salutation", "title", "organisation", "role", "door_note"}


def _is_asked(event: EventDefinition, key: str) -> bool:
    name = "organisation" if key.startswith("organisation_") else key
    return name not in _SWITCHED or name in event.fields


def _attendance(event: EventDefinition) -> list[Column]:
    # Looked up once: translating costs more than all else of a line.
    attendances = {each: attendance_label(each) for each in Attendance}
    statuses = {each: status_label(each) for each in RegistrationStatus}
    group = Group.ATTENDANCE
    columns = [
        Column(
            "attendance",
            group,
            _("Teilnahme"),
            lambda line: attendances[line.row.attendance],
            is_default=True,
        ),
        Column(
            "status",
            group,
            _("Zustand"),
            lambda line: statuses[line.row.status],
            is_default=True,
        ),
        Column("position", group, _("Platz auf der Warteliste"), lambda line: line.position),
        _column("is_guest", group, _("Gast mit Einladung")),
        _column("created_at", group, _("Eingang")),
        _column("confirmed_at", group, _("Platz seit")),
        _column("cancelled_at", group, _("Abgesagt am")),
        Column("arrived_at", group, _("Da seit"), lambda line: line.arrived_at),
        _column("door_note", group, _("Hinweis für den Einlass")),
    ]
    return [each for each in columns if _is_asked(event, each.key)]


def _workshops(event: EventDefinition) -> list[Column]:
    column = Column(
        "items",
        Group.WORKSHOPS,
        _("Programmpunkte"),
        lambda line: _items(line.items),
        is_default=True,
    )
    return [column] if event.choices else []


def _consents(event: EventDefinition) -> list[Column]:
    columns = {
        "photo_consent": Column(
            "photo_consent",
            Group.CONSENTS,
            _("Fotos erlaubt für"),
            lambda line: photo_words(line.row),
        ),
        "list_consent": _column("list_consent", Group.CONSENTS, _("Teilnahmeliste erlaubt")),
    }
    return [column for name, column in columns.items() if name in event.fields]


def _needs(event: EventDefinition) -> list[Column]:
    return [
        Column("assistance", Group.NEEDS, _("Bedarf"), lambda line: assistance_words(line.needs)),
        Column("diet", Group.NEEDS, _("Verpflegung"), lambda line: diet_words(line.needs)),
        *(_question(each) for each in event.questions if each.sensitive),
    ]


def _column(key: str, group: Group, heading: str, *, is_default: bool = False) -> Column:
    """As it is stored."""
    return Column(key, group, heading, lambda line: getattr(line.row, key), is_default)


def _question(question: QuestionDefinition) -> Column:
    return Column(
        f"{ANSWER}{question.key}",
        Group.NEEDS if question.sensitive else Group.ANSWERS,
        question.label,
        lambda line: answer_words(question, line.answers.get(question)),
    )


def _items(items: Chosen) -> str:
    return ", ".join(item_words(item, status) for item, status in items)


def item_words(item: Any, status: str) -> str:
    """`A Titel`, and whether it is only waited for."""
    name = " ".join(part for part in (item.letter, item.title) if part)
    return _("%(item)s (Warteliste)", item=name) if status == PlaceStatus.WAITLISTED else name


def answer_words(question: QuestionDefinition, value: Any) -> Any:
    """The answer as it was offered."""
    if question.type == "yes_no" and value in ("yes", "no"):
        return _("Ja") if value == "yes" else _("Nein")
    return value


def photo_words(row: Any) -> list[str]:
    """What photographs may be used for."""
    return _labels(PHOTO_PURPOSES, row.photo_consent or [])


def needs_words(needs: Mapping[str, Any]) -> list[str]:
    """Assistance and diet, each as it was offered or typed."""
    return [*assistance_words(needs), *diet_words(needs)]


def assistance_words(needs: Mapping[str, Any]) -> list[str]:
    typed = [needs["assistance"]] if needs.get("assistance") else []
    return [*_labels(ASSISTANCE, needs.get("assistance_kinds") or []), *typed]


def diet_words(needs: Mapping[str, Any]) -> list[str]:
    return _labels(DIETS, needs.get("diet") or [])


def _labels(choices: Any, values: Sequence[str]) -> list[str]:
    words = {each.value: str(each.label) for each in choices if each.value in values}
    return [words.get(value, value) for value in values]
