"""The list of participants as a file that office programs open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp import spreadsheets
from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import attendance_label
from eventapp.languages import gettext as _
from eventapp.participants.queries import Chosen, open_needs
from eventapp.registration.fields import ASSISTANCE, DIETS, PHOTO_PURPOSES
from eventapp.registration.models import PlaceStatus


@dataclass(frozen=True)
class Line:
    """One person with what hangs on them."""

    row: Any
    position: int | None  # in the waiting list
    items: Chosen
    answers: Mapping[QuestionDefinition, Any]


Column = tuple[str, Callable[[Line], Any]]


def write_csv(event: EventDefinition, lines: Sequence[Line], *, with_needs: bool) -> str:
    """One line for each person."""
    columns = _columns(event, with_needs=with_needs)
    rows = ([cell(line) for _heading, cell in columns] for line in lines)
    return spreadsheets.write_csv([heading for heading, _cell in columns], rows)


def _columns(event: EventDefinition, *, with_needs: bool) -> list[Column]:
    # Looked up once: translating costs more than all else of a line.
    attendances, statuses = {each: attendance_label(each) for each in Attendance}, _statuses()
    columns: list[Column] = [
        (_("Nachname"), lambda line: line.row.last_name),
        (_("Vorname"), lambda line: line.row.first_name),
        *_asked_for(event),
        (_("E-Mail-Adresse"), lambda line: line.row.email),
        (_("Teilnahme"), lambda line: attendances[line.row.attendance]),
        (_("Zustand"), lambda line: statuses[line.row.status]),
        (_("Platz auf der Warteliste"), lambda line: line.position),
    ]
    if event.choices:
        columns.append((_("Programmpunkte"), lambda line: _items(line.items)))
    columns += [_question(each) for each in event.questions if with_needs or not each.sensitive]
    if with_needs:
        columns.append((_("Bedarf"), lambda line: needs_words(open_needs(line.row))))
    return [
        *columns,
        (_("Eingang"), lambda line: line.row.created_at),
        (_("Platz seit"), lambda line: line.row.confirmed_at),
        (_("Abgesagt am"), lambda line: line.row.cancelled_at),
    ]


def _asked_for(event: EventDefinition) -> list[Column]:
    """What is asked only where the organiser switched it on."""
    columns: dict[str, Column] = {
        "salutation": (_("Anrede"), lambda line: line.row.salutation),
        "title": (_("Titel"), lambda line: line.row.title),
        "organisation": (_("Organisation"), lambda line: line.row.organisation),
        "role": (_("Funktion"), lambda line: line.row.role),
        "door_note": (_("Hinweis für den Einlass"), lambda line: line.row.door_note),
        "photo_consent": (_("Fotos erlaubt für"), lambda line: photo_words(line.row)),
        "list_consent": (_("Teilnahmeliste erlaubt"), lambda line: line.row.list_consent),
    }
    return [column for name, column in columns.items() if name in event.fields]


def _question(question: QuestionDefinition) -> Column:
    return (
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
    typed = [needs["assistance"]] if needs.get("assistance") else []
    kinds = _labels(ASSISTANCE, needs.get("assistance_kinds") or [])
    return [*kinds, *typed, *_labels(DIETS, needs.get("diet") or [])]


def _labels(choices: Any, values: Sequence[str]) -> list[str]:
    words = {each.value: str(each.label) for each in choices if each.value in values}
    return [words.get(value, value) for value in values]


def _statuses() -> dict[str, str]:
    """What the states of a person are called."""
    return {
        "confirmed": _("Angemeldet"),
        "waitlisted": _("Warteliste"),
        "pending": _("Noch nicht bestätigt"),
        "cancelled": _("Abgesagt"),
    }
