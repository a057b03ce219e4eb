"""The form of the usual fields: what is asked beside name and address, and what each is for."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import Optional

from eventapp.events.definition import EventDefinition
from eventapp.events.rules import SIGN_UP_FIELDS
from eventapp.events.values import EventValues
from eventapp.forms import DayField, PublicForm, options, set_error
from eventapp.languages import gettext as _
from eventapp.registration.fields import LINE, text_field

_USUAL = {
    "salutation": (
        _l("Anrede"),
        _l("Für Briefe und förmliche E-Mails. „Ohne Anrede“ steht immer mit zur Wahl."),
    ),
    "title": (_l("Titel"), _l("Für Namensschild und Anrede, etwa „Dr.“.")),
    "organisation": (_l("Organisation"), _l("Für Namensschild, Gästeliste und Auswertung.")),
    "role": (_l("Funktion"), _l("Für das Namensschild, etwa „Vorstand“.")),
    "assistance": (
        _l("Assistenzbedarf"),
        _l(
            "Was jemand braucht, um gut teilzunehmen, auch Unverträglichkeiten. Verschlüsselt; "
            "nur die Rolle „Assistenz“ liest es, alle anderen sehen Zahlen."
        ),
    ),
    "diet": (
        _l("Verpflegung"),
        _l("Vegetarisch oder vegan, für die Bestellung. Verschlüsselt; Sie sehen Zahlen."),
    ),
    "door_note": (
        _l("Hinweis für den Einlass"),
        _l("In eigenen Worten der Person; das Team am Eingang sieht ihn."),
    ),
    "photo_consent": (
        _l("Einverständnis zu Fotos"),
        _l("Freiwillig, für jeden Zweck einzeln und nie vorausgewählt."),
    ),
    "list_consent": (
        _l("Einverständnis zur Teilnahmeliste"),
        _l("Freiwillig. Nur wer zustimmt, steht in der Liste für die anderen Gäste."),
    ),
}


class FieldsForm(PublicForm):
    """What is asked beside first name, last name and e-mail address."""

    revision = HiddenField()
    fields = SelectMultipleField(_l("Zusätzlich fragen nach"), [Optional()])
    assistance_deadline = DayField(
        _l("Assistenz sicher buchbar bis"),
        description=_l(
            "Steht auf der öffentlichen Seite. Danach ist nichts versprochen, nur gern versucht."
        ),
    )
    assistance_contact = text_field(
        _l("Ansprechperson für Assistenz"),
        LINE,
        description=_l("Mit Telefon oder E-Mail-Adresse, zum Beispiel „Frau Berg, 06131 12345“."),
    )

    def __init__(self, formdata: Any, *, event: EventDefinition) -> None:
        names = ("fields", "assistance_deadline", "assistance_contact")
        shown = {name: getattr(event, name) for name in names}
        super().__init__(formdata, data={**shown, "revision": str(event.revision)})
        self.event = event
        self.fields.choices = options(*((name, label) for name, (label, _hint) in _USUAL.items()))

    @property
    def hints(self) -> dict[str, tuple[Any, str]]:
        """What each is for and who sees it, as the macro of choices takes it."""
        return {name: (hint, "") for name, (_label, hint) in _USUAL.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then whether the day lies before the event."""
        is_valid = bool(super().validate(extra_validators))
        day = self.assistance_deadline.data
        if day and day > self.event.first_day:
            text = _("Der Tag liegt nach dem Beginn der Veranstaltung.")
            set_error(self.assistance_deadline, text)
            return False
        return is_valid

    def values(self) -> EventValues:
        """In the order in which the import names them."""
        chosen = self.fields.data or []
        return {
            "fields": [name for name in SIGN_UP_FIELDS if name in chosen],
            "assistance_deadline": self.assistance_deadline.data,
            "assistance_contact": self.assistance_contact.data or None,
        }
