"""The register as a file: one line for each organisation, for mail merge and for the import."""

from collections.abc import Iterable, Sequence
from typing import Any

from eventapp.languages import gettext as _
from eventapp.networks.letters import address_lines, letter_salutation
from eventapp.organisations.rules import ContactRow, Reach, Registered
from eventapp.spreadsheets import write_csv, write_xlsx

ENVELOPE = 6  # lines at most: see `address_lines`


def csv(organisations: Iterable[Registered], reach: Reach) -> str:
    return write_csv(headings(), (_cells(each, reach) for each in organisations))


def xlsx(organisations: Iterable[Registered], reach: Reach) -> bytes:
    rows = (_cells(each, reach) for each in organisations)
    return write_xlsx(_("Organisationen"), headings(), rows)


def headings() -> list[str]:
    """The import knows what these mean, in both languages."""
    return [
        _("Organisation"),
        _("Art"),
        _("Kreis oder Bezirk"),
        _("Straße"),
        _("Adresszusatz"),
        _("PLZ"),
        _("Ort"),
        _("Land"),
        _("E-Mail der Organisation"),
        _("Internetseite"),
        _("Plätze für Delegierte"),
        _("Notizen"),
        _("Ansprechperson"),
        _("Funktion"),
        _("E-Mail der Ansprechperson"),
        _("Telefon"),
        _("Briefanrede"),
        _("Netzwerke"),
        *(_("Adresszeile %(n)s", n=number) for number in range(1, ENVELOPE + 1)),
    ]


def _cells(organisation: Registered, reach: Reach) -> Sequence[Any]:
    o, contact = organisation, organisation.first_contact or ContactRow()
    lines = address_lines(o, organisation.first_contact)
    return [
        o.name,
        o.type,
        o.district,
        o.street,
        o.address_addition,
        o.postal_code,
        o.city,
        o.country,
        o.contact_email,
        o.website,
        o.delegate_quota,
        o.notes,
        contact.name,
        contact.function,
        contact.email,
        contact.phone,
        letter_salutation(organisation.first_contact),
        reach.names(o.network_ids),
        *(lines[number] if number < len(lines) else "" for number in range(ENVELOPE)),
    ]
