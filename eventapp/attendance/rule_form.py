"""What an event asks for before somebody counts as having taken part, as a form."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import NumberRange, Optional

from eventapp.attendance.ledger_rules import MOST_MINUTES
from eventapp.events.attendance_rule import AttendanceRule
from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm, one_line, options
from eventapp.languages import gettext as _

MOST_HOURS = 1000


def _number(label: Any, most: int, description: Any = "") -> IntegerField:
    message = _l("Geben Sie eine Zahl zwischen %(min)d und %(max)d ein.")
    checks = [Optional(), NumberRange(min=1, max=most, message=message)]
    return IntegerField(label, checks, description=description)


class RuleForm(PublicForm):
    """Each part may stay empty."""

    least_dates = _number(_l("Mindestens so viele Termine"), 200)
    least_percent = _number(
        _l("Ein Termin zählt ab so viel Prozent seiner Zeit"),
        100,
        _l("Leer heißt: Ein Termin zählt, sobald jemand da war."),
    )
    least_minutes = _number(_l("Oder ab so vielen Minuten"), MOST_MINUTES)
    total_hours = StringField(
        _l("Zusammen mindestens so viele Stunden"),
        [Optional()],
        filters=[one_line],
        description=_l("Zum Beispiel 7,5."),
        render_kw={"inputmode": "decimal"},
    )
    items = SelectMultipleField(_l("Dabei gewesen bei"), [Optional()])
    for_funder = BooleanField(
        _l("Minuten festhalten, weil ein Zuwendungsgeber sie verlangt"),
        description=_l("Auch wenn sie für die Teilnahme keine Rolle spielen."),
    )

    def __init__(self, formdata: Any, event: EventDefinition) -> None:
        rule = event.attendance_rule or AttendanceRule()
        super().__init__(formdata, data=_shown(rule))
        self._dates = len(event.dates)
        self.items.choices = options(*((item.slug, item.title) for item in event.programme))
        if len(event.dates) < 2:
            del self.least_dates
        else:
            self.least_dates.description = _(
                "Von %(n)s. Leer heißt: einer genügt.", n=len(event.dates)
            )
        if not event.programme:
            del self.items

    def validate_least_dates(self, field: Any) -> None:
        if field.data and field.data > self._dates:
            raise ValidationError(
                _("So viele Termine gibt es nicht: Es sind %(n)s.", n=self._dates)
            )

    def validate_least_minutes(self, field: Any) -> None:
        if field.data and self.least_percent.data:
            raise ValidationError(_("Geben Sie entweder Prozent oder Minuten an, nicht beides."))

    def validate_total_hours(self, field: Any) -> None:
        if field.data and _minutes(field.data) is None:
            raise ValidationError(_("Schreiben Sie die Stunden als Zahl, zum Beispiel 7,5."))

    def rule(self) -> AttendanceRule | None:
        """What the valid form says; None where nothing is asked."""
        found = AttendanceRule(
            least_dates=self.least_dates.data if "least_dates" in self else None,
            least_minutes=self.least_minutes.data,
            least_percent=self.least_percent.data,
            total_minutes=_minutes(self.total_hours.data or ""),
            items=tuple(self.items.data or ()) if "items" in self else (),
            for_funder=bool(self.for_funder.data),
        )
        return found if found.as_json() else None


def _shown(rule: AttendanceRule) -> dict[str, Any]:
    hours = f"{rule.total_minutes / 60:.2f}".rstrip("0").rstrip(".") if rule.total_minutes else ""
    return {
        "least_dates": rule.least_dates,
        "least_percent": rule.least_percent,
        "least_minutes": rule.least_minutes,
        "total_hours": hours.replace(".", ","),
        "items": list(rule.items),
        "for_funder": rule.for_funder,
    }


def _minutes(text: str) -> int | None:
    """Of hours as they are typed; None for what is no number between none and `MOST_HOURS`."""
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        return None
    return round(hours * 60) if 0 < hours <= MOST_HOURS else None
