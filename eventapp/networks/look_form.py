"""The form of how a network looks: its logo and its colours."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, ValidationError
from wtforms.validators import Optional

from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.forms import PublicForm, one_line, set_error
from eventapp.languages import gettext as _
from eventapp.networks import logo, look
from eventapp.networks.logo import Picture
from eventapp.networks.tree_forms import line_field
from eventapp.numbers import number_in


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
    alt = line_field(
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
        return number_in(self.revision.data, 0)

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
