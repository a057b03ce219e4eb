"""What file is wanted: its format, its columns, its order."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from eventapp.exports.rules import Format
from eventapp.forms import PublicForm, options, set_error
from eventapp.languages import gettext as _
from eventapp.participants.export import Column, Group
from eventapp.participants.filters import sort_options

PREFIX = "columns_"  # and the group

FORMATS = options(
    (Format.XLSX, _l("XLSX, für Excel und LibreOffice")),
    (Format.CSV, _l("CSV, für andere Programme")),
    (Format.PDF, _l("PDF, zum Drucken")),
)


class ExportForm(PublicForm):
    """Of one event: `export_form` adds the columns that it offers."""

    format = RadioField(
        _l("Format"),
        [InputRequired(_l("Wählen Sie, was für eine Datei Sie brauchen."))],
        choices=FORMATS,
        default=Format.XLSX.value,
    )
    sort = SelectField(
        _l("Reihenfolge"),
        [Optional()],
        choices=lambda: options(*sort_options()),
        render_kw={"required": True},
    )

    @property
    def groups(self) -> list[Field]:
        """The ticks of each group of columns."""
        return [field for field in self if field.name.startswith(PREFIX)]

    @property
    def keys(self) -> list[str]:
        """The columns chosen."""
        return [key for field in self.groups for key in field.data or []]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_valid = bool(super().validate(*args, **kwargs))
        if is_valid and not self.keys:
            set_error(self.groups[0], _("Wählen Sie mindestens eine Spalte."))
            return False
        return is_valid


def export_form(columns: Sequence[Column], *args: Any, **kwargs: Any) -> ExportForm:
    """The form with these columns, the usual ones ticked."""
    fields = {f"{PREFIX}{group}": _ticks(group, columns) for group in Group}
    present = {name: field for name, field in fields.items() if field is not None}
    kind = type("EventExportForm", (ExportForm,), present)
    form: ExportForm = kind(*args, **kwargs)
    return form


def _ticks(group: Group, columns: Sequence[Column]) -> SelectMultipleField | None:
    offered = [column for column in columns if column.group is group]
    if not offered:
        return None
    return SelectMultipleField(
        _labels()[group],
        [Optional()],
        choices=options(*((column.key, column.heading) for column in offered)),
        default=[column.key for column in offered if column.is_default],
        description=_hint(group),
        render_kw={"required": True},  # nothing is missing where no column of a group is ticked
    )


def _labels() -> dict[Group, str]:
    return {
        Group.PERSON: _("Person"),
        Group.ORGANISATION: _("Organisation"),
        Group.ATTENDANCE: _("Teilnahme"),
        Group.WORKSHOPS: _("Workshops"),
        Group.ANSWERS: _("Antworten"),
        Group.CONSENTS: _("Einwilligungen"),
        Group.NEEDS: _("Bedarf"),
    }


def _hint(group: Group) -> str:
    if group is not Group.NEEDS:
        return ""
    return _(
        "Das sind Angaben zur Gesundheit. Nehmen Sie nur auf, was der Zweck der Datei verlangt."
    )
