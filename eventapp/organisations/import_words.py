"""What the preview of an import says of doubts, choices and changes."""

from typing import Any

from eventapp.audit.words import field_words as logged_words
from eventapp.languages import gettext as _
from eventapp.organisations.entries import Flaw
from eventapp.organisations.plan import NEW, SKIP, Candidate, Doubt, Planned
from eventapp.organisations.rules import ContactRow


def doubt_words(doubt: Doubt | Flaw, value: str) -> str:
    """One sentence: what is doubtful, and what becomes of it."""
    words = {
        Doubt.ELSEWHERE: _(
            "Eine Organisation mit diesem Namen gibt es schon, aber an anderem Ort."
        ),
        Doubt.SEVERAL: _("Mehrere Einträge heißen so. Welcher ist gemeint?"),
        Doubt.ALIKE: _("Einen sehr ähnlichen Namen gibt es schon."),
        Doubt.TWICE: _("Diese Organisation steht in der Datei mehrmals."),
        Flaw.NO_NAME: _("In dieser Zeile fehlt der Name."),
        Flaw.BROKEN_EMAIL: _("Die E-Mail-Adresse „%(value)s“ stimmt nicht und bleibt weg."),
        Flaw.BROKEN_POSTAL_CODE: _("Die Postleitzahl „%(value)s“ hat keine fünf Ziffern."),
        Flaw.HALF_ADDRESS: _("Zur Straße „%(value)s“ fehlt der Ort."),
        Flaw.BROKEN_WEBSITE: _("Die Internetseite „%(value)s“ stimmt nicht und bleibt weg."),
        Flaw.BROKEN_QUOTA: _("„%(value)s“ ist keine Zahl von Plätzen und bleibt weg."),
        Flaw.UNKNOWN_DISTRICT: _("„%(value)s“ gibt es als Kreis oder Bezirk noch nicht."),
    }[doubt]
    return words % {"value": value} if value else words


def choice_words(planned: Planned) -> list[tuple[str, str]]:
    """(value, text) of what may be decided."""
    by_choice = {each.choice: each for each in planned.candidates}
    is_sure = NEW not in planned.choices
    return [(each, _choice(each, by_choice.get(each), is_sure)) for each in planned.choices]


def _choice(choice: str, candidate: Candidate | None, is_sure: bool) -> str:
    if choice == SKIP:
        return _("auslassen")
    if candidate is None:
        return _("neu eintragen")
    if is_sure:
        return _("so übernehmen")
    entry = candidate.entry
    place = " ".join(part for part in (entry.postal_code, entry.city) if part)
    name = f"{entry.name}, {place}" if place else entry.name
    if candidate.stored is None:
        line = choice.partition(":")[2]
        return _("gehört zu Zeile %(line)s: %(name)s", line=line, name=name)
    return _("ist schon im Register: %(name)s", name=name)


def field_words(name: str) -> str:
    """What a changed field is called."""
    if name == "contact":
        return _("Ansprechperson")
    return _("Mitgliedschaft") if name == "network" else logged_words(name)


def value_words(value: Any) -> str:
    if isinstance(value, ContactRow):
        parts = (value.name, value.function, value.email, value.phone, value.salutation)
        return ", ".join(part for part in parts if part)
    return "" if value is None else str(value)
