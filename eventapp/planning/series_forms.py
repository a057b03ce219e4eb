"""The forms of a series: what it is called, and which dates it gets."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.clock import YEARS
from eventapp.errorpages import sentence
from eventapp.events.definition import EventDefinition
from eventapp.formatting import full_date
from eventapp.forms import DayField, PublicForm, many_lines, options, parsed_day, set_error
from eventapp.languages import gettext as _
from eventapp.networks.queries import NetworkNode
from eventapp.planning.fields import WallTimeField, fold_field, prose_field
from eventapp.planning.recurrence import (
    LAST,
    Hours,
    Naming,
    NewDate,
    Rhythm,
    Rule,
    TooManyDates,
    base_title,
    days_of,
    hours_of,
    new_date,
    nth_of,
    titles,
)
from eventapp.registration.fields import LINE, text_field

_LONGEST = timedelta(days=731)
_MOST_LISTED = 4000  # characters
_BETWEEN = re.compile(r"[\s,;]+")

WEEKDAYS = options(
    ("0", _l("Montag")),
    ("1", _l("Dienstag")),
    ("2", _l("Mittwoch")),
    ("3", _l("Donnerstag")),
    ("4", _l("Freitag")),
    ("5", _l("Samstag")),
    ("6", _l("Sonntag")),
)
NTH = options(
    ("1", _l("ersten")),
    ("2", _l("zweiten")),
    ("3", _l("dritten")),
    ("4", _l("vierten")),
    (str(LAST), _l("letzten")),
)
RHYTHMS = options(
    (Rhythm.WEEKLY.value, _l("Jede Woche")),
    (Rhythm.FORTNIGHTLY.value, _l("Alle zwei Wochen")),
    (Rhythm.MONTHLY.value, _l("Jeden Monat an einem bestimmten Wochentag")),
    (Rhythm.LISTED.value, _l("An einzelnen Tagen, die ich aufzähle")),
)
NAMINGS = options(
    (Naming.SAME.value, _l("Alle gleich")),
    (Naming.NUMBER.value, _l("Mit Nummer dahinter")),
    (Naming.DATE.value, _l("Mit Datum dahinter")),
)


class SeriesForm(PublicForm):
    """A new series, or one that is changed; `networks` are those that may be chosen."""

    seen = HiddenField()
    title = text_field(_l("Titel der Reihe"), LINE, _l("Geben Sie der Reihe einen Titel."))
    network = SelectField(_l("Netzwerk"), [InputRequired(_l("Wählen Sie das Netzwerk."))])
    description = prose_field(_l("Beschreibung"), _l("Steht auf der Seite der Reihe."))

    def __init__(
        self,
        formdata: Any,
        *,
        networks: Sequence[tuple[NetworkNode, int]],
        data: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(formdata, data=data or {})
        self.networks = {node.slug: node for node, _depth in networks}
        self.network.choices = [
            SelectChoice("", _("bitte wählen")),
            *(SelectChoice(node.slug, f"{'– ' * depth}{node.name}") for node, depth in networks),
        ]
        if len(networks) == 1:
            del self.network

    @property
    def network_id(self) -> int:
        """Of the network chosen, once the form is valid."""
        if "network" in self:
            return self.networks[str(self.network.data)].id
        [only] = self.networks.values()
        return only.id


def _days_field(label: Any, description: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [Optional(), Length(max=_MOST_LISTED)],
        filters=[many_lines],
        description=description,
        render_kw={"rows": 3},
    )


class DatesForm(PublicForm):
    """From which event, on which days and at what hours the dates are made.

    Asked by GET, so that the preview can be gone back from and sent on; sent again to make them.
    """

    pattern = SelectField(
        _l("Nach dem Muster von"), [InputRequired(_l("Wählen Sie, was sich wiederholt."))]
    )
    rhythm = RadioField(
        _l("Wie oft?"), [InputRequired(_l("Wählen Sie, wie oft."))], choices=RHYTHMS
    )
    nth = SelectField(_l("Im Monat am"), choices=NTH)
    weekday = SelectField(_l("Wochentag"), choices=WEEKDAYS)
    first_on = DayField(_l("Frühestens am"))
    last_on = DayField(_l("Spätestens am"))
    listed = _days_field(
        _l("Diese Tage"),
        _l("Nur wenn Sie einzelne Tage aufzählen, zum Beispiel: 12.1.2027, 9.2.2027"),
    )
    without = _days_field(_l("Diese Tage nicht"), _l("Zum Beispiel in den Schulferien."))
    skip_holidays = BooleanField(
        _l("Feiertage auslassen"),
        description=_l("Sie lassen sich in der Vorschau einzeln wieder ankreuzen."),
    )
    starts_time = WallTimeField(_l("Beginn"))
    ends_time = WallTimeField(_l("Ende"))
    title = text_field(_l("Titel der Termine"), LINE, _l("Geben Sie den Terminen einen Titel."))
    naming = RadioField(_l("Wie heißen die einzelnen?"), [Optional()], choices=NAMINGS)
    first_number = IntegerField(
        _l("Erste Nummer"),
        [
            Optional(),
            NumberRange(0, 9999, message=_l("Eine Zahl zwischen 0 und %(max)s.", max=9999)),
        ],
        render_kw={"inputmode": "numeric"},
    )
    fold = fold_field()

    def __init__(
        self, formdata: Any, *, patterns: Sequence[EventDefinition], chosen: str, number: int
    ) -> None:
        self.patterns = {each.slug: each for each in patterns}
        present = self.patterns.get(chosen) or next(iter(self.patterns.values()), None)
        super().__init__(formdata, data=_proposed(present, number) if present else {})
        self.pattern.choices = [
            SelectChoice(each.slug, f"{each.title} ({full_date(each.first_day)})")
            for each in patterns
        ]

    @property
    def event(self) -> EventDefinition:
        """The pattern, once the form is valid."""
        return self.patterns[str(self.pattern.data)]

    @property
    def hours(self) -> Hours:
        later = hours_of(self.event).later
        return Hours(self.starts_time.data, self.ends_time.data, later)

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then whether rule and hours make sense."""
        if not super().validate(extra_validators):
            return False
        self._check_hours()
        if self.rhythm.data == Rhythm.LISTED:
            if not self.listed.data:
                set_error(
                    self.listed, _("Zählen Sie die Tage auf, oder wählen Sie einen Rhythmus.")
                )
        else:
            self._check_range()
        self._days = {name: self._parsed(name) for name in ("listed", "without")}
        if not any(field.errors for field in self):
            self._check_days()
        return not any(field.errors for field in self)

    def _check_hours(self) -> None:
        starts, ends = self.starts_time.data, self.ends_time.data
        if bool(starts) != bool(ends):
            missing = self.ends_time if starts else self.starts_time
            set_error(missing, _("Nennen Sie Beginn und Ende, oder lassen Sie beides offen."))
        elif starts and ends and self.hours.later == 0 and ends <= starts:
            set_error(
                self.ends_time,
                _("Das Ende liegt nicht nach dem Beginn. Prüfen Sie Tag und Uhrzeit."),
            )

    def _check_range(self) -> None:
        first, last = self.first_on.data, self.last_on.data
        if first is None or last is None:
            missing = self.last_on if first else self.first_on
            set_error(missing, _("Nennen Sie den ersten und den letzten möglichen Tag."))
        elif last < first:
            set_error(self.last_on, _("Das ist vor dem ersten Tag."))
        elif last - first > _LONGEST:
            set_error(self.last_on, _("Planen Sie höchstens zwei Jahre im Voraus."))

    def _parsed(self, name: str) -> list[date]:
        found = []
        for text in _BETWEEN.split((self[name].data or "").strip()):
            day = parsed_day(text) if text else None
            if text and (day is None or day.year not in YEARS):
                set_error(
                    self[name],
                    _("„%(text)s“ ist kein Tag. Schreiben Sie ihn so: 11.9.2027.", text=text[:40]),
                )
                break
            if day:
                found.append(day)
        return found

    def _check_days(self) -> None:
        try:
            if not self.days():
                set_error(
                    self.rhythm,
                    _("An keinem Tag trifft das zu. Prüfen Sie Zeitraum und Wochentag."),
                )
        except TooManyDates as refusal:
            is_listed = self.rhythm.data == Rhythm.LISTED
            set_error(self.listed if is_listed else self.last_on, sentence(refusal))

    def days(self) -> list[date]:
        """The days of the rule; raises `TooManyDates`."""
        day = self.event.first_day  # where days are listed nobody asks for a range
        rule = Rule(
            rhythm=Rhythm(self.rhythm.data),
            first=self.first_on.data or day,
            last=self.last_on.data or day,
            weekday=int(self.weekday.data or 0),
            nth=int(self.nth.data or 1),
            listed=tuple(self._days["listed"]),
            without=frozenset(self._days["without"]),
        )
        return days_of(rule)

    def dates(self) -> list[NewDate]:
        """What would be made, once the form is valid."""
        days = self.days()
        naming, number = Naming(self.naming.data or Naming.SAME), self.first_number.data
        named = titles(str(self.title.data), naming, days, 1 if number is None else number)
        second = self.fold.data == "second"
        return [
            new_date(day, title, self.hours, second=second)
            for day, title in zip(days, named, strict=True)
        ]


def _proposed(event: EventDefinition, number: int) -> dict[str, Any]:
    """A year like the pattern: its weekday, its hours, from a week later to the end of the year."""
    hours, first = hours_of(event), event.first_day + timedelta(weeks=1)
    return {
        "pattern": event.slug,
        "rhythm": Rhythm.MONTHLY.value,
        "nth": str(nth_of(event.first_day)),
        "weekday": str(event.first_day.weekday()),
        "first_on": first,
        "last_on": date(first.year, 12, 31),
        "skip_holidays": True,
        "starts_time": hours.starts,
        "ends_time": hours.ends,
        "title": base_title(event.title),
        "naming": Naming.SAME.value,
        "first_number": number,
    }
