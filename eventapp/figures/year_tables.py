"""A year as tables, the same for page, file and paper."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal

from eventapp.events.models import Attendance
from eventapp.figures.counts import Group
from eventapp.figures.year import BOTH, Part, Sums, Year, YearEvent
from eventapp.formatting import attendance_label, full_date, kind_label, month_name
from eventapp.languages import gettext as _

OVERVIEW = "overview"

Cell = str | int | None  # None: nobody knows


@dataclass(frozen=True)
class Table:
    """The first column names the row; the others are numbers."""

    id: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""


def year_tables(year: Year, before: Year) -> list[Table]:
    """All but that of the events; those without rows are left out."""

    def in_words(number: str) -> str:
        return month_name(date(year.year, int(number), 1))

    found = [
        _overview(year, before),
        _table("kinds", _("Nach Art der Veranstaltung"), _("Art"), year.by_kind(), kind_label),
        _table("forms", _("Vor Ort und online"), _("Form"), year.by_form(), form_label),
        _table("months", _("Nach Monat"), _("Monat"), year.by_month(), in_words),
        _groups("types", _("Nach Art der Organisation"), year, year.by_type()),
        _groups("districts", _("Nach Kreis"), year, year.by_district()),
    ]
    return [table for table in found if table.rows]


def form_label(form: str) -> str:
    return _("Vor Ort und online") if form == BOTH else attendance_label(form)


def _overview(year: Year, before: Year) -> Table:
    now, then = (_facts(each.sums) for each in (year, before))
    rows: list[list[Cell]] = [
        [label, n, m] for (label, n), (_label, m) in zip(now, then, strict=True) if n or m
    ]
    headings = [_("Was"), str(year.year), str(before.year)]
    return Table(OVERVIEW, _("Im Überblick"), headings, rows)


def _facts(sums: Sums) -> list[tuple[str, Cell]]:
    return [
        (_("Veranstaltungen"), sums.events),
        (_("abgesagte Veranstaltungen"), sums.called_off),
        (_("Organisationen eingeladen"), sums.invited),
        (_("Organisationen, die geantwortet haben"), sums.answered),
        (_("Anmeldungen mit Platz"), sums.registered),
        (_("Teilnahmen"), sums.there),
        (_("Teilnahmen vor Ort"), sums.in_person),
        (_("Teilnahmen online"), sums.online),
        (_("Nicht erschienen"), sums.absent),
        (_("Nicht erschienen in Prozent"), sums.absent_percent),
        (_("Veranstaltungen, bei denen niemand erfasst ist"), sums.unnoted),
        (_("Verschiedene Organisationen, von denen jemand da war"), sums.organisations),
    ]


def _table(
    id_: str, title: str, head: str, parts: Iterable[Part], label: Callable[[str], str]
) -> Table:
    rows: list[list[Cell]] = [
        [label(part.name), part.sums.events, part.sums.registered, part.sums.there]
        for part in parts
    ]
    headings = [head, _("Veranstaltungen"), _("Anmeldungen mit Platz"), _("Teilnahmen")]
    return Table(id_, title, headings, rows)


def _groups(id_: str, title: str, year: Year, groups: Sequence[Group]) -> Table:
    is_type = id_ == "types"
    nothing = _("keine aus dem Verzeichnis") if is_type else _("ohne Angabe")
    rows: list[list[Cell]] = [
        [each.name or nothing, each.registered, each.there] for each in groups
    ]
    rest = year.hidden(groups)
    head, note = _("Art") if is_type else _("Kreis"), ""
    if groups and (rest.registered or rest.there):
        rows.append([_("verdeckt"), rest.registered, rest.there])
        note = _(
            "Mindestens so viele: Wo bei einer Veranstaltung weniger als 5 aus einer Gruppe kamen,"
            " zählen sie bei „verdeckt“."
        )
    return Table(id_, title, [head, _("Anmeldungen mit Platz"), _("Teilnahmen")], rows, note)


def sum_headings() -> list[str]:
    return [
        *(_("Tabelle"), _("Zeile"), _("Veranstaltungen")),
        *(_("Anmeldungen mit Platz"), _("Teilnahmen"), _("Wert")),
    ]


def sum_rows(tables: Iterable[Table]) -> Iterator[list[Cell]]:
    """All of them in one file, of the overview the year itself."""
    for table in tables:
        for name, *numbers in table.rows:
            if table.id == OVERVIEW:
                yield [table.title, name, None, None, None, numbers[0]]
            else:
                yield [table.title, name, *([None] * (3 - len(numbers))), *numbers, None]


def event_headings() -> list[str]:
    return [
        _("Datum"),
        _("Veranstaltung"),
        _("Art"),
        _("Form"),
        _("Netzwerk"),
        _("Plätze"),
        _("Angemeldet"),
        _("Da vor Ort"),
        _("Da online"),
        _("Nicht erschienen"),
        _("Nicht erschienen in Prozent"),
        _("Organisationen"),
        _("Stand"),
        _("Zahlen vom"),
    ]


def event_row(event: YearEvent) -> list[Cell | date | None]:
    """As its headings are, for office programs."""
    return [
        event.first_day,
        event.title,
        kind_label(event.kind),
        form_label(event.form),
        event.network.name,
        *event_numbers(event),
        percent(event.absent, event.figures.registered),
        len(event.organisations) if has_told(event) else None,
        state_label(event),
        event.as_of,
    ]


def event_numbers(event: YearEvent) -> list[int | None]:
    """Places, signed up, there in person and online, absent; None where it cannot be said."""
    figures, is_known = event.figures, has_told(event)
    return [
        event.places,
        None if event.is_off else figures.registered,
        *(figures.arrived.get(way, 0) if is_known else None for way in Attendance),
        event.absent,
    ]


def event_numbers_in_words(event: YearEvent) -> list[str]:
    """The same as people read it."""
    places, *others = event_numbers(event)
    limit = _("ohne Grenze") if places is None else number(places)
    return [limit, *map(number, others)]


def event_more(event: YearEvent, here: str) -> str:
    """What stands below the title; the network only where it is another than that of the page."""
    network = "" if event.network.name == here else event.network.name
    state = "" if has_told(event) else state_label(event)
    kept = _("Zahlen vom %(day)s", day=full_date(event.as_of)) if event.as_of else ""
    return ", ".join(filter(None, (kind_label(event.kind), network, state, kept)))


def number(value: Cell) -> str:
    """As people read it; a dash where nobody knows."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else str(format_decimal(value))


def has_told(event: YearEvent) -> bool:
    """Whether it can be said who was there."""
    is_known = bool(event.figures.there) or not event.figures.registered
    return is_known and not event.is_off and (event.is_over or bool(event.figures.there))


def percent(part: int | None, whole: int) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)


def state_label(event: YearEvent) -> str:
    if event.is_off:
        return _("abgesagt")
    if not event.is_over:
        return _("kommt noch")
    return _("vorbei") if has_told(event) else _("niemand erfasst")
