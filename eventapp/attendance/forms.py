"""What the office writes down by hand of one person."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from eventapp.attendance.actions import Written
from eventapp.attendance.ledger_rules import MOST_MINUTES, MOST_REASON
from eventapp.events.definition import DateDefinition, EventDefinition, ItemDefinition
from eventapp.formatting import full_date
from eventapp.forms import PublicForm, options
from eventapp.languages import gettext as _
from eventapp.registration.fields import text_field

_THERE, _ABSENT = "yes", "no"


class EntryForm(PublicForm):
    """At which date or in which programme item, whether there or not, and how one knows."""

    what = SelectField(_l("Wobei?"), [InputRequired(_l("Wählen Sie, wobei."))])
    was_there = RadioField(
        _l("War die Person da?"),
        [InputRequired(_l("Wählen Sie, ob die Person da war."))],
        choices=options((_THERE, _l("War da")), (_ABSENT, _l("War nicht da"))),
    )
    minutes = IntegerField(
        _l("Minuten"),
        [
            Optional(),
            NumberRange(
                min=1,
                max=MOST_MINUTES,
                message=_l("Geben Sie Minuten zwischen %(min)d und %(max)d an."),
            ),
        ],
        description=_l("Leer heißt: so lange, wie der Einlass es weiß, sonst von Anfang bis Ende."),
    )
    reason = text_field(
        _l("Woher wissen Sie das?"),
        MOST_REASON,
        _l("Schreiben Sie, woher Sie das wissen."),
        description=_l(
            "Zum Beispiel „steht auf der Unterschriftenliste“. Steht im Protokoll und hier."
        ),
    )

    def __init__(self, formdata: Any, event: EventDefinition, *, with_minutes: bool) -> None:
        self._targets = _targets(event)
        first = next(iter(self._targets))
        super().__init__(formdata, data={"what": first, "was_there": _THERE})
        self.what.choices = options(*((key, each[0]) for key, each in self._targets.items()))
        if not with_minutes:
            del self.minutes

    def written(self) -> Written:
        """What the valid form says."""
        _label, date, item = self._targets[str(self.what.data)]
        was_there = self.was_there.data == _THERE
        asked = "minutes" in self and was_there and item is None
        minutes = self.minutes.data if asked else None
        return Written(date, item, was_there, minutes, str(self.reason.data))


def _targets(
    event: EventDefinition,
) -> dict[str, tuple[str, DateDefinition, ItemDefinition | None]]:
    """By value of the field; dates called off cannot be chosen."""
    found: dict[str, tuple[str, DateDefinition, ItemDefinition | None]] = {
        f"date-{number}": (_day_of(event, date), date, None)
        for number, date in enumerate(event.dates_on, 1)
    }
    for item in event.programme:
        date = event.date_of(item)
        if not date.is_off:
            found[f"item-{item.slug}"] = (item.title, date, item)
    return found


def _day_of(event: EventDefinition, date: DateDefinition) -> str:
    day = date.starts_at or date.starts_on or event.first_day
    return (
        full_date(day)
        if len(event.dates) > 1
        else _("Veranstaltung am %(day)s", day=full_date(day))
    )
