"""One line of a file as an entry of the register, and what is wrong with it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from eventapp.events.rules import is_web_address
from eventapp.names import sort_key
from eventapp.networks.letters import is_home
from eventapp.organisations.rules import ContactRow, Registered, is_empty

MOST = {"name": 200, "type": 100, "district": 100, "street": 200, "city": 100, "notes": 2000}
_TITLE = ("dr.", "prof.", "dipl.-ing.", "dr", "prof", "ph.d.")
_GREETINGS = {
    "frau": "Sehr geehrte Frau",
    "herr": "Sehr geehrter Herr",
    "herrn": "Sehr geehrter Herr",
}


class Flaw(StrEnum):
    """What is wrong with a value: the line is taken without it, or as it stands."""

    NO_NAME = "no_name"
    BROKEN_EMAIL = "broken_email"
    BROKEN_POSTAL_CODE = "broken_postal_code"
    HALF_ADDRESS = "half_address"
    BROKEN_WEBSITE = "broken_website"
    BROKEN_QUOTA = "broken_quota"
    UNKNOWN_DISTRICT = "unknown_district"


@dataclass(frozen=True)
class Entry:
    """A line: what it says of an organisation and of one contact. None: it says nothing."""

    line: int  # in the file, from 1, as office programs count where nothing is left empty
    name: str
    values: Mapping[str, str | int | None]
    contact: ContactRow | None
    flaws: tuple[tuple[Flaw, str], ...]  # with the value that it is about

    @property
    def street(self) -> str | None:
        return self._text("street")

    @property
    def postal_code(self) -> str | None:
        return self._text("postal_code")

    @property
    def city(self) -> str | None:
        return self._text("city")

    @property
    def country(self) -> str | None:
        return self._text("country")

    @property
    def website(self) -> str | None:
        return self._text("website")

    @property
    def emails(self) -> list[str]:
        own = self.contact.email if self.contact else None
        return [each for each in (self._text("contact_email"), own) if each]

    def _text(self, name: str) -> str | None:
        value = self.values.get(name)
        return str(value) if value else None


@dataclass(frozen=True)
class Stored:
    """An entry of the register, as likeness sees it."""

    of: Registered

    @property
    def name(self) -> str:
        return self.of.name

    @property
    def street(self) -> str | None:
        return self.of.street

    @property
    def postal_code(self) -> str | None:
        return self.of.postal_code

    @property
    def city(self) -> str | None:
        return self.of.city

    @property
    def country(self) -> str | None:
        return self.of.country

    @property
    def website(self) -> str | None:
        return self.of.website

    @property
    def emails(self) -> list[str]:
        all_ = (self.of.contact_email, *(each.email for each in self.of.contacts))
        return [each for each in all_ if each]


def read_entry(line: int, cells: Sequence[str], columns: Sequence[str]) -> Entry:
    """What the line says, by the meaning of its columns."""
    said: dict[str, str] = {}
    for meaning, text in zip(columns, cells, strict=True):
        if meaning and text:
            said[meaning] = text if meaning == "notes" else " ".join(text.split())
    flaws: list[tuple[Flaw, str]] = []
    values = _organisation(said, flaws)
    contact = _contact(said, flaws)
    name = str(values.pop("name") or "")
    if not name:
        flaws.append((Flaw.NO_NAME, ""))
    return Entry(line, name, values, contact, tuple(flaws))


def with_districts(entry: Entry, known: Mapping[str, str]) -> Entry:
    """As the register spells its districts (by `sort_key`); other than those are doubtful."""
    district = entry.values.get("district")
    if not district or not known:
        return entry
    spelled = known.get(sort_key(str(district)))
    if spelled is None:
        flaw = (Flaw.UNKNOWN_DISTRICT, str(district))
        return replace(entry, flaws=(*entry.flaws, flaw))
    return replace(entry, values={**entry.values, "district": spelled})


def _organisation(
    said: dict[str, str], flaws: list[tuple[Flaw, str]]
) -> dict[str, str | int | None]:
    plain = ("name", "type", "district", "street", "address_addition", "city", "country", "notes")
    values: dict[str, str | int | None] = {
        name: said.get(name, "")[: MOST.get(name, 200)] or None for name in plain
    }
    if number := said.get("house_number"):
        values["street"] = f"{values['street'] or ''} {number}".strip()
    if place := said.get("place"):
        code, city = _parted(place)
        said.setdefault("postal_code", code)
        values["city"] = values["city"] or city
    values["country"] = None if is_home(said.get("country")) else values["country"]
    values["postal_code"] = _postal_code(said.get("postal_code", ""), values["country"], flaws)
    values["contact_email"] = _email(said.get("contact_email"), flaws)
    values["website"] = _website(said.get("website"), flaws)
    values["delegate_quota"] = _quota(said.get("delegate_quota"), flaws)
    if values["street"] and not values["city"]:
        flaws.append((Flaw.HALF_ADDRESS, str(values["street"])))
    return values


def _parted(place: str) -> tuple[str, str]:
    """`01067 Dresden`, also `D-01067 Dresden`."""
    match = re.fullmatch(r"(?:[A-Z]{1,2}\s?-\s?)?(\d{4,5})\s+(.+)", place)
    return (match[1], match[2]) if match else ("", place)


def _postal_code(text: str, country: object, flaws: list[tuple[Flaw, str]]) -> str | None:
    """Office programs drop the zero of 01067; within Germany it comes back."""
    code = re.sub(r"^D\s?-\s?", "", text)[:20]
    if country or not code:
        return code or None
    if re.fullmatch(r"\d{4}", code):
        return f"0{code}"
    if not re.fullmatch(r"\d{5}", code):
        flaws.append((Flaw.BROKEN_POSTAL_CODE, code))
    return code


def _email(text: str | None, flaws: list[tuple[Flaw, str]]) -> str | None:
    if not text:
        return None
    try:
        address = text.removeprefix("mailto:")
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        flaws.append((Flaw.BROKEN_EMAIL, text))
        return None
    return checked.normalized


def _website(text: str | None, flaws: list[tuple[Flaw, str]]) -> str | None:
    if not text:
        return None
    address = text if "://" in text else f"https://{text}"
    if not is_web_address(address) or len(address) > 500:
        flaws.append((Flaw.BROKEN_WEBSITE, text))
        return None
    return address


def _quota(text: str | None, flaws: list[tuple[Flaw, str]]) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text):
        flaws.append((Flaw.BROKEN_QUOTA, text))
        return None
    return int(text)


def _contact(said: Mapping[str, str], flaws: list[tuple[Flaw, str]]) -> ContactRow | None:
    parts = ("contact_title", "contact_first_name", "contact_last_name")
    name = " ".join(said[part] for part in parts if part in said)
    contact = ContactRow(
        name=(said.get("contact_name") or name)[:100] or None,
        function=said.get("contact_function", "")[:200] or None,
        email=_email(said.get("contact_own_email"), flaws),
        phone=said.get("contact_phone", "")[:50] or None,
        salutation=_greeting(said),
    )
    return None if is_empty(contact) else contact


def _greeting(said: Mapping[str, str]) -> str | None:
    """As it stands in the file, else made of Anrede, Titel and Nachname."""
    if ready := said.get("letter_salutation"):
        return ready[:200]
    start = _GREETINGS.get(sort_key(said.get("contact_salutation", "")))
    last = said.get("contact_last_name") or _last_name(said.get("contact_name", ""))
    if not start or not last:
        return None
    title = said.get("contact_title") or _title_of(said.get("contact_name", ""))
    return f"{' '.join(part for part in (start, title, last) if part)},"[:200]


def _title_of(name: str) -> str:
    words = name.split()
    titles = [word for word in words if word.casefold() in _TITLE]
    return " ".join(titles) if words[: len(titles)] == titles else ""


def _last_name(name: str) -> str:
    """Only of a name as plain as `Dr. Petra Berg`; of others none is guessed."""
    words = [word for word in name.split() if word.casefold() not in _TITLE]
    return words[1] if len(words) == 2 and "," not in name else ""
