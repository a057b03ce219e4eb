"""How a letter to an organisation begins: the lines of its address, and the greeting. Pure."""

from typing import Protocol

NOBODY = "Sehr geehrte Damen und Herren,"
HOME = ("", "deutschland", "germany", "d", "de")  # stands on no letter within the country


class Addressed(Protocol):
    """An organisation, as far as letters care."""

    @property
    def name(self) -> str: ...
    @property
    def street(self) -> str | None: ...
    @property
    def address_addition(self) -> str | None: ...
    @property
    def postal_code(self) -> str | None: ...
    @property
    def city(self) -> str | None: ...
    @property
    def country(self) -> str | None: ...


class Greeted(Protocol):
    """A contact, as far as letters care."""

    @property
    def name(self) -> str | None: ...
    @property
    def salutation(self) -> str | None: ...


def letter_salutation(contact: Greeted | None) -> str:
    """The greeting of a letter, in German as letters are."""
    if contact and contact.salutation:
        return contact.salutation
    return f"Guten Tag {contact.name}," if contact and contact.name else NOBODY


def address_lines(organisation: Addressed, contact: Greeted | None) -> list[str]:
    """As on an envelope (DIN 5008): organisation, person, addition, street, place, country."""
    place = " ".join(part for part in (organisation.postal_code, organisation.city) if part)
    country = organisation.country or ""
    lines = (
        organisation.name,
        contact.name if contact else None,
        organisation.address_addition,
        organisation.street,
        place,
        "" if is_home(country) else country.upper(),
    )
    return [line for line in lines if line]


def is_home(country: str | None) -> bool:
    return (country or "").casefold().strip() in HOME
