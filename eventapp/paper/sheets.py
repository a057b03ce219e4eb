"""What the typst templates are given for each kind of paper, in the present language."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import ngettext

from eventapp import clock
from eventapp.events.definition import EventDefinition
from eventapp.exports.layout import ACROSS, EM, UPRIGHT, breakable
from eventapp.formatting import clock_time, full_date, when
from eventapp.languages import gettext as _
from eventapp.networks.printed import printed_logo
from eventapp.paper.columns import Column
from eventapp.paper.fitting import POINTS, Fitted, Name, Room, fit_name, fit_text, with_soft_hyphens
from eventapp.paper.occasions import Occasion, everybody
from eventapp.paper.queries import Printed
from eventapp.paper.rules import A4, Grid
from eventapp.registration import qr

STEP = 50  # people between two looks at whether the file is still wanted
_SIGNED = 11.0  # points of type on the sheet to sign
MARK = 5.0  # millimetres of a mark beside the fields
_LOGO = (28.0, 12.0)  # millimetres at most beside the head of a badge
_QUIET = 2.0  # millimetres of a code's white that reach into the margin

Told = Callable[[Sequence[Printed]], Iterator[Printed]]  # one after the other, telling how far


@dataclass(frozen=True)
class Stationery:
    """What all sheets of one file share."""

    event: EventDefinition
    words: Sequence[str]  # of the filter
    language: str
    public_url: str
    told: Told


@dataclass(frozen=True)
class _Measures:
    """Of a badge, in millimetres; type in points."""

    pad: float
    code: float
    text: float  # of the code as text; small badges have no room for it
    head: float  # above the name, for the event
    sign: float
    small: float
    largest: float

    @property
    def line(self) -> float:
        return self.small * 1.3 / POINTS


def _measures(grid: Grid) -> _Measures:
    if grid.height >= 100:
        return _Measures(pad=8, code=44, text=11, head=18, sign=13, small=14, largest=48)
    if grid.height >= 65:
        return _Measures(pad=5, code=26, text=9, head=0, sign=9, small=12, largest=40)
    if grid.height >= 54:
        return _Measures(pad=4, code=19, text=0, head=0, sign=7, small=11, largest=34)
    return _Measures(pad=2.5, code=18, text=0, head=0, sign=6, small=10, largest=32)


def badges(
    stationery: Stationery, people: Sequence[Printed], grid: Grid, start: int = 1
) -> dict[str, Any]:
    """For `badges.typ`; `start` is the first field of a sheet that is still free."""
    measures = _measures(grid)
    logo = _logo(stationery) if measures.head else None
    inner = grid.width - 2 * measures.pad - (_LOGO[0] + 4 if logo else 0)
    made = [_badge(each, grid, measures, stationery.public_url) for each in stationery.told(people)]
    return {
        **_fields(stationery, grid, made, _("Namensschilder"), start),
        "pad": measures.pad,
        "code_size": measures.code,
        "code_text": measures.text,
        "sign": measures.sign,
        "small": measures.small,
        "head": fit_text(stationery.event.title, inner * POINTS, measures.small, 2)
        if measures.head
        else [],
        "logo": logo,
        "logo_size": _LOGO,
        "name_at": measures.pad + measures.head,
        "no_photo": _("Keine Fotos"),
    }


def _badge(one: Printed, grid: Grid, measures: _Measures, public_url: str) -> dict[str, Any]:
    inner = grid.height - 2 * measures.pad - measures.head
    below = measures.sign + 1 if one.wants_no_photo else 0  # the name
    beside = (grid.width - 2 * measures.pad - measures.code + _QUIET - 1) * POINTS
    name = _fit(one, grid, measures, inner - below, beside)
    left = inner - below - name.height / POINTS - 1
    lines = max(min(int(left / measures.line), 3), 0) if one.organisation else 0
    return {
        **_set(name),
        "organisation": fit_text(one.organisation, beside, measures.small, lines),
        "wants_no_photo": one.wants_no_photo,
        **_code(one, public_url),
    }


def _fit(one: Printed, grid: Grid, measures: _Measures, height: float, beside: float) -> Fitted:
    """The name over a line for the organisation, which gives way before a word is broken."""
    room = Room(
        width=(grid.width - 2 * measures.pad) * POINTS,
        height=height * POINTS,
        full=(grid.height - 2 * measures.pad - measures.head - measures.code + _QUIET) * POINTS
        - measures.text,
        narrow=beside,
    )
    lower = replace(room, height=(height - measures.line - 1) * POINTS)
    rooms = [lower, room] if one.organisation else [room]
    return fit_name(name_of(one), rooms, measures.largest)


def _set(name: Fitted) -> dict[str, Any]:
    """What `name-lines` in `fields.typ` asks."""
    return {
        "lines": name.lines,
        "size": name.size,
        "squeeze": name.squeeze * 100,
        "line": name.line,
    }


def name_of(one: Printed) -> Name:
    """As it is set on a badge; whose assistant somebody is is nobody's business."""
    if one.is_nameless:
        return Name("", _("Begleitung"), "")
    return Name(one.title, one.first_name, one.last_name)


def _code(one: Printed, public_url: str) -> dict[str, str]:
    return {"qr": qr.print_svg(qr.ticket_url(public_url, one.ticket)), "code": one.short_code}


def codes(stationery: Stationery, people: Sequence[Printed], grid: Grid) -> dict[str, Any]:
    """For `codes.typ`."""
    event = stationery.event
    pad, code, small = {1: (25, 120, 16), 2: (15, 85, 14)}.get(grid.fields, (10, 48, 11))
    is_small = grid.fields == 4
    is_wide = grid.width > grid.height
    width = (grid.width - 2 * pad - (code + 8 if is_wide else 0)) * POINTS
    height = (39 if is_small else grid.height / 3) * POINTS
    room = Room(width, height, height, width)
    place = [event.venue.one_line] if event.venue and not is_small else []

    def field(one: Printed) -> dict[str, Any]:
        name = fit_name(name_of(one), [room], 26 if is_small else 36)
        organisation = (
            fit_text(one.organisation, width, small, 1 if is_small else 2)
            if one.organisation
            else []
        )
        return {
            **_set(name),
            "organisation": organisation,
            **_code(one, stationery.public_url),
        }

    made = [field(each) for each in stationery.told(people)]
    return {
        **_fields(stationery, grid, made, _("Blätter mit Code")),
        "pad": pad,
        "code_size": code,
        "code_text": small * 1.7,
        "small": small,
        "title_lines": fit_text(event.title, width * 0.92, small, 2 if is_small else 3),
        "lines": [
            fit_text(each, width, small, 1 if is_small else 3) for each in (when(event), *place)
        ],
        "hint": _("Am Einlass vorzeigen"),
    }


def _fields(
    stationery: Stationery,
    grid: Grid,
    made: Sequence[dict[str, Any]],
    title: str,
    start: int = 1,
) -> dict[str, Any]:
    """What `fields.typ` asks."""
    places, number = grid.places(), start - 1
    first = list(zip(places[number:], made, strict=False))
    rest = made[len(first) :]
    pages = [rest[at : at + grid.fields] for at in range(0, len(rest), grid.fields)]
    return {
        "title": f"{title}: {stationery.event.title}",
        "lang": stationery.language,
        "foot": "",
        "page": grid.page,
        "width": grid.width,
        "height": grid.height,
        "marks": _marks(grid) if grid.is_cut else [],
        "groups": [first, *(list(zip(places, page, strict=False)) for page in pages)],
        "alt": _("QR-Code für den Einlass"),
    }


def _marks(grid: Grid) -> list[tuple[float, float, float, float]]:
    """Where to cut: beside the fields; across them where there is no margin to stand in."""
    right = grid.left + grid.columns * grid.across
    bottom = grid.top + grid.rows * grid.down
    xs = [grid.left + number * grid.across for number in range(grid.columns + 1)]
    ys = [grid.top + number * grid.down for number in range(grid.rows + 1)]
    if grid.left < MARK or grid.top < MARK:
        return [
            *((x, 0.0, x, A4[1]) for x in xs if 0 < x < A4[0]),
            *((0.0, y, A4[0], y) for y in ys if 0 < y < A4[1]),
        ]
    return [
        *((x, y, x, y + MARK) for x in xs for y in (grid.top - MARK - 1, bottom + 1)),
        *((x, y, x + MARK, y) for y in ys for x in (grid.left - MARK - 1, right + 1)),
    ]


def _logo(stationery: Stationery) -> dict[str, Any] | None:
    return printed_logo(stationery.event.network.inherited.logo)


def signing(
    stationery: Stationery, occasions: Sequence[Occasion], columns: Sequence[Column], blank: int
) -> dict[str, Any]:
    """For `signing.typ`; `blank` lines stay for those who come unannounced."""
    width = ACROSS if len(columns) > 4 else UPRIGHT
    all_shares = sum(column.share for column in columns)
    letters = [column.share / all_shares * width / _SIGNED / EM - 2 for column in columns]

    def row(one: Printed) -> list[str]:
        return [
            _whole(column.value(one), most) for column, most in zip(columns, letters, strict=True)
        ]

    empty = [[""] * len(columns)] * blank
    rows = {one.id: row(one) for one in stationery.told(everybody(occasions))}
    return {
        **_table(stationery, _("Unterschriftenliste")),
        "logo": _logo(stationery),
        "flipped": len(columns) > 4,
        "headings": [column.heading for column in columns],
        "widths": [column.share for column in columns],
        "parts": [
            {
                "heading": each.heading,
                "lines": [each.when, *_place(stationery)],
                "rows": [*(rows[one.id] for one in each.people), *empty],
            }
            for each in occasions
        ],
    }


def doors(stationery: Stationery, people: Sequence[Printed]) -> dict[str, Any]:
    """For `doors.typ`."""
    has_items = bool(stationery.event.choices)
    rows = [
        [
            _whole(f"{each.last_name}, {each.first_name}", 30),
            _whole(each.organisation, 30),
            *([_whole("; ".join(each.items), 30)] if has_items else []),
            each.short_code,
        ]
        for each in stationery.told(people)
    ]
    items = [_("Programm")] if has_items else []
    return {
        **_table(stationery, _("Einlassliste")),
        "lines": _above(stationery, len(people)),
        "flipped": has_items,
        "headings": [_("Da"), _("Name"), _("Organisation"), *items, _("Code")],
        "widths": [5, 4, 5] if has_items else [5, 4],
        "rows": rows,
    }


def _whole(text: str, letters: float) -> str:
    """The text with places to break in what is wider than so many letters even between hyphens."""
    pieces = re.split(r"(?<=[-\s])", text)
    return "".join(
        with_soft_hyphens(each)
        if len(each) > letters and each.rstrip("-, ").isalpha()
        else breakable(each, letters)
        for each in pieces
    )


def _table(stationery: Stationery, title: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "title": f"{title}: {stationery.event.title}",
        "lang": stationery.language,
        "foot": _("Stand %(day)s, %(time)s", day=full_date(now), time=clock_time(now)),
        "page_words": _("Seite %(page)s von %(pages)s", page="{page}", pages="{pages}"),
    }


def _above(stationery: Stationery, count: int) -> list[str]:
    """When, where, whom of them, how many."""
    words = "; ".join(stationery.words)
    return [
        when(stationery.event),
        *_place(stationery),
        *([_("Auswahl: %(words)s", words=words)] if words else []),
        ngettext("%(num)d Person", "%(num)d Personen", count),
    ]


def _place(stationery: Stationery) -> list[str]:
    venue = stationery.event.venue
    return [venue.one_line] if venue else []
