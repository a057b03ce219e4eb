"""The forms of a network: a new one, what it says of itself, and how it looks."""

from collections.abc import Sequence
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from eventapp.errorpages import sentence
from eventapp.errors import Refused
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
from eventapp.networks import logo, look
from eventapp.networks.inherited import MOST_DOOR_MINUTES
from eventapp.networks.lands import LANDS
from eventapp.networks.logo import Picture
from eventapp.networks.models import Conformity

LINE, PROSE = 200, 5_000
DOOR_RANGE = _l("Eine Zahl zwischen 0 und %(max)s, oder leer.", max=MOST_DOOR_MINUTES)
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")


def _line(label: Any, needed: Any = None, most: int = LINE, **kwargs: Any) -> StringField:
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

    name = _line(*_NAME)
    parent = SelectField(_l("Gehört zu"), choices=[], render_kw={"required": True})
    description = _lines(_DESCRIPTION, rows=4, description=_SHOWN)

    def offer(self, parents: Sequence[tuple[str, Any]]) -> None:
        """(slug, label) of the networks it may be made below; an empty slug: at the top."""
        self.parent.choices = options(*parents)


class NetworkForm(PublicForm):
    """All but the look. A part left empty is inherited."""

    revision = HiddenField()
    name = _line(*_NAME)
    description = _lines(_DESCRIPTION, rows=6, description=_SHOWN)
    sender_name = _line(
        _l("Name des Absenders"),
        description=_l("So heißt der Absender der E-Mails. Leer: der Name des Netzwerks."),
    )
    sender_email = _email(
        _l("Adresse des Absenders"),
        description=_l("Ein Postfach, das Sie lesen und für das Ihr Mailserver senden darf."),
    )
    controller_name = _line(
        _l("Name der verantwortlichen Stelle"),
        description=_l("Zum Beispiel der Trägerverein oder das Ministerium."),
    )
    controller_address = _lines(_l("Anschrift"))
    controller_email = _email(_l("E-Mail-Adresse der verantwortlichen Stelle"))
    controller_phone = _line(_l("Telefon"), most=50)
    controller_dpo = _line(
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
        return revision_of(self.revision.data)

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


def revision_of(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _colour(label: Any, description: Any) -> StringField:
    return StringField(
        label,
        [Optional(), _check_colour],
        filters=[one_line],
        description=description,
        render_kw={"maxlength": "7", "spellcheck": "false", "autocomplete": "off"},
    )


def _check_colour(_form: Any, field: Any) -> None:
    colour = look.parse(field.data)
    if colour is None:
        raise ValidationError(_("Schreiben Sie die Farbe so: #1d2a5e."))
    field.data = colour
    measured = look.lacks(field.name, colour)
    if measured is not None:
        demand = look.DEMANDS[field.name]
        raise ValidationError(
            _(
                "Diese Farbe ist zu hell: Der Kontrast beträgt %(measured)s, nötig sind "
                "%(least)s. Wählen Sie einen dunkleren Ton.",
                measured=format_decimal(measured),
                least=format_decimal(demand.least),
            )
        )


class LookForm(PublicForm):
    """Logo and colours; a colour left empty is inherited."""

    revision = HiddenField()
    logo = FileField(
        _l("Neues Logo"),
        [Optional()],
        description=_l(
            "PNG oder JPEG, höchstens 500 KB. Am besten quer, auf weißem oder durchsichtigem Grund."
        ),
        render_kw={"accept": "image/png,image/jpeg"},
    )
    alt = _line(
        _l("Was auf dem Logo zu sehen ist"),
        description=_l("Wird vorgelesen, wenn jemand das Bild nicht sieht."),
    )
    drop_logo = BooleanField(_l("Logo entfernen"))
    brand = _colour(
        _l("Hauptfarbe"),
        _l("Streifen oben und Grund hinter weißer Schrift. Kontrast zu Weiß mindestens 7."),
    )
    copper = _colour(
        _l("Schmuckfarbe für Schrift"),
        _l("Uhrzeiten und Reihen. Kontrast zum sandfarbenen Grund mindestens 4,5."),
    )
    copper_line = _colour(
        _l("Schmuckfarbe für Linien"),
        _l("Striche und Ringe. Kontrast zum sandfarbenen Grund mindestens 3."),
    )

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_logo = has_logo
        self.picture: Picture | None = None
        if not has_logo:
            del self.drop_logo

    @property
    def drops_logo(self) -> bool:
        return "drop_logo" in self and bool(self["drop_logo"].data)

    @property
    def seen(self) -> int:
        return revision_of(self.revision.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field; the picture is read, and needs words beside it."""
        super().validate(extra_validators)
        self._read_picture()
        keeps = self.has_logo and not self.drops_logo
        if (self.picture or keeps) and not self.alt.data:
            set_error(self.alt, _("Beschreiben Sie das Logo in ein paar Worten."))
        return not self.errors

    def _read_picture(self) -> None:
        if not self.logo.data:
            return
        try:
            self.picture = logo.read(self.logo.data.read(logo.MOST_BYTES + 1))
        except Refused as refusal:
            set_error(self.logo, sentence(refusal))

    def colours(self) -> dict[str, str | None]:
        return {name: self[name].data or None for name in look.DEMANDS}

    def valid_colours(self) -> dict[str, str | None]:
        """Of what was typed, what is a colour that can be read; for the preview."""
        return {
            name: None if self[name].errors else self[name].data or None for name in look.DEMANDS
        }


class MoveForm(PublicForm):
    """Where a network moves to: the slug of another, or empty for the top."""

    to = SelectField(_l("Neuer Platz"), choices=[], render_kw={"required": True})

    def offer(self, places: Sequence[tuple[str, Any]]) -> None:
        self.to.choices = options(("-", _l("bitte wählen")), *places)
