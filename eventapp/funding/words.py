"""What fields and parts of a pack are called, in the present language."""

from flask_babel import lazy_gettext as _l

from eventapp.funding.rules import Part, Template
from eventapp.languages import gettext as _

_FIELDS = {
    "Zuwendungsgeber": _l("Zuwendungsgeber"),
    "Zuwendungszweck": _l("Zuwendungszweck"),
    "Aktenzeichen": _l("Aktenzeichen"),
    "Bewilligungszeitraum": _l("Bewilligungszeitraum"),
}


def field_label(name: str) -> str:
    """As typed, or translated where it is one of the usual ones."""
    return str(_FIELDS.get(name, name))


def template_name(template: Template) -> str:
    return template.name or _("Allgemeine Vorlage")


def part_label(part: Part) -> str:
    return {
        Part.PROGRAMME: _("Programm"),
        Part.INVITATION: _("Einladung"),
        Part.MATERIALS: _("Liste der Materialien"),
        Part.EVALUATION: _("Ergebnisse der Befragung"),
        Part.SHEETS: _("Unterschriftenlisten"),
        Part.ONLINE: _("Teilnahmeliste online, zum Gegenzeichnen"),
    }[part]


def statement_of(template: Template) -> str:
    """What is signed on the cover."""
    usual = _(
        "Wir bestätigen, dass die Veranstaltung wie beschrieben stattgefunden hat und die Angaben "
        "mit unseren Unterlagen übereinstimmen."
    )
    return template.statement or usual
