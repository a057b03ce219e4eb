"""The forms of a pack: the template with what is to be filled in, a scan, and a template itself."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from eventapp.errorpages import sentence
from eventapp.errors import Refused
from eventapp.events.definition import EventDefinition
from eventapp.formatting import when
from eventapp.forms import PublicForm, many_lines, one_line, options, set_error
from eventapp.funding import scans
from eventapp.funding.rules import (
    MOST_FIELDS,
    MOST_LETTERS,
    MOST_VALUE,
    NEUTRAL,
    Choice,
    Part,
    Template,
)
from eventapp.funding.words import field_label, part_label, template_name
from eventapp.languages import gettext as _
from eventapp.materials.files import Upload
from eventapp.materials.rules import MOST_BYTES
from eventapp.paper.columns import DEFAULT, offered
from eventapp.registration.fields import LINE, text_field

MOST_TEXT = 4_000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
_PREFIX = "field_"


class FundingForm(PublicForm):
    """Which template; `funding_form` adds the fields of the one that was chosen before."""

    template = SelectField(_l("Vorlage"), [Optional()], render_kw={"required": True})

    @property
    def template_id(self) -> int | None:
        return int(self.template.data) if self.template.data else None

    @property
    def shown(self) -> list[Field]:
        """The fields in their order."""
        return [self.template, *(each for each in self if each.name.startswith(_PREFIX))]

    @property
    def filled(self) -> dict[str, str]:
        """By name of the field, as the template spells it."""
        return {
            str(field.render_kw["data-name"]): field.data or ""
            for field in self
            if field.name.startswith(_PREFIX)
        }


def funding_form(
    formdata: Any, offered: list[Template], choice: Choice, *, asks: bool
) -> FundingForm:
    """With the choice as it stands; `asks` for the fields where somebody may fill them in."""
    filled = choice.filled if asks else []
    fields = {_field_name(name): _line(name) for name, _value in filled}
    kind = type("EventFundingForm", (FundingForm,), fields)
    data = {_field_name(name): value for name, value in filled}
    form: FundingForm = kind(formdata, data={"template": str(choice.template.id or ""), **data})
    form.template.choices = options(
        *((str(each.id or ""), template_name(each)) for each in offered)
    )
    return form


def _field_name(name: str) -> str:
    return _PREFIX + sha256(name.encode()).hexdigest()[:12]


def _line(name: str) -> StringField:
    return StringField(
        field_label(name),
        [Optional(), Length(max=MOST_VALUE, message=_TOO_LONG)],
        filters=[one_line],
        render_kw={"data-name": name},
    )


class SheetForm(PublicForm):
    """A scan of a sheet that was signed."""

    file = FileField(
        _l("Gescannte Unterschriftenliste"),
        description=_l("PDF, PNG oder JPEG, höchstens 20 MB. Mehrere Seiten als ein PDF."),
        render_kw={"required": True, "accept": scans.SUFFIXES},
    )
    date = SelectField(_l("Für welchen Termin?"), [Optional()], render_kw={"required": True})

    def __init__(
        self,
        formdata: Any,
        *,
        event: EventDefinition,
        sent: Mapping[str, FileStorage] | None = None,
    ) -> None:
        super().__init__(formdata)
        self.upload: Upload | None = None
        self._sent = (sent or {}).get("file")
        dates = event.dates_on
        self.date.choices = options(
            ("", _("für alle Termine")), *((str(each.id), when(each)) for each in dates)
        )
        if len(dates) == 1:
            del self.date

    @property
    def date_id(self) -> int | None:
        chosen = self.date.data if "date" in self else ""
        return int(chosen) if chosen else None

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        name, data = _read(self._sent)
        if not name:
            set_error(self.file, _("Wählen Sie eine Datei."))
            return False
        try:
            self.upload = scans.read(name, data)
        except Refused as refusal:
            set_error(self.file, sentence(refusal))
        return not self.errors


def _read(file: FileStorage | None) -> tuple[str, bytes]:
    """Name and bytes; one more than is taken, so that too much is noticed."""
    if file is None:
        return "", b""
    content = file.stream.read(MOST_BYTES + 1)
    file.close()
    return (one_line(file.filename) or "")[-LINE:], content


class TemplateForm(PublicForm):
    """What one funder wants."""

    name = text_field(
        _l("Name der Vorlage"),
        MOST_LETTERS,
        _l("Geben Sie der Vorlage einen Namen."),
        description=_l("Zum Beispiel der Fördergeber"),
    )
    text = TextAreaField(
        _l("Text auf dem Deckblatt"),
        [Optional(), Length(max=MOST_TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l(
            "Steht über den Angaben, zum Beispiel die Anschrift. Absätze durch leere Zeilen."
        ),
        render_kw={"rows": 4},
    )
    fields = TextAreaField(
        _l("Was wird ausgefüllt?"),
        [Optional(), Length(max=MOST_FIELDS * (MOST_LETTERS + 1), message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Jede Zeile ist ein Feld, zum Beispiel: Aktenzeichen. Höchstens zwölf."),
        render_kw={"rows": 6},
    )
    parts = SelectMultipleField(
        _l("Was gehört dazu?"),
        [Optional()],
        choices=lambda: options(*((each.value, part_label(each)) for each in Part)),
        description=_l("Deckblatt und Zahlen gehören immer dazu."),
        render_kw={"required": True},
    )
    columns = SelectMultipleField(
        _l("Spalten der Unterschriftenliste"),
        [Optional()],
        choices=lambda: options(*((each.key, each.heading) for each in offered())),
        description=_l("Üblich sind Name, Vorname und Unterschrift."),
        render_kw={"required": True},
    )
    statement = TextAreaField(
        _l("Erklärung, die unterschrieben wird"),
        [Optional(), Length(max=MOST_TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Leer: die allgemeine Erklärung."),
        render_kw={"rows": 3},
    )

    def __init__(self, formdata: Any, template: Template = NEUTRAL) -> None:
        names = "\n".join(field_label(name) for name in template.fields)
        columns = template.columns or DEFAULT
        super().__init__(formdata, data={**vars(template), "fields": names, "columns": columns})

    @property
    def names(self) -> list[str]:
        """Of the fields, each once."""
        lines = (self.fields.data or "").split("\n")
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.fields.errors and len(self.names) > MOST_FIELDS:
            set_error(self.fields, _("Nennen Sie höchstens %(n)s Felder.", n=MOST_FIELDS))
        elif any(len(each) > MOST_LETTERS for each in self.names):
            text = _("Kürzen Sie jeden Namen auf höchstens %(n)s Zeichen.", n=MOST_LETTERS)
            set_error(self.fields, text)
        return not self.errors

    def values(self) -> dict[str, Any]:
        """As the columns take it."""
        return {
            "name": self.name.data or "",
            "text": self.text.data or "",
            "fields": self.names,
            "parts": [each.value for each in Part if each.value in (self.parts.data or ())],
            "columns": self.columns.data or None,
            "statement": self.statement.data or "",
        }
