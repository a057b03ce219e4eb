"""The PDF files of a pack, in the present language.

All but `online` are made of `Facts` alone and say that they were made when the event was last
changed: the same facts make the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import format_decimal, ngettext
from markdown_it import MarkdownIt
from markupsafe import Markup

from eventapp.attendance.ledger_list import Line
from eventapp.clock import berlin_day
from eventapp.evaluation.rules import LEAST_SHOWN, Kind, QuestionResult
from eventapp.evaluation.words import worded
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.formatting import clock_range, full_date, kind_label, long_date, when
from eventapp.funding import blocks
from eventapp.funding.blocks import Block
from eventapp.funding.counts import Told, hides, shown, tables
from eventapp.funding.facts import Facts
from eventapp.funding.rules import OF_PEOPLE, Part
from eventapp.funding.words import field_label, part_label, statement_of
from eventapp.invitations.words import proposed
from eventapp.languages import gettext as _
from eventapp.materials.models import MaterialKind
from eventapp.materials.rules import Listed
from eventapp.wording.plain import plain_of


def cover(facts: Facts) -> bytes:
    """What for, what it was, how many came, and lines to sign on."""
    return _lasting(facts, _("Verwendungsnachweis"), _cover(facts))


def _cover(facts: Facts) -> Iterator[Block]:
    choice, event = facts.choice, facts.event
    if choice.template.text:
        yield blocks.text(choice.template.text)
    if choice.filled:
        yield blocks.facts([(field_label(name), value) for name, value in choice.filled])
    yield blocks.heading(_("Veranstaltung"))
    yield blocks.facts(list(_about(event)))
    yield blocks.heading(_("Teilnehmende"))
    told = tables(event, facts.counts)
    for each in told:
        yield _counted(each)
    if hidden := hides(told):
        yield {"kind": "small", "text": hidden}
    enclosed = {"kind": "list", "items": [_("Zahlen als CSV und JSON"), *_enclosed(facts)]}
    yield blocks.together(blocks.heading(_("Anlagen")), enclosed)
    yield blocks.together(
        blocks.heading(_("Erklärung")),
        blocks.text(statement_of(choice.template)),
        blocks.signing(_("Ort, Datum"), _("Name in Druckbuchstaben"), _("Unterschrift")),
    )


def _about(event: EventDefinition) -> Iterator[tuple[str, str]]:
    yield _("Titel"), event.title
    yield _("Art"), kind_label(event.kind)
    yield _("Veranstaltet von"), ", ".join(host.name for host in event.organisers)
    if event.series:
        yield _("Reihe"), event.series.title
    yield _("Wann"), when(event)
    if event.venue:
        yield _("Wo"), event.venue.one_line
    ways = {(True, True): _("vor Ort und online"), (False, True): _("online")}
    yield _("Form"), ways.get((event.has_in_person, event.has_online), _("vor Ort"))


def _enclosed(facts: Facts) -> Iterator[str]:
    for part in Part:
        if facts.has(part):
            name = part_label(part)
            yield _("%(name)s (im Ordner „personen“)", name=name) if part in OF_PEOPLE else name


# --- what was offered ---------------------------------------------------------------------------


def programme(facts: Facts) -> bytes:
    """Day by day."""
    return _lasting(facts, _("Programm"), _programme(facts.event))


def _programme(event: EventDefinition) -> Iterator[Block]:
    items = sorted(event.programme, key=lambda each: (each.starts_at, each.ends_at, each.id))
    days = sorted({berlin_day(each.starts_at) for each in items})
    for day in days:
        if len(days) > 1 or len(event.dates) > 1:
            yield blocks.heading(long_date(day))
        rows = [_item(each) for each in items if berlin_day(each.starts_at) == day]
        yield blocks.table([_("Zeit"), _("Programmpunkt"), _("Raum")], [3, 8, 3], rows)


def _item(item: ItemDefinition) -> list[str]:
    title = f"{item.letter} {item.title}" if item.letter else item.title
    words = [title, *([", ".join(item.speakers)] if item.speakers else [])]
    return [clock_range(item), "\n".join(words), item.room or ""]


def invitation(facts: Facts) -> bytes:
    """The text of the public page, and that of the mail or letter."""
    return _lasting(facts, _("Einladung"), _invitation(facts))


def _invitation(facts: Facts) -> Iterator[Block]:
    event, letter = facts.event, facts.letter
    if event.summary or event.description:
        yield blocks.heading(_("Ausschreibung, wie veröffentlicht"))
        yield blocks.text(event.summary)
        yield blocks.text(plain_of(MarkdownIt("commonmark").parse(event.description)))
    if letter:
        yield blocks.heading(_("Text der Einladung"))
        yield blocks.text(letter.text or proposed(event))
        if letter.answer_by:
            yield blocks.facts([(_("Antwort erbeten bis"), full_date(letter.answer_by))])


def materials(facts: Facts) -> bytes:
    """What was handed out and published."""
    return _lasting(facts, _("Materialien"), _materials(facts))


def _materials(facts: Facts) -> Iterator[Block]:
    items = {each.id: each.title for each in facts.event.programme}
    headings = [_("Titel"), _("Programmpunkt"), _("Datei oder Adresse")]
    rows = [[each.title, items.get(each.item_id or 0, ""), _what(each)] for each in facts.materials]
    yield blocks.table(headings, [5, 4, 6], rows)


def _what(material: Listed) -> str:
    if material.kind == MaterialKind.FILE:
        return material.file_name or ""
    return material.url or ""


def evaluation(facts: Facts) -> bytes:
    """What people said afterwards, in numbers; what they wrote is not told."""
    return _lasting(facts, _("Ergebnisse der Befragung"), _evaluation(facts))


def _evaluation(facts: Facts) -> Iterator[Block]:
    if facts.results is None:
        return
    yield blocks.text(
        ngettext(
            "%(num)d Person hat geantwortet.",
            "%(num)d Personen haben geantwortet.",
            facts.results.total,
        )
    )
    for result in facts.results.questions:
        if result.question.kind is not Kind.TEXT:
            yield blocks.together(*_answers(result))


def _answers(result: QuestionResult) -> Iterator[Block]:
    words = worded(result.question)
    yield blocks.heading(_plain(words.text))
    if result.answered is None:
        yield blocks.text(_("Weniger als %(n)s Antworten: Dazu wird nichts gesagt.", n=LEAST_SHOWN))
        return
    rows = [
        [_plain(words.label(value)), str(n), f"{round(100 * n / result.answered)} %"]
        for value, n in result.counts.items()
    ]
    yield blocks.table([_("Antwort"), _("Anzahl"), _("Anteil")], [6, 2, 2], rows, [1, 2])
    if result.mean is not None:
        mean = format_decimal(round(result.mean, 1))
        yield blocks.text(_("Im Mittel %(mean)s von 5.", mean=mean))


def _plain(text: Any) -> str:
    return str(Markup(text).striptags())


# --- who was there online -----------------------------------------------------------------------


def online(facts: Facts, lines: Sequence[Line], note: str) -> bytes:
    """Whoever was there online, date by date, to be countersigned by the organiser."""
    return blocks.write(facts.event, _("Teilnahmeliste online"), _online(facts.event, lines, note))


def _online(event: EventDefinition, lines: Sequence[Line], note: str) -> Iterator[Block]:
    if note:
        yield blocks.text(note)
    for date in event.dates_on:
        if len(event.dates_on) > 1:
            yield blocks.heading(when(date))
        there = [line for line in lines if line.told.at(date.id).is_there]
        if there:
            yield _names(event, date, there)
        else:
            yield blocks.text(_("Niemand ist verzeichnet."))
    words = _("Die genannten Personen haben online teilgenommen. Das bestätigt der Veranstalter:")
    yield blocks.together(
        blocks.heading(_("Bestätigung")),
        blocks.text(words),
        blocks.facts([(_("Bestätigt durch"), ""), (_("Funktion"), "")]),
        blocks.signing(_("Ort, Datum"), _("Unterschrift")),
    )


def _names(event: EventDefinition, date: DateDefinition, lines: Sequence[Line]) -> Block:
    counts = event.counts_minutes
    headings = [_("Nr."), _("Name"), _("Vorname"), _("Organisation")]
    rows = []
    for number, line in enumerate(lines, 1):
        one, minutes = line.person, line.told.at(date.id).minutes
        name = [str(number), one.last_name, one.first_name, one.organisation or ""]
        rows.append([*name, *([_("k. A.") if minutes is None else str(minutes)] if counts else [])])
    minutes_too = [_("Minuten")] if counts else []
    right = [0, 4] if counts else [0]
    return blocks.table([*headings, *minutes_too], [1, 4, 4, 5, 2][: 4 + counts], rows, right)


def _counted(told: Told) -> Block:
    """The numbers of all such tables stand below each other."""
    rows = [[words, *map(shown, numbers)] for words, *numbers in told.rows]
    count = len(told.columns) - 1
    return blocks.table(told.columns, [9 - 2 * count, *[2] * count], rows, range(1, count + 1))


def _lasting(facts: Facts, title: str, parts: Iterable[Block]) -> bytes:
    return blocks.write(facts.event, title, parts, facts.event.revised_at)
