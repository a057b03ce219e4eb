"""The forms of a network: a new one, what it says of itself, and where it moves."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from eventapp.forms import (
    DayField,
    PublicForm,
    check_email,
    many_lines,
    one_line,
    options,
    set_error,
)
from eventapp.languages import gettext as _
from eventapp.networks.inherited import MOST_DOOR_MINUTES
from eventapp.networks.lands import LANDS
from eventapp.networks.models import Conformity
from eventapp.numbers import number_in

LINE, PROSE = 200, 5_000
DOOR_RANGE = _l("Eine Zahl zwischen 0 und %(max)s, oder leer.", max=MOST_DOOR_MINUTES)
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")


def line_field(label: Any, needed: Any = None, most: int = LINE, **kwargs: Any) -> StringField:
    """Text in one line; `needed` is what is said where it is missing."""
    first = DataRequired(needed) if needed else Optional()
    checks = [first, Length(max=most, message=_TOO_LONG)]
    return StringField(label, checks, filters=[one_line], **kwargs)


def _lines(label: Any, rows: int = 3, **kwargs: Any) -> TextAreaField:
    checks = [Optional(), Length(max=PROSE, message=_TOO_LONG)]
    return TextAreaField(label, checks, filters=[many_lines], render_kw={"rows": rows}, **kwargs)


def _email(label: Any, **kwargs: Any) -> EmailField:
    checks = [Optional(), Length(max=254, message=_TOO_LONG), check_email]
    return EmailField(label, checks, filters=[one_line], **kwargs)


def _days(label: Any, least: int, description: Any) -> IntegerField:
    text = _l("Eine Zahl zwischen %(least)s und 365, oder leer.", least=least)
    return IntegerField(
        label,
        [Optional(), NumberRange(least, 365, message=text)],
        description=description,
        render_kw={"inputmode": "numeric"},
    )


_NAME = (_l("Name des Netzwerks"), _l("Geben Sie dem Netzwerk einen Namen."))
_DESCRIPTION = _l("Beschreibung")
_SHOWN = _l("Steht auf der Seite des Netzwerks. Absätze durch Leerzeilen, **fett** (Markdown).")


class NewNetworkForm(PublicForm):
    """What a network needs to be there; all else is inherited until it is filled in."""

    name = line_field(*_NAME)
    parent = SelectField(_l("Gehört zu"), choices=[], render_kw={"required": True})
    description = _lines(_DESCRIPTION, rows=4, description=_SHOWN)

    def offer(self, parents: Sequence[tuple[str, Any]]) -> None:
        """(slug, label) of the networks it may be made below; an empty slug: at the top."""
        self.parent.choices = options(*parents)


class NetworkForm(PublicForm):
    """All but the look. A part left empty is inherited."""

    revision = HiddenField()
    name = line_field(*_NAME)
    description = _lines(_DESCRIPTION, rows=6, description=_SHOWN)
    sender_name = line_field(
        _l("Name des Absenders"),
        description=_l("So heißt der Absender der E-Mails. Leer: der Name des Netzwerks."),
    )
    sender_email = _email(
        _l("Adresse des Absenders"),
        description=_l("Ein Postfach, das Sie lesen und für das Ihr Mailserver senden darf."),
    )
    controller_name = line_field(
        _l("Name der verantwortlichen Stelle"),
        description=_l("Zum Beispiel der Trägerverein oder das Ministerium."),
    )
    controller_address = _lines(_l("Anschrift"))
    controller_email = _email(_l("E-Mail-Adresse der verantwortlichen Stelle"))
    controller_phone = line_field(_l("Telefon"), most=50)
    controller_dpo = line_field(
        _l("Wer Fragen zum Datenschutz beantwortet"),
        description=_l("Name und Adresse der oder des Datenschutzbeauftragten."),
    )
    controller_imprint = _lines(
        _l("Weitere Angaben im Impressum"),
        rows=5,
        description=_l(
            "Zum Beispiel Vertretung und Register. Oder die Adresse Ihres Impressums mit https://."
        ),
    )
    accessibility_state = SelectField(
        _l("Stand der Barrierefreiheit"),
        [Optional()],
        choices=options(
            ("", _l("noch nicht bewertet")),
            (Conformity.FULL.value, _l("vollständig barrierefrei")),
            (Conformity.PARTIAL.value, _l("teilweise barrierefrei")),
            (Conformity.NONE.value, _l("nicht barrierefrei")),
        ),
    )
    accessibility_barriers = _lines(
        _l("Bekannte Barrieren"),
        rows=5,
        description=_l("Was noch nicht geht, warum, und was stattdessen hilft. Listen mit „- “."),
    )
    accessibility_on = DayField(_l("Tag der Bewertung"), [Optional()])
    accessibility_contact = _lines(
        _l("Wem man Barrieren meldet"),
        description=_l("Name, E-Mail, Telefon. Leer: die verantwortliche Stelle."),
    )
    accessibility_body = _lines(
        _l("Schlichtungs- oder Durchsetzungsstelle"),
        description=_l("An wen man sich wendet, wenn niemand antwortet: Name und Anschrift."),
    )
    assistance_days = _days(
        _l("Assistenzbedarf bis so viele Tage vorher"),
        0,
        _l(
            "Neue Veranstaltungen nennen diesen Tag im Formular: Bis dahin können Sie Dolmetschen "
            "sicher buchen."
        ),
    )
    closes_days = _days(
        _l("Anmeldung bis so viele Tage vorher"),
        1,
        _l(
            "Bei neuen Veranstaltungen endet die Anmeldung am Ende dieses Tages. Leer: erst mit "
            "dem Beginn."
        ),
    )
    door_minutes = IntegerField(
        _l("Online-Zugang öffnet so viele Minuten vorher"),
        [
            Optional(),
            NumberRange(0, MOST_DOOR_MINUTES, message=DOOR_RANGE),
        ],
        description=_l("Gilt, wo eine Veranstaltung nichts anderes sagt. Ohne Angabe 15."),
        render_kw={"inputmode": "numeric"},
    )
    land = SelectField(
        _l("Bundesland"),
        [Optional()],
        choices=options(("", _l("keines gewählt")), *LANDS.items()),
        description=_l("Dessen Feiertage zeigt die Planung an."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then that each part is whole or empty."""
        super().validate(extra_validators)
        if self.sender_name.data and not self.sender_email.data:
            self._need("sender_email", _("Zum Namen gehört eine Adresse. Oder leeren Sie beides."))
        if any(self[name].data for name in _OF_CONTROLLER):
            text = _("Nennen Sie Name, Anschrift und E-Mail-Adresse. Oder leeren Sie alle Felder.")
            for name in _OF_CONTROLLER[:3]:
                self._need(name, text)
        if any(self[name].data for name in _OF_ACCESSIBILITY):
            self._check_accessibility()
        return not self.errors

    def _check_accessibility(self) -> None:
        text = _("Wählen Sie, wie barrierefrei die Seiten sind. Oder leeren Sie diesen Abschnitt.")
        self._need("accessibility_state", text)
        self._need("accessibility_on", _("Nennen Sie den Tag, an dem Sie das festgestellt haben."))
        if self.accessibility_state.data in (Conformity.PARTIAL, Conformity.NONE):
            self._need("accessibility_barriers", _("Beschreiben Sie, was noch nicht geht."))

    def _need(self, name: str, text: str) -> None:
        if not self[name].data and not self[name].errors:
            set_error(self[name], text)

    @property
    def seen(self) -> int:
        """The revision that the form was opened with; 0 where that is no number."""
        return number_in(self.revision.data, 0)

    def values(self) -> dict[str, Any]:
        """As the columns take it."""
        found = {field.name: field.data for field in self if field.name != "revision"}
        kept = {name: None if value == "" else value for name, value in found.items()}
        return {**kept, "description": found["description"] or ""}


_OF_CONTROLLER = (
    "controller_name",
    "controller_address",
    "controller_email",
    "controller_phone",
    "controller_dpo",
)
_OF_ACCESSIBILITY = (
    "accessibility_state",
    "accessibility_barriers",
    "accessibility_on",
    "accessibility_contact",
    "accessibility_body",
)


class MoveForm(PublicForm):
    """Where a network moves to: the slug of another, or empty for the top."""

    to = SelectField(_l("Neuer Platz"), choices=[], render_kw={"required": True})

    def offer(self, places: Sequence[tuple[str, Any]]) -> None:
        self.to.choices = options(("-", _l("bitte wählen")), *places)
