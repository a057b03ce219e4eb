"""What is asked of whoever pairs a device, and of whoever makes a door."""

from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.forms import PublicForm
from eventapp.languages import gettext as _
from eventapp.registration.fields import text_field

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

    def __init__(self, formdata: Any) -> None:
        super().__init__(formdata)
        self.name.description = _("Zum Beispiel „Haupteingang“ oder „Workshop B“.")
