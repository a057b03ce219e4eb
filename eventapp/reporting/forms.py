"""The forms of a report: its words, and a picture with the words that stand for it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField

from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.models import Kind
from eventapp.forms import PublicForm, set_error
from eventapp.languages import gettext as _
from eventapp.numbers import number_in
from eventapp.pictures import Picture
from eventapp.planning.fields import prose_field
from eventapp.registration.fields import LINE, text_field
from eventapp.reporting.rules import MOST_BYTES, Shown, Told, read_picture

_CONFERENCES = (Kind.NETWORK_CONFERENCE, Kind.SPECIALIST_CONFERENCE)
MOST_ALT = 500


class ReportForm(PublicForm):
    """The words of the report."""

    revision = HiddenField()
    title = text_field(_l("Überschrift"), LINE, _l("Geben Sie dem Bericht eine Überschrift."))
    text = prose_field(
        _l("Wie es war"),
        _l("Absätze durch leere Zeilen, Zwischenüberschriften mit ##, Listen mit -."),
    )
    results = prose_field(
        _l("Ergebnisse"), _l("Was herauskam, und wie es weitergeht. Am besten als Liste mit -.")
    )

    def __init__(self, formdata: Any, *, event: EventDefinition, report: Told | None) -> None:
        super().__init__(formdata, data=vars(report) if report else _proposed(event))
        self.text.render_kw = {"rows": 14, "required": True}

    @property
    def seen(self) -> int:
        return number_in(self.revision.data, 0)

    def values(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in ("title", "text", "results")}


def _proposed(event: EventDefinition) -> dict[str, str]:
    is_conference = event.kind in _CONFERENCES
    return {"title": _("Konferenzbericht") if is_conference else _("Bericht"), "revision": "0"}


class PictureForm(PublicForm):
    """A new picture, or other words for one."""

    picture = FileField(
        _l("Bild"),
        description=_l(
            "PNG oder JPEG, höchstens 10 MB. Wir verkleinern es und entfernen, was die Kamera "
            "dazugeschrieben hat."
        ),
        render_kw={"required": True, "accept": "image/png,image/jpeg"},
    )
    alt = text_field(
        _l("Was auf dem Bild zu sehen ist"),
        MOST_ALT,
        _l("Beschreiben Sie das Bild für alle, die es nicht sehen."),
        description=_l("Wird vorgelesen. Zum Beispiel: Zwölf Menschen um einen runden Tisch."),
    )
    caption = text_field(
        _l("Bildunterschrift"), MOST_ALT, description=_l("Auch, wer das Bild gemacht hat.")
    )

    def __init__(
        self,
        formdata: Any,
        *,
        picture: Shown | None = None,
        sent: Mapping[str, FileStorage] | None = None,
    ) -> None:
        super().__init__(formdata, data=vars(picture) if picture else {})
        self.found: Picture | None = None
        self._content = _read(sent or {})
        if picture:
            del self.picture

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field; then the picture is read."""
        super().validate(extra_validators)
        if "picture" in self:
            self._read_picture()
        return not self.errors

    def _read_picture(self) -> None:
        if not self._content:
            set_error(self.picture, _("Wählen Sie ein Bild."))
            return
        try:
            self.found = read_picture(self._content)
        except Refused as refusal:
            set_error(self.picture, sentence(refusal))
            return
        if self.errors:
            text = _("Wählen Sie das Bild noch einmal: Der Browser hat es sich nicht gemerkt.")
            set_error(self.picture, text)

    def words(self) -> dict[str, str]:
        return {"alt": str(self.alt.data), "caption": self.caption.data or ""}


def _read(sent: Mapping[str, FileStorage]) -> bytes:
    """One byte more than is taken, so that too much is noticed."""
    file = sent.get("picture")
    if file is None:
        return b""
    content = file.stream.read(MOST_BYTES + 1)
    file.close()
    return content
