"""The PDF files of a pack, as blocks for `funding.typ`, in the present language.

All but `online` are made of `Facts` alone and say that they were made when the event was last
changed: the same facts make the same bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt

from eventapp import pdf
from eventapp.attendance.ledger_list import Line
from eventapp.clock import berlin_day
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.formatting import clock_range, full_date, kind_label, long_date, when
from eventapp.funding.counts import Told, hides, shown, tables
from eventapp.funding.facts import Facts
from eventapp.funding.rules import OF_PEOPLE, Part
from eventapp.funding.words import field_label, part_label, statement_of
from eventapp.invitations.words import proposed
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.materials.models import MaterialKind
from eventapp.materials.rules import Listed
from eventapp.wording.plain import plain_of

Block = dict[str, Any]


def cover(facts: Facts) -> bytes:
    """What for, what it was, how many came, and lines to sign on."""
    return _write(facts.event, _("Verwendungsnachweis"), _cover(facts))


def _cover(facts: Facts) -> Iterator[Block]:
    choice, event = facts.choice, facts.event
    if choice.template.text:
        yield _text(choice.template.text)
    if choice.filled:
        yield _facts([(field_label(name), value) for name, value in choice.filled])
    yield _heading(_("Veranstaltung"))
    yield _facts(list(_about(event)))
    yield _heading(_("Teilnehmende"))
    told = tables(event, facts.counts)
    for each in told:
        yield _numbers(each)
    if hidden := hides(told):
        yield {"kind": "small", "text": hidden}
    yield _heading(_("Anlagen"))
    yield {"kind": "list", "items": [_("Zahlen als CSV und JSON"), *_enclosed(facts)]}
    yield _together(
        _heading(_("Erklärung")),
        _text(statement_of(choice.template)),
        _signing(_("Ort, Datum"), _("Name in Druckbuchstaben"), _("Unterschrift")),
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
    return _write(facts.event, _("Programm"), _programme(facts.event))


def _programme(event: EventDefinition) -> Iterator[Block]:
    items = sorted(event.programme, key=lambda each: (each.starts_at, each.ends_at, each.id))
    days = sorted({berlin_day(each.starts_at) for each in items})
    for day in days:
        if len(days) > 1 or len(event.dates) > 1:
            yield _heading(long_date(day))
        rows = [_item(each) for each in items if berlin_day(each.starts_at) == day]
        yield _table([_("Zeit"), _("Programmpunkt"), _("Raum")], [3, 8, 3], rows)


def _item(item: ItemDefinition) -> list[str]:
    title = f"{item.letter} {item.title}" if item.letter else item.title
    words = [title, *([", ".join(item.speakers)] if item.speakers else [])]
    return [clock_range(item), "\n".join(words), item.room or ""]


def invitation(facts: Facts) -> bytes:
    """The text of the public page, and that of the mail or letter."""
    return _write(facts.event, _("Einladung"), _invitation(facts))


def _invitation(facts: Facts) -> Iterator[Block]:
    event, letter = facts.event, facts.letter
    if event.summary or event.description:
        yield _heading(_("Ausschreibung, wie veröffentlicht"))
        yield _text(event.summary)
        yield _text(plain_of(MarkdownIt("commonmark").parse(event.description)))
    if letter:
        yield _heading(_("Text der Einladung"))
        yield _text(letter.text or proposed(event))
        if letter.answer_by:
            yield _facts([(_("Antwort erbeten bis"), full_date(letter.answer_by))])


def materials(facts: Facts) -> bytes:
    """What was handed out and published."""
    return _write(facts.event, _("Materialien"), _materials(facts))


def _materials(facts: Facts) -> Iterator[Block]:
    items = {each.id: each.title for each in facts.event.programme}
    headings = [_("Titel"), _("Programmpunkt"), _("Datei oder Adresse")]
    rows = [[each.title, items.get(each.item_id or 0, ""), _what(each)] for each in facts.materials]
    yield _table(headings, [5, 4, 6], rows)


def _what(material: Listed) -> str:
    if material.kind == MaterialKind.FILE:
        return material.file_name or ""
    return material.url or ""


# --- who was there online -----------------------------------------------------------------------


def online(facts: Facts, lines: Sequence[Line], note: str) -> bytes:
    """Whoever was there online, date by date, to be countersigned by the organiser."""
    event, title = facts.event, _("Teilnahmeliste online")
    data = _data(event, title, _online(event, lines, note))
    return pdf.write_pdf("funding", data)


def _online(event: EventDefinition, lines: Sequence[Line], note: str) -> Iterator[Block]:
    if note:
        yield _text(note)
    for date in event.dates_on:
        if len(event.dates_on) > 1:
            yield _heading(when(date))
        there = [line for line in lines if line.told.at(date.id).is_there]
        if there:
            yield _names(event, date, there)
        else:
            yield _text(_("Niemand ist verzeichnet."))
    words = _("Die genannten Personen haben online teilgenommen. Das bestätigt der Veranstalter:")
    yield _together(
        _heading(_("Bestätigung")),
        _text(words),
        _facts([(_("Bestätigt durch"), ""), (_("Funktion"), "")]),
        _signing(_("Ort, Datum"), _("Unterschrift")),
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
    return _table([*headings, *minutes_too], [1, 4, 4, 5, 2][: 4 + counts], rows, right)


# --- blocks -------------------------------------------------------------------------------------


def _write(event: EventDefinition, title: str, blocks: Iterator[Block]) -> bytes:
    return pdf.write_pdf("funding", _data(event, title, blocks), at=event.revised_at)


def _data(event: EventDefinition, title: str, blocks: Iterator[Block]) -> dict[str, Any]:
    return {
        "title": f"{title}: {event.title}",
        "lang": present_language(),
        "foot": event.network.name,
        "page_words": _("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
        "lines": [when(event)],
        "blocks": list(blocks),
    }


def _heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def _text(text: str) -> Block:
    """Paragraphs have a blank line between them."""
    return {"kind": "text", "paragraphs": [each for each in text.split("\n\n") if each.strip()]}


def _facts(rows: Sequence[tuple[str, str]]) -> Block:
    return {"kind": "facts", "rows": rows}


def _numbers(told: Told) -> Block:
    """The numbers of all such tables stand below each other."""
    rows = [[words, *map(shown, numbers)] for words, *numbers in told.rows]
    count = len(told.columns) - 1
    return _table(told.columns, [9 - 2 * count, *[2] * count], rows, range(1, count + 1))


def _table(
    headings: Sequence[str],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
) -> Block:
    return {
        "kind": "table",
        "headings": headings,
        "widths": widths,
        "rows": rows,
        "right": list(right),
    }


def _together(*blocks: Block) -> Block:
    """On one page."""
    return {"kind": "together", "blocks": blocks}


def _signing(*words: str) -> Block:
    return {"kind": "signing", "words": words}
