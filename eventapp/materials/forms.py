"""The form of a material: a file or a link, for whom and from when, and what stands for it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from eventapp.clock import BERLIN
from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.events.rules import ChangedMeanwhile, is_web_address
from eventapp.forms import DayField, PublicForm, many_lines, one_line, options, set_error
from eventapp.languages import gettext as _
from eventapp.materials import files
from eventapp.materials.models import MaterialAccess, MaterialAudience, MaterialKind
from eventapp.materials.rules import MOST_BYTES, Listed
from eventapp.planning.fields import WallTimeField
from eventapp.planning.wall_times import instants_at
from eventapp.registration.fields import LINE, text_field

MOST_TEXT = 20_000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")

KINDS = options(
    (MaterialKind.FILE, _l("Eine Datei")),
    (MaterialKind.LINK, _l("Ein Link")),
    (MaterialKind.RECORDING, _l("Eine Aufzeichnung, als Link")),
)
AUDIENCES = options(
    (MaterialAudience.ALL, _l("Für alle, auf der öffentlichen Seite")),
    (MaterialAudience.REGISTERED, _l("Für alle mit einem Platz, auf ihrer persönlichen Seite")),
    (MaterialAudience.ATTENDED, _l("Nur für alle, die da waren, auf ihrer persönlichen Seite")),
)
ACCESS = options(
    (MaterialAccess.ACCESSIBLE, _l("Es ist barrierefrei, etwa mit Untertiteln oder Überschriften")),
    (MaterialAccess.TEXT, _l("Der Text unten sagt dasselbe")),
    (MaterialAccess.ON_REQUEST, _l("Noch nicht; wir helfen auf Anfrage")),
)


class MaterialForm(PublicForm):
    """A new material of this event, or one that is changed: what it is then stays."""

    seen = HiddenField()  # which state of the material the form was opened with
    kind = RadioField(
        _l("Was ist es?"), [InputRequired(_l("Wählen Sie, was es ist."))], choices=KINDS
    )
    title = text_field(
        _l("Titel"),
        LINE,
        _l("Sagen Sie, was es ist."),
        description=_l("Zum Beispiel: Folien des Vortrags von Dr. Berg."),
    )
    file = FileField(
        _l("Datei"),
        description=_l(
            "Wenn es eine ist. Höchstens 20 MB: PDF, Word, PowerPoint, Excel, OpenDocument, PNG, "
            "JPEG oder Text, ohne Makros."
        ),
        render_kw={"required": True, "accept": files.SUFFIXES},
    )
    url = StringField(
        _l("Adresse"),
        [Optional(), Length(max=1000, message=_TOO_LONG)],
        filters=[one_line],
        description=_l("Wenn es ein Link oder eine Aufzeichnung ist. Beginnt mit https://."),
        render_kw={"required": True, "inputmode": "url"},
    )
    item = SelectField(_l("Gehört zu"), [Optional()], render_kw={"required": True})
    audience = RadioField(
        _l("Für wen?"), [InputRequired(_l("Wählen Sie, für wen es ist."))], choices=AUDIENCES
    )
    publishes_on = DayField(
        _l("Zu sehen ab"), description=_l("Leer: sofort. Zum Beispiel nach der Veranstaltung.")
    )
    publishes_time = WallTimeField(_l("Uhrzeit"), description=_l("Leer: Mitternacht."))
    accessibility_state = RadioField(
        _l("Wer nicht sieht oder nicht hört: Wie kommt die Person an den Inhalt?"),
        [InputRequired(_l("Wählen Sie, wie alle an den Inhalt kommen."))],
        choices=ACCESS,
    )
    alternative = TextAreaField(
        _l("Der Inhalt als Text"),
        [Optional(), Length(max=MOST_TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Steht zum Aufklappen darunter. Bei Bildern: was darauf zu sehen ist."),
        render_kw={"rows": 6},
    )

    def __init__(
        self,
        formdata: Any,
        *,
        event: EventDefinition,
        material: Listed | None = None,
        sent: Mapping[str, FileStorage] | None = None,
    ) -> None:
        super().__init__(formdata, data=_shown(event, material))
        self.event, self.material = event, material
        self.upload: files.Upload | None = None
        self.item.choices = options(
            ("", _("die ganze Veranstaltung")),
            *((each.slug, each.title) for each in event.programme),
        )
        self._name, self._content = _read(sent or {})
        if not event.programme:
            del self.item
        if material:
            self._fix(material)

    def _fix(self, material: Listed) -> None:
        """A link does not become a file, nor the other way round."""
        if material.kind == MaterialKind.FILE:
            del self.url
            self.file.label.text = _("Andere Datei anstelle der jetzigen")
            self.file.render_kw = {"accept": files.SUFFIXES}
        else:
            del self.file
        del self.kind

    @property
    def _what(self) -> str | None:
        return self.material.kind if self.material else self.kind.data

    @property
    def is_file(self) -> bool:
        return self._what == MaterialKind.FILE

    @property
    def is_link(self) -> bool:
        return self._what in (MaterialKind.LINK, MaterialKind.RECORDING)

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then the file or the link, the moment, and the text in its stead."""
        super().validate(extra_validators)
        if self.is_file:
            self._read_file()
        elif self.is_link and not self.url.errors and not is_web_address(self.url.data or ""):
            set_error(self.url, _("Beginnen Sie die Adresse mit https://."))
        self._check_moment()
        if self.accessibility_state.data == MaterialAccess.TEXT and not self.alternative.data:
            set_error(self.alternative, _("Schreiben Sie den Inhalt hier auf."))
        if self.errors:
            self._ask_again()
        return not self.errors

    def _ask_again(self) -> None:
        if self.upload:
            text = _("Wählen Sie die Datei noch einmal: Der Browser hat sie sich nicht gemerkt.")
            set_error(self.file, text)

    def say_changed(self, present: Listed) -> None:
        """Somebody else was faster; sent once more, it replaces what they wrote."""
        self.seen.data = present.mark
        self.form_errors = [sentence(ChangedMeanwhile())]
        self._ask_again()

    def _read_file(self) -> None:
        if not self._name:
            if not self.material:
                set_error(self.file, _("Wählen Sie eine Datei."))
            return
        try:
            self.upload = files.read(self._name, self._content)
        except Refused as refusal:
            set_error(self.file, sentence(refusal))

    def _check_moment(self) -> None:
        if self.publishes_time.data and not self.publishes_on.data:
            if not self.publishes_on.errors:
                set_error(self.publishes_on, _("Nennen Sie auch den Tag."))
        elif self.publishes_on.data and self.publishes_time.data and not self._instants():
            text = _("Diese Uhrzeit gibt es an dem Tag nicht: Die Uhren werden vorgestellt.")
            set_error(self.publishes_time, text)

    def _instants(self) -> tuple[datetime, ...]:
        """An hour that the clocks show twice means the first."""
        at = self.publishes_time.data or datetime.min.time()
        return instants_at(self.publishes_on.data, at)

    def values(self) -> dict[str, Any]:
        """As the columns take it."""
        found: dict[str, Any] = {
            "title": self.title.data,
            "item_id": self._item_id(),
            "audience": self.audience.data,
            "publishes_at": next(iter(self._instants()), None),
            "accessibility_state": self.accessibility_state.data,
            "alternative": self.alternative.data or "",
        }
        if not self.material:
            found["kind"] = self.kind.data
        return found if self.is_file else {**found, "url": self.url.data}

    def _item_id(self) -> int | None:
        slug = self.item.data if "item" in self else ""
        return next((each.id for each in self.event.programme if each.slug == slug), None)


def _read(sent: Mapping[str, FileStorage]) -> tuple[str, bytes]:
    """Name and bytes; one more than is taken, so that too much is noticed."""
    file = sent.get("file")
    if file is None:
        return "", b""
    content = file.stream.read(MOST_BYTES + 1)
    file.close()
    return (one_line(file.filename) or "")[-LINE:], content


def _shown(event: EventDefinition, material: Listed | None) -> dict[str, Any]:
    """What the fields say before anybody typed."""
    if material is None:
        return {}
    moment = material.publishes_at and material.publishes_at.astimezone(BERLIN)
    item = next((each.slug for each in event.programme if each.id == material.item_id), "")
    return {
        **vars(material),
        "seen": material.mark,
        "item": item,
        "publishes_on": moment and moment.date(),
        "publishes_time": moment and moment.time(),
    }
