"""Paper as kinds of files that the worker of `exports` makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app, url_for
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from eventapp import clock, pdf
from eventapp.events.definition import EventDefinition
from eventapp.exports.kinds import Kind, Progress, register
from eventapp.exports.words import filter_words
from eventapp.languages import gettext as _
from eventapp.languages import present_language
from eventapp.networks.rules import Permission
from eventapp.paper import actions, columns, queries, sheets
from eventapp.paper.occasions import WHOLE, sheets_for
from eventapp.paper.queries import Printed
from eventapp.paper.rules import (
    BADGES,
    CODES,
    NoNewBadges,
    Paper,
    check_count,
    expected,
    is_due,
)
from eventapp.paper.sheets import STEP, Stationery
from eventapp.participants.queries import count_listed, find_organisation_name
from eventapp.participants.selection import Wanted

_PPI = 110  # of a picture to look at
_SAMPLE = Printed(
    id=0,
    title="",
    first_name="Zoë",
    last_name="Müller-Lüdenscheidt",
    organisation="Bündnis für Musterstadt",
    role="",
    email="",
    items=(),
    item_ids=(),
    ticket="A" * 26,
    short_code="ABCD-2345",
    wants_no_photo=True,
    is_nameless=False,
)
PERMISSION = Permission.REGISTRATIONS_EDIT  # as for one ticket: codes let people in


@dataclass(frozen=True)
class Content:
    """People of an event, not yet on paper."""

    event: EventDefinition
    people: Sequence[Printed]
    words: Sequence[str]  # of the filter


def titles() -> dict[Paper, str]:
    return {
        Paper.BADGES: _("Namensschilder"),
        Paper.SIGNING: _("Unterschriftenliste"),
        Paper.DOORS: _("Einlassliste"),
        Paper.CODES: _("Blätter mit Code"),
    }


def read(
    connection: Connection,
    event: EventDefinition,
    permissions: frozenset[Permission],
    wanted: Wanted,
    job: Any,
) -> Content:
    """Raises `NobodyOnPaper`, `NoNewBadges`, `TooManyOnPaper`."""
    people = list_wanted(connection, event, wanted, job.options or {})
    check_count(len(people))
    organisation = find_organisation_name(connection, wanted)
    return Content(event, people, filter_words(event, wanted, permissions, organisation))


def list_wanted(
    connection: Connection, event: EventDefinition, wanted: Wanted, options: dict[str, Any]
) -> Sequence[Printed]:
    """Whoever comes on paper with these options. Raises `NobodyOnPaper`, `NoNewBadges`."""
    people = queries.list_people(connection, event, expected(wanted))
    if "new_since" not in options:
        return people
    since = datetime.fromisoformat(options["new_since"])
    made = queries.list_badges(connection, event.id)
    due = [each for each in people if is_due(each.badge_look, made.get(each.id), since)]
    if people and not due:
        raise NoNewBadges
    return due


def count_wanted(
    connection: Connection, event: EventDefinition, wanted: Wanted, options: dict[str, Any]
) -> int:
    """How many that are. Raises as `list_wanted`."""
    if "new_since" in options:
        return len(list_wanted(connection, event, wanted, options))
    return count_listed(connection, event, expected(wanted))


def _remember(session: Session, job: Any, content: Content) -> None:
    if job.kind == Paper.BADGES:
        actions.remember_badges(session, content.people, now=clock.now())


def write(content: Content, job: Any, progress: Progress) -> bytes:
    """The file, in the present language."""
    paper = Paper(job.kind)
    return pdf.write_pdf(
        paper.value, sheet_data(content, paper, job.options or {}, job.language, progress)
    )


def sheet_data(
    content: Content, paper: Paper, options: dict[str, Any], language: str, progress: Progress
) -> dict[str, Any]:
    """What the template of this paper takes."""
    stationery = _stationery(content, language, progress)
    match paper:
        case Paper.BADGES:
            grid, start = BADGES[options["format"]], options.get("start", 1)
            return sheets.badges(stationery, content.people, grid, start)
        case Paper.CODES:
            return sheets.codes(stationery, content.people, CODES[options["per_page"]])
        case Paper.SIGNING:
            chosen = columns.chosen(options["columns"], options["free"])
            occasions = sheets_for(content.event, options.get("occasion", WHOLE), content.people)
            return sheets.signing(stationery, occasions, chosen, options["blank"])
        case Paper.DOORS:
            return sheets.doors(stationery, content.people)


def _stationery(content: Content, language: str, progress: Progress) -> Stationery:
    return Stationery(
        event=content.event,
        words=content.words,
        language=language,
        public_url=str(current_app.config["SETTINGS"].public_url),
        told=partial(_told, progress),
    )


def preview(event: EventDefinition, format_: str) -> bytes:
    """A picture of one badge as it would come out, of a guest whom we made up; its code leads
    nowhere."""
    content = Content(event, [_SAMPLE], [])
    stationery = _stationery(content, present_language(), lambda _done, _total: None)
    data = sheets.badges(stationery, content.people, BADGES[format_].alone)
    picture = pdf.pages(Paper.BADGES.value, data).compile(format="png", ppi=_PPI)
    if not isinstance(picture, bytes):
        raise TypeError("typst gave no single picture")
    return picture


def _told(progress: Progress, people: Sequence[Printed]) -> Iterator[Printed]:
    for number, each in enumerate(people):
        if number % STEP == 0:
            progress(number, len(people))
        yield each
    progress(len(people), len(people))


def _register(paper: Paper) -> None:
    def address(event: EventDefinition, filters: dict[str, Any]) -> str:
        return url_for("paper.sheet", slug=event.slug, paper=paper.value, **filters)

    def file_name(event: EventDefinition) -> str:
        return f"{_FILES[paper]}-{event.slug}"

    register(
        paper.value,
        Kind(
            permission=PERMISSION,
            title=lambda: titles()[paper],
            address=address,
            file_name=file_name,
            read=read,
            write=write,
            kept=_remember,
        ),
    )


_FILES = {
    Paper.BADGES: "namensschilder",
    Paper.SIGNING: "unterschriften",
    Paper.DOORS: "einlassliste",
    Paper.CODES: "codes",
}
for _paper in Paper:
    _register(_paper)
