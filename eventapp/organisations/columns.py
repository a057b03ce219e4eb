"""What the columns of a file mean: guessed from their headings, in German and English. Pure."""

import re
from collections.abc import Mapping, Sequence

from eventapp.names import sort_key
from eventapp.table_files import MOST_ABOVE, Lines

IGNORED = ""
MEANINGS: dict[str, tuple[str, ...]] = {  # headings as `_plain` has them
    "name": (
        *("organisation", "name der organisation", "name", "verein", "einrichtung", "institution"),
        *("organization", "organisationsname", "mitglied", "mitgliedsorganisation", "trager"),
        *("firma", "vereinsname", "bezeichnung", "member", "association"),
    ),
    "type": ("art", "typ", "type", "art der organisation", "organisationstyp", "kategorie", "kind"),
    "district": (
        *("kreis oder bezirk", "landkreis", "kreis", "bezirk", "stadtbezirk", "district", "region"),
        *("lk", "kreisfreie stadt", "landkreis kreisfreie stadt", "county"),
    ),
    "street": (
        *("strasse", "strasse und hausnummer", "strasse hausnummer", "strasse nr", "anschrift"),
        *("street", "adresse", "address", "strasse hausnr", "postfach", "street and number"),
    ),
    "house_number": ("hausnummer", "hausnr", "nr", "hnr", "house number"),
    "address_addition": ("adresszusatz", "zusatz", "address addition", "c o", "adresse 2"),
    "postal_code": ("plz", "postleitzahl", "postal code", "zip", "zip code", "postcode"),
    "city": ("ort", "stadt", "city", "town", "wohnort", "gemeinde", "place", "sitz"),
    "place": ("plz ort", "plz und ort", "postleitzahl ort", "postleitzahl und ort"),
    "country": ("land", "staat", "country"),
    "contact_email": (
        *("e mail der organisation", "e mail of the organisation", "email organisation"),
        *("e mail", "email", "mail", "e mail adresse", "emailadresse", "e mail address"),
    ),
    "website": ("internetseite", "website", "webseite", "homepage", "internet", "url", "web"),
    "delegate_quota": ("platze fur delegierte", "delegierte", "places for delegates", "kontingent"),
    "notes": ("notizen", "notiz", "bemerkung", "bemerkungen", "notes", "anmerkung", "kommentar"),
    "contact_name": (
        *("ansprechperson", "ansprechpartner", "ansprechpartnerin", "kontaktperson", "kontakt"),
        *("contact person", "contact", "name der ansprechperson", "vorsitz", "vertretung"),
    ),
    "contact_salutation": ("anrede", "salutation", "anrede ansprechperson"),
    "contact_title": ("titel", "title", "akad titel", "akademischer titel"),
    "contact_first_name": ("vorname", "first name", "vorname ansprechperson"),
    "contact_last_name": ("nachname", "last name", "familienname", "zuname", "surname"),
    "contact_function": ("funktion", "position", "rolle", "function", "role", "amt"),
    "contact_own_email": (
        *("e mail der ansprechperson", "e mail ansprechperson", "e mail of the contact person"),
        *("email ansprechperson", "e mail kontakt", "email kontakt", "e mail ansprechpartner"),
    ),
    "contact_phone": ("telefon", "tel", "phone", "telefonnummer", "mobil", "handy", "telephone"),
    "letter_salutation": ("briefanrede", "anrede in briefen", "letter salutation", "brief anrede"),
}
_Known = Mapping[str, tuple[str, ...]]


def heading_line(lines: Lines, meanings: _Known = MEANINGS) -> int:
    """Which of the first lines names most columns: titles may stand above it."""
    known = [
        sum(bool(guess) for guess in guess_columns(line, meanings)) for line in lines[:MOST_ABOVE]
    ]
    return known.index(max(known)) if any(known) else 0


def guess_columns(headings: Sequence[str], meanings: _Known = MEANINGS) -> list[str]:
    """The meaning of each column, `IGNORED` where none is known; none twice."""
    known = {heading: meaning for meaning, all_ in meanings.items() for heading in all_}
    found: list[str] = []
    for heading in headings:
        meaning = known.get(_plain(heading), IGNORED)
        found.append(meaning if meaning not in found else IGNORED)
    return found


def _plain(heading: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", sort_key(heading)))
