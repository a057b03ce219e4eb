"""The form that takes the file, and what its columns may mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired

from eventapp.forms import PublicForm, one_line, set_error
from eventapp.languages import gettext as _
from eventapp.networks.queries import NetworkNode
from eventapp.table_files import MOST_BYTES


class UploadForm(PublicForm):
    """A file, and the network whose members it lists."""

    network = SelectField(
        _l("Mitglieder welches Netzwerks?"), [InputRequired(_l("Wählen Sie das Netzwerk."))]
    )
    file = FileField(
        _l("Datei"),
        description=_l("Excel (.xlsx) oder CSV, höchstens 2 MB und 5000 Zeilen."),
        render_kw={"required": True},
    )

    def __init__(
        self,
        formdata: Any,
        *,
        networks: Sequence[tuple[NetworkNode, int]],
        files: Mapping[str, FileStorage] | None = None,
    ) -> None:
        super().__init__(formdata)
        sent = (files or {}).get("file")
        # One byte more than is taken, so that too much is noticed.
        self.content = sent.stream.read(MOST_BYTES + 1) if sent else b""
        if sent:
            sent.close()
        self.file_name = (one_line(sent.filename) or "")[:200] if sent else ""
        nodes = [node for node, _depth in networks]
        please = [SelectChoice("", _("bitte wählen"))] if len(nodes) > 1 else []
        self.network.choices = [
            *please,
            *(SelectChoice(str(node.id), f"{'– ' * depth}{node.name}") for node, depth in networks),
        ]
        self._only = nodes[0].id if len(nodes) == 1 else None
        if self._only is not None:
            del self.network

    @property
    def network_id(self) -> int:
        return self._only if self._only is not None else int(self.network.data)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.content:
            set_error(self.file, _("Wählen Sie die Datei mit Ihrer Liste."))
        return not any(field.errors for field in self)


def meaning_words() -> list[tuple[str, str]]:
    """What a column may mean, in the order in which it is offered."""
    return [
        ("", _("nicht übernehmen")),
        ("name", _("Name der Organisation")),
        ("type", _("Art")),
        ("district", _("Kreis oder Bezirk")),
        ("street", _("Straße")),
        ("house_number", _("Hausnummer")),
        ("address_addition", _("Adresszusatz")),
        ("postal_code", _("Postleitzahl")),
        ("city", _("Ort")),
        ("place", _("Postleitzahl und Ort")),
        ("country", _("Land")),
        ("contact_email", _("E-Mail der Organisation")),
        ("website", _("Internetseite")),
        ("delegate_quota", _("Plätze für Delegierte")),
        ("notes", _("Notizen")),
        ("contact_name", _("Ansprechperson: ganzer Name")),
        ("contact_salutation", _("Ansprechperson: Frau oder Herr")),
        ("contact_title", _("Ansprechperson: Titel")),
        ("contact_first_name", _("Ansprechperson: Vorname")),
        ("contact_last_name", _("Ansprechperson: Nachname")),
        ("contact_function", _("Ansprechperson: Funktion")),
        ("contact_own_email", _("Ansprechperson: E-Mail")),
        ("contact_phone", _("Ansprechperson: Telefon")),
        ("letter_salutation", _("Anrede in Briefen")),
    ]
