"""The form that takes the report of a meeting platform."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField, ValidationError
from wtforms.validators import InputRequired

from eventapp.attendance.ledger_rules import has_begun
from eventapp.attendance.report_reading import ZONES
from eventapp.events.definition import DateDefinition, EventDefinition
from eventapp.formatting import full_date
from eventapp.forms import PublicForm, one_line, options
from eventapp.languages import gettext as _
from eventapp.table_files import MOST_BYTES

_PLEASE = {"required": True}


class ReportForm(PublicForm):
    """The file, for which date it is, and in which zone its times are."""

    date = SelectField(_l("Für welchen Termin?"), [InputRequired(_l("Wählen Sie den Termin."))])
    file = FileField(
        _l("Datei"),
        description=_l("CSV, wie die Plattform sie ausgibt, oder Excel; höchstens 2 MB."),
        render_kw=_PLEASE,
    )
    zone = SelectField(
        _l("In welcher Zeitzone sind die Zeiten?"),
        [InputRequired(_l("Wählen Sie die Zeitzone."))],
        description=_l("So, wie sie im Konto der Plattform eingestellt ist."),
        choices=options(
            *zip(
                ZONES,
                (
                    _l("Deutschland"),
                    _l("Weltzeit (UTC)"),
                    _l("Ostküste der USA"),
                    _l("Westküste der USA"),
                ),
                strict=True,
            )
        ),
    )

    def __init__(
        self,
        formdata: Any,
        event: EventDefinition,
        now: Any,
        files: Mapping[str, FileStorage] | None = None,
    ) -> None:
        self._dates = {
            str(number): date
            for number, date in enumerate(event.dates_on, 1)
            if has_begun(date, now)
        }
        latest = next(reversed(self._dates), None)
        super().__init__(formdata, data={"date": latest, "zone": ZONES[0]})
        self.date.choices = options(
            *(
                (key, full_date(date.starts_at or date.starts_on or event.first_day))
                for key, date in self._dates.items()
            )
        )
        sent = (files or {}).get("file")
        # One byte more than is taken, so that too much is noticed.
        self.content = sent.stream.read(MOST_BYTES + 1) if sent else b""
        self.file_name = (one_line(sent.filename) or "")[:200] if sent else ""

    @property
    def has_dates(self) -> bool:
        """Whether any date has begun."""
        return bool(self._dates)

    @property
    def chosen(self) -> DateDefinition:
        """The date of the valid form."""
        return self._dates[str(self.date.data)]

    def validate_file(self, _field: Any) -> None:
        if not self.content:
            raise ValidationError(_("Wählen Sie die Datei aus."))
