"""The fields of planning: days, wall times, numbers of places, links."""

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.events.rules import is_web_address
from eventapp.forms import check_email, many_lines, one_line, parsed
from eventapp.languages import gettext as _
from eventapp.networks.inherited import MOST_DOOR_MINUTES
from eventapp.networks.tree_forms import DOOR_RANGE

MOST_PLACES = 100_000
MOST_PROSE = 20_000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")


class WallTimeField(TimeField):
    """A time of Berlin's clocks; `required` is the sentence shown where it must not stay open."""

    def __init__(self, label: Any, *, required: Any = None, **kwargs: Any) -> None:
        first = InputRequired(required) if required else Optional()
        super().__init__(label, [first], format=_TIMES, **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        text = one_line(valuelist[0]) if valuelist else ""
        self.data: time | None = None
        if text:
            self.data = parsed(text, _TIMES, _("Schreiben Sie die Uhrzeit so: 13:30.")).time()


_TIMES = ["%H:%M", "%H.%M"]


def fold_field() -> RadioField:
    """Which of the two is meant, in the night when the clocks go back."""
    return RadioField(
        _l("Welche Uhrzeit ist gemeint?"),
        [Optional()],
        choices=[
            SelectChoice("first", _l("Die erste, noch Sommerzeit")),
            SelectChoice("second", _l("Die zweite, schon Winterzeit")),
        ],
        render_kw={"required": True},  # where it is asked at all
    )


def places_field(label: Any, description: Any = None) -> IntegerField:
    text = _l("Eine Zahl zwischen 0 und %(max)s, oder leer für unbegrenzt.", max=MOST_PLACES)
    return IntegerField(
        label,
        [Optional(), NumberRange(0, MOST_PLACES, message=text)],
        description=description or _l("Leer heißt: ohne Grenze."),
        render_kw={"inputmode": "numeric"},
    )


def _check_link(_form: Any, link: Field) -> None:
    if not is_web_address(link.data or ""):
        raise ValidationError(_("Beginnen Sie die Adresse mit https://."))


def link_field() -> StringField:
    return StringField(
        _l("Zugangslink"),
        [Optional(), Length(max=1000, message=_TOO_LONG), _check_link],
        filters=[one_line],
        description=_l("Sehen nur Angemeldete, kurz vor Beginn. Er kann auch später dazukommen."),
        render_kw={"inputmode": "url"},
    )


def test_link_field() -> StringField:
    return StringField(
        _l("Link zum Ausprobieren der Technik"),
        [Optional(), Length(max=1000, message=_TOO_LONG), _check_link],
        filters=[one_line],
        description=_l("Ein Testraum des Konferenzdienstes. Steht beim Zugang, schon vor Beginn."),
        render_kw={"inputmode": "url"},
    )


def minutes_field() -> IntegerField:
    return IntegerField(
        _l("Zugang öffnet so viele Minuten vorher"),
        [Optional(), NumberRange(0, MOST_DOOR_MINUTES, message=DOOR_RANGE)],
        description=_l("Leer gilt, was beim Netzwerk steht, sonst 15."),
        render_kw={"inputmode": "numeric"},
    )


def notes_field() -> TextAreaField:
    return TextAreaField(
        _l("Was sollen Teilnehmende für online vorbereiten?"),
        [Optional(), Length(max=1000, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l(
            "Leer steht dort: Ton prüfen, ruhigen Platz suchen, ein paar Minuten früher kommen."
        ),
    )


def contact_email_field() -> EmailField:
    return EmailField(
        _l("E-Mail-Adresse für Fragen"),
        [Optional(), Length(max=254, message=_TOO_LONG), check_email],
        filters=[one_line],
    )


def prose_field(label: Any, description: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [Optional(), Length(max=MOST_PROSE, message=_TOO_LONG)],
        filters=[many_lines],
        description=description,
        render_kw={"rows": 8},
    )
