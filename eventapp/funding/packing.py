"""What goes into the ZIP, in which order and under which name; and that ZIP as a kind of file that
the worker of `exports` makes. Names of files are German in every language."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from flask import current_app, url_for
from flask_babel import ngettext
from sqlalchemy import Connection

from eventapp import pdf
from eventapp.clock import berlin_day
from eventapp.db import reading
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.exports.kinds import Kind, Progress, register
from eventapp.formatting import full_date
from eventapp.funding import papers, queries
from eventapp.funding.counts import write_csv, write_json
from eventapp.funding.facts import Facts, People, read_facts, read_people
from eventapp.funding.rules import OF_PEOPLE, Part, Sheet, Template
from eventapp.funding.words import part_label
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.rules import Permission
from eventapp.paper import sheets
from eventapp.paper.columns import DEFAULT, chosen
from eventapp.paper.occasions import DATES, WHOLE, Occasion, sheets_for
from eventapp.participants.selection import Wanted
from eventapp.zips import write_zip

PACK = "funding"  # the kind of the job
PEOPLE = Permission.REGISTRATIONS_READ  # as for the list as a file
FIGURES = Permission.EVENTS_READ
_BLANK = 5  # lines for whoever came unannounced

CSV_FILE, JSON_FILE = "zahlen/01-zahlen.csv", "zahlen/01-zahlen.json"

File = tuple[str, bytes]
_PAPERS: dict[Part, Callable[[Facts], bytes]] = {
    Part.PROGRAMME: papers.programme,
    Part.INVITATION: papers.invitation,
    Part.MATERIALS: papers.materials,
    Part.EVALUATION: papers.evaluation,
}
_NAMES = {
    Part.PROGRAMME: "programm",
    Part.INVITATION: "einladung",
    Part.MATERIALS: "materialien",
    Part.EVALUATION: "befragung",
}


@dataclass(frozen=True)
class Content:
    """Read, not yet written."""

    facts: Facts
    people: People


def figures_name(event: EventDefinition) -> str:
    return f"verwendungsnachweis-zahlen-{event.slug}.zip"


def write_figures(facts: Facts) -> bytes:
    """The ZIP that names nobody: byte by byte the same before and after the people are deleted."""
    return write_zip(figures(facts))


def figures(facts: Facts) -> Iterator[File]:
    """`zahlen/`. Numbers of files stay, whatever the funder leaves out."""
    yield "zahlen/00-deckblatt.pdf", papers.cover(facts)
    yield from counted(facts)
    for number, (part, paper) in enumerate(_PAPERS.items(), 2):
        if facts.has(part):
            yield f"zahlen/{number:02}-{_NAMES[part]}.pdf", paper(facts)


def counted(facts: Facts) -> Iterator[File]:
    """All numbers, for other programs."""
    yield CSV_FILE, write_csv(facts.event, facts.counts)
    yield JSON_FILE, write_json(facts.event, facts.counts)


# --- personen/ ----------------------------------------------------------------------------------


def of_people(facts: Facts, people: People) -> Iterator[File]:
    """`personen/`: sheets as they were scanned, else as they are printed; who was there online."""
    note = deleted_words(people)
    if note:
        yield "personen/hinweis.txt", f"{note}\r\n".encode()
    if facts.has(Part.SHEETS):
        yield from _scans(facts, people)
        yield from _printed(facts, people)
    if facts.has(Part.ONLINE) and (people.online or not note):
        yield "personen/teilnahmeliste-online.pdf", papers.online(facts, people.online, note)


def deleted_words(people: People) -> str:
    """What to say of whoever is missing; empty where nobody is."""
    if people.deleted_on is None:
        return ""
    text: str = _(
        "Am %(day)s wurden Daten von Teilnehmenden gelöscht. Wer gelöscht ist, steht in keiner "
        "Liste mehr; die Zahlen im Ordner „zahlen“ sind davon unberührt.",
        day=full_date(people.deleted_on),
    )
    if people.as_of is None:
        return text
    return f"{text} {_('Die Zahlen haben den Stand vom %(day)s.', day=full_date(people.as_of))}"


def _scans(facts: Facts, people: People) -> Iterator[File]:
    days = {each.id: _day(each, facts.event) for each in facts.event.dates}
    together = "alle-termine" if len(days) > 1 else facts.event.first_day.isoformat()
    for number, sheet in enumerate(people.scans, 1):
        day = days.get(sheet.event_date_id or 0, together)
        suffix = PurePath(sheet.file_name).suffix.lower()
        with reading() as connection:
            data = queries.get_bytes(connection, sheet)
        yield f"personen/unterschriften-{number:02}-{day}-scan{suffix}", data


def _printed(facts: Facts, people: People) -> Iterator[File]:
    """For dates without a scan. After the people are deleted there is nobody to sign."""
    if None in people.scanned or (people.deleted_on and not people.expected):
        return
    event = facts.event
    dates = event.dates_on
    occasions = sheets_for(event, DATES if len(dates) > 1 else WHOLE, people.expected)
    for each, occasion in zip(dates, occasions, strict=True):
        if each.id not in people.scanned:
            name = f"personen/unterschriften-{_day(each, event)}-gedruckt.pdf"
            yield name, _sheet(event, occasion, facts.choice.template)


def _sheet(event: EventDefinition, occasion: Occasion, template: Template) -> bytes:
    stationery = sheets.Stationery(
        event=event,
        words=[],
        language=present_language(),
        public_url=str(current_app.config["SETTINGS"].public_url),
        told=iter,
    )
    columns = chosen(template.columns or DEFAULT, [])
    return pdf.write_pdf("signing", sheets.signing(stationery, [occasion], columns, _BLANK))


def _day(one: DateDefinition, event: EventDefinition) -> str:
    day = berlin_day(one.starts_at) if one.starts_at else one.starts_on
    return (day or event.first_day).isoformat()


# --- what there will be -------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """One line of what the pack holds; `about` says what is worth knowing of it."""

    title: str
    about: str
    names_people: bool = False


def listed(facts: Facts, scans: Sequence[Sheet], deleted_on: date | None) -> list[Listed]:
    """What the pack would hold, and what is missing of what the funder wants."""
    found = [
        Listed(
            _("Deckblatt"), _("Angaben zur Veranstaltung, Zahlen, Erklärung zum Unterschreiben")
        ),
        Listed(_("Zahlen"), _("als CSV und JSON")),
    ]
    wanted = [part for part in Part if facts.choice.template.has(part)]
    return [*found, *(_listed(part, facts, scans, deleted_on) for part in wanted)]


def _listed(part: Part, facts: Facts, scans: Sequence[Sheet], deleted_on: date | None) -> Listed:
    title, names_people = part_label(part), part in OF_PEOPLE
    if not facts.has(part):
        return Listed(title, _("fehlt, weil es nichts dazu gibt"), names_people)
    if part is Part.SHEETS:
        return Listed(title, _about_sheets(scans, deleted_on), names_people)
    if part is Part.ONLINE:
        counts = facts.event.counts_minutes
        return Listed(title, _("mit Minuten") if counts else _("ohne Minuten"), names_people)
    return Listed(title, _("als PDF"), names_people)


def _about_sheets(scans: Sequence[Sheet], deleted_on: date | None) -> str:
    if scans:
        return str(ngettext("%(num)d Scan", "%(num)d Scans", len(scans)))
    if deleted_on:
        return _("nur wer noch gespeichert ist, zum Ausdrucken")
    return _("zum Ausdrucken: Noch ist kein Scan hochgeladen.")


# --- as a kind of file that a worker makes ------------------------------------------------------


def _read(
    connection: Connection,
    event: EventDefinition,
    _permissions: frozenset[Permission],
    _wanted: Wanted,
    _job: Any,
) -> Content:
    facts = read_facts(connection, event)
    return Content(facts, read_people(connection, facts))


def _write(content: Content, job: Any, progress: Progress) -> bytes:
    """Tells how far it is after each file, which renews the lease."""

    def told() -> Iterator[File]:
        yield from figures(content.facts)
        progress(0, job.rows_total)
        for file in of_people(content.facts, content.people):
            progress(0, job.rows_total)
            yield file
        progress(job.rows_total, job.rows_total)

    return write_zip(told())


register(
    PACK,
    Kind(
        permission=PEOPLE,
        title=lambda: _("Verwendungsnachweis"),
        address=lambda event, _filters: url_for("funding.pack", slug=event.slug),
        file_name=lambda event: f"verwendungsnachweis-{event.slug}",
        read=_read,
        write=_write,
    ),
)
