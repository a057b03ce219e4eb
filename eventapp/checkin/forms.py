"""What is asked of whoever pairs a device, and of whoever makes a door."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import Optional

from eventapp.checkin.rules import Direction
from eventapp.events.definition import EventDefinition
from eventapp.formatting import full_date
from eventapp.forms import PublicForm, options
from eventapp.languages import gettext as _
from eventapp.registration.fields import text_field

_NEVER_EMPTY = {"required": True}
EVENT = "event"  # the door of the house
MOST_NAME = 40  # so that it stands in one line of the scanner


def _name_field(label: Any, missing: Any) -> Any:
    return text_field(label, MOST_NAME, missing)


class PairForm(PublicForm):
    """Typed once per device: how it is called. Sending it is the promise that stands above."""

    name = _name_field(
        _l("Wie heißen Sie, oder wie heißt dieses Gerät?"),
        _l("Schreiben Sie einen Namen, zum Beispiel: Annas Telefon."),
    )

    def __init__(self, formdata: Any, *, asks_name: bool) -> None:
        super().__init__(formdata)
        if asks_name:
            self.name.description = _("So steht das Gerät in der Liste der Veranstalter.")
        else:
            del self.name


class DoorForm(PublicForm):
    """A door that gets a link."""

    name = _name_field(
        _l("Wie heißt der Eingang?"),
        _l("Nennen Sie den Eingang, zum Beispiel: Haupteingang."),
    )

    leads_to = SelectField(_l("Wohin führt er?"), [Optional()], render_kw=_NEVER_EMPTY)
    direction = RadioField(
        _l("Wer geht hier durch?"),
        [Optional()],
        render_kw=_NEVER_EMPTY,
        choices=options(
            (Direction.IN.value, _l("Wer kommt")), (Direction.OUT.value, _l("Wer geht"))
        ),
    )

    def __init__(self, formdata: Any, event: EventDefinition) -> None:
        whole: dict[str, tuple[str, int | None, int | None]] = {EVENT: (_("Ins Haus"), None, None)}
        for number, date in enumerate(event.dates, 1):
            if len(event.dates) > 1 and (day := date.starts_at or date.starts_on):
                whole[f"date-{number}"] = (full_date(day), None, date.id)
        for item in event.programme:
            whole[f"item-{item.slug}"] = (item.title, item.id, None)
        self._targets = whole
        super().__init__(formdata, data={"leads_to": EVENT, "direction": Direction.IN.value})
        self.leads_to.choices = options(*((key, label) for key, (label, *_) in whole.items()))
        self.name.description = _("Zum Beispiel „Haupteingang“ oder „Workshop B“.")

    def target(self) -> dict[str, Any]:
        """What the valid form says of the door, as `pairing.make_door` takes it."""
        _label, item_id, date_id = self._targets[str(self.leads_to.data)]
        direction = str(self.direction.data)
        return {"programme_item_id": item_id, "event_date_id": date_id, "direction": direction}
