"""What acts and fields are called on the page of the log."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

THINGS: Mapping[str, Any] = {
    "event": _l("Veranstaltung"),
    "registration": _l("Anmeldung"),
    "registrations": _l("Liste der Teilnehmenden"),
    "needs": _l("Bedarf"),
    "network": _l("Netzwerk"),
    "role": _l("Zugang"),
    "account": _l("Konto"),
    "device": _l("Einlassgerät"),
    "organisation": _l("Organisation"),
    "organisations": _l("Liste der Organisationen"),
}

ACTS: Mapping[str, Any] = {
    "event.created": _l("Entwurf angelegt"),
    "event.copied": _l("Kopie angelegt"),
    "event.edited": _l("Veranstaltung geändert"),
    "event.published": _l("Veranstaltung veröffentlicht"),
    "event.closed": _l("Anmeldung geschlossen"),
    "event.reopened": _l("Anmeldung wieder geöffnet"),
    "event.cancelled": _l("Veranstaltung abgesagt"),
    "event.item_saved": _l("Programmpunkt gespeichert"),
    "event.item_deleted": _l("Programmpunkt entfernt"),
    "registration.added": _l("Person eingetragen"),
    "registration.confirmed": _l("Platz gegeben"),
    "registration.corrected": _l("Angaben berichtigt"),
    "registration.cancelled": _l("Anmeldung abgesagt"),
    "registrations.exported": _l("Liste als Datei geholt"),
    "needs.read": _l("Angaben zum Bedarf gelesen"),
    "network.land_set": _l("Land für die Feiertage festgelegt"),
    "role.granted": _l("Zugang gegeben"),
    "role.ended": _l("Zugang beendet"),
    "account.session_ended": _l("An einem anderen Gerät abgemeldet"),
    "account.sessions_ended": _l("An anderen Geräten abgemeldet"),
    "organisation.added": _l("Organisation eingetragen"),
    "organisation.edited": _l("Organisation geändert"),
    "organisation.removed": _l("Organisation aus dem Register genommen"),
    "organisations.exported": _l("Liste als Datei geholt"),
    "device.paired": _l("Gerät für den Einlass gekoppelt"),
}

FIELDS: Mapping[str, Any] = {
    "title": _l("Titel"),
    "kind": _l("Art"),
    "status": _l("Zustand"),
    "summary": _l("Kurzbeschreibung"),
    "description": _l("Beschreibung"),
    "starts_at": _l("Beginn"),
    "ends_at": _l("Ende"),
    "starts_on": _l("Erster Tag"),
    "ends_on": _l("Letzter Tag"),
    "dates": _l("Termine"),
    "venue": _l("Ort"),
    "contact": _l("Kontakt"),
    "programme": _l("Programm"),
    "questions": _l("Fragen"),
    "join_url": _l("Zugangslink"),
    "dial_in": _l("Einwahl"),
    "capacity_in_person": _l("Plätze vor Ort"),
    "capacity_online": _l("Plätze online"),
    "waiting_list": _l("Warteliste"),
    "registration_opens_at": _l("Anmeldung ab"),
    "registration_closes_at": _l("Anmeldung bis"),
    "earlier_closes_at": _l("Zurückgestellte Frist"),
    "network": _l("Netzwerk"),
    "land": _l("Land"),
    "hosts": _l("Mitveranstalter"),
    "topics": _l("Themen"),
    "series": _l("Reihe"),
    "attendance": _l("Teilnahme"),
    "first_name": _l("Vorname"),
    "last_name": _l("Nachname"),
    "organisation": _l("Organisation"),
    "email": _l("E-Mail"),
    "name": _l("Name"),
    "role": _l("Rolle"),
    "rows": _l("Zeilen"),
    "type": _l("Art"),
    "district": _l("Kreis oder Bezirk"),
    "contact_email": _l("E-Mail"),
    "website": _l("Internetseite"),
    "street": _l("Straße"),
    "address_addition": _l("Adresszusatz"),
    "postal_code": _l("Postleitzahl"),
    "city": _l("Ort"),
    "country": _l("Land"),
    "delegate_quota": _l("Plätze für Delegierte"),
    "notes": _l("Notizen"),
    "networks": _l("Netzwerke"),
    "contacts": _l("Ansprechpersonen"),
    "format": _l("Dateiart"),
}


def field_words(name: str) -> str:
    """What a changed field is called: `venue.city` begins with the words for `venue`."""
    first, dot, rest = name.partition(".")
    return f"{FIELDS.get(first, first)}{': ' if dot else ''}{rest}"
