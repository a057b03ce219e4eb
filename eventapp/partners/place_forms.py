"""A list of places: the file, and what each line has to say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import FileField
from wtforms.validators import InputRequired

from eventapp.events.rules import ends_too_early
from eventapp.events.values import EventValues
from eventapp.forms import DayField, PublicForm, set_error
from eventapp.languages import gettext as _
from eventapp.names import sort_key
from eventapp.partners.place_columns import Row
from eventapp.partners.places import Place, key_of
from eventapp.planning.fields import WallTimeField, contact_email_field, places_field
from eventapp.planning.wall_times import WallTimesForm
from eventapp.registration.fields import LINE, NAME, text_field
from eventapp.table_files import MOST_BYTES

_TEXTS = ("venue_name", "venue_street", "venue_postal_code", "venue_city")


class PlacesForm(PublicForm):
    """The file."""

    file = FileField(
        _l("Datei"),
        description=_l("Excel (.xlsx) oder CSV, höchstens 2 MB und 300 Zeilen."),
        render_kw={"required": True},
    )

    def __init__(self, formdata: Any, files: Mapping[str, FileStorage] | None = None) -> None:
        super().__init__(formdata)
        sent = (files or {}).get("file")
        # One byte more than is taken, so that too much is noticed.
        self.content = sent.stream.read(MOST_BYTES + 1) if sent else b""
        if sent:
            sent.close()

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.content:
            set_error(self.file, _("Wählen Sie die Datei mit Ihrer Liste."))
        return not any(field.errors for field in self)


class PlaceForm(WallTimesForm):
    """One line, checked as if somebody had typed it into the form of an event."""

    title = text_field(_l("Titel"), LINE)
    venue_name = text_field(_l("Haus oder Raum"), LINE)
    venue_street = text_field(_l("Straße und Hausnummer"), LINE)
    venue_postal_code = text_field(_l("Postleitzahl"), 10)
    venue_city = text_field(_l("Ort"), NAME)
    region = text_field(_l("Region"), LINE)
    starts_on = DayField(_l("Tag"), [InputRequired(_l("Nennen Sie den Tag."))])
    starts_time = WallTimeField(_l("Beginn"))
    ends_time = WallTimeField(_l("Ende"))
    capacity_in_person = places_field(_l("Plätze vor Ort"))
    partner = text_field(_l("Partner"), LINE)
    email = contact_email_field()

    def __init__(self, row: Row, regions: Mapping[str, int]) -> None:
        super().__init__(MultiDict(row.cells))
        self.line, self.regions = row.line, regions

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then time, region, and whether it says where it is."""
        super().validate(extra_validators)
        if not (self.venue_name.data or self.venue_city.data):
            set_error(self.venue_city, _("Nennen Sie Haus oder Ort."))
        if self.region.data and sort_key(self.region.data) not in self.regions:
            text = _("Die Region „%(name)s“ gibt es nicht.", name=self.region.data)
            set_error(self.region, text)
        if not any(self[each].errors for each in ("starts_on", "starts_time", "ends_time")):
            self._check_time()
        return not any(field.errors for field in self)

    def _check_time(self) -> None:
        if bool(self.starts_time.data) != bool(self.ends_time.data):
            missing = self.ends_time if self.starts_time.data else self.starts_time
            set_error(missing, _("Nennen Sie Beginn und Ende, oder lassen Sie beides offen."))
            return
        for side in ("starts", "ends"):
            if self.asks_fold(side):
                text = _("Diese Uhrzeit gibt es an dem Tag zweimal. Legen Sie ihn von Hand an.")
                set_error(self[f"{side}_time"], text)
            elif self.starts_time.data:
                self._is_told(side)
        if self.starts_time.errors or self.ends_time.errors or not self.starts_time.data:
            return
        if ends_too_early(self._instants("starts")[0], self._instants("ends")[0]):
            text = _("Das Ende liegt nicht nach dem Beginn. Prüfen Sie Tag und Uhrzeit.")
            set_error(self.ends_time, text)

    def _day(self, _side: str) -> date | None:
        return self.starts_on.data

    def place(self) -> Place:
        """The valid line."""
        where = {name: self[name].data or None for name in _TEXTS}
        values: Any = {**where, **self._when(), "has_in_person": True}
        if self.capacity_in_person.data is not None:
            values["capacity_in_person"] = self.capacity_in_person.data
        if self.region.data:
            values["region_id"] = self.regions[sort_key(self.region.data)]
        town = self.venue_city.data or self.venue_name.data or ""
        return Place(
            line=self.line,
            key=key_of(where, self._on()),
            title=self.title.data or None,
            town=town,
            day=self._on(),
            values=values,
            partner=self.partner.data or self.venue_name.data or town,
            email=self.email.data or None,
        )

    def _on(self) -> date:
        if self.starts_on.data is None:
            raise ValueError("a valid line has a day")
        return self.starts_on.data

    def _when(self) -> EventValues:
        if not self.starts_time.data:
            return {"starts_on": self._on(), "ends_on": self._on()}
        starts, ends = self._instants("starts")[0], self._instants("ends")[0]
        return {"starts_at": starts, "ends_at": ends}


def checked(
    rows: Sequence[Row], regions: Mapping[str, int]
) -> tuple[list[Place], list[tuple[int, str, str]]]:
    """The places of the list, and what is wrong: (line, column, sentence)."""
    places: dict[str, Place] = {}
    problems = []
    for row in rows:
        form = PlaceForm(row, regions)
        if not form.validate():
            wrong = [field for field in form if field.errors]
            problems += [(row.line, str(each.label.text), str(each.errors[0])) for each in wrong]
            continue
        place = form.place()
        first = places.setdefault(place.key, place)
        if first is not place:
            text = _("Derselbe Ort am selben Tag steht schon in Zeile %(line)s.", line=first.line)
            problems.append((row.line, _("Zeile"), text))
    return list(places.values()), problems
