"""What a partner completes of their date, and how organisers name a partner."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from eventapp.events.definition import EventDefinition
from eventapp.events.values import EventValues
from eventapp.forms import PublicForm, many_lines
from eventapp.languages import gettext as _
from eventapp.planning.fields import contact_email_field
from eventapp.planning.forms import EventForm
from eventapp.planning.wall_times import WallTimesForm
from eventapp.registration.fields import LINE, text_field

_NOT_THEIRS = (
    "title",
    "kind",
    "attendance",
    "summary",
    "description",
    "capacity_online",
    "waiting_list",
    "confirm_email",
    "approval",
)
_ROOM = ("venue_name", "venue_street", "venue_postal_code", "venue_city")
_TEXTS = (*_ROOM, "join_url", "contact_name", "contact_email", "contact_phone", "host_note")
MOST_LINES = 8


def _check_lines(_form: Any, field: Any) -> None:
    if len(_lines(field.data)) > MOST_LINES:
        raise ValidationError(_("Bitte nicht mehr als %(n)s Zeilen.", n=MOST_LINES))


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").split("\n") if line]


class PartnerForm(EventForm):
    """The event's form without what is the organisers' alone."""

    venue_accessibility = TextAreaField(
        _l("Barrierefreiheit"),
        [
            Optional(),
            Length(max=1000, message=_l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")),
            _check_lines,
        ],
        filters=[many_lines],
        description=_l("Je Zeile eine Angabe, zum Beispiel: Stufenlos erreichbar."),
        render_kw={"rows": 3},
    )

    def __init__(self, formdata: Any, *, event: EventDefinition) -> None:
        super().__init__(formdata, networks=[(event.network, 0)], event=event)
        out = [*_NOT_THEIRS, *([] if event.has_online else ["join_url"])]
        if not event.has_in_person:
            out += [*_ROOM, "venue_accessibility", "capacity_in_person"]
        for name in out:
            del self[name]
        self.host_note.description = _("Steht auf der öffentlichen Seite unter der Beschreibung.")

    def validate(self, extra_validators: Any = None) -> bool:
        """As the organisers' form, for what is left of it."""
        WallTimesForm.validate(self, extra_validators)
        if not self.is_course:
            self._check_when()
        self._check_programme()
        return not any(field.errors for field in self)

    def entered(self) -> EventValues:
        """What was asked, as the actions take it; nothing else of the event."""
        values: Any = {name: self[name].data or None for name in _TEXTS if name in self}
        if "capacity_in_person" in self:
            values["capacity_in_person"] = self.capacity_in_person.data
            values["venue_accessibility"] = _lines(self.venue_accessibility.data)
        if not self.is_course:
            values |= self._times()
        return values  # type: ignore[no-any-return]


class NewPartnerForm(PublicForm):
    """Who gets a link."""

    name = text_field(
        _l("Name der Partnerorganisation"), LINE, _l("Nennen Sie, wer den Link bekommt.")
    )
    email = contact_email_field()

    def __init__(self, formdata: Any) -> None:
        super().__init__(formdata)
        self.email.label.text = _("E-Mail-Adresse")
        self.email.description = _("Nur für Sie: damit Sie den Link gleich verschicken können.")
