"""Keys for comparing, sorting and finding names and addresses, the same on both databases."""

import re
import secrets
import unicodedata

import idna

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_DIN_5007_1 = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})

# Letters that are no others with an accent, but are typed as these where a keyboard lacks them.
_TYPED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)


def key(text: str) -> str:
    """For equality: NFKC, casefold, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def sort_key(text: str) -> str:
    """For order and search: DIN 5007-1 (ä as a, ß as ss), other accents dropped."""
    plain = key(text).translate(_DIN_5007_1)
    decomposed = unicodedata.normalize("NFD", plain)
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def typed_key(text: str) -> str:
    """For finding whom somebody typed on another keyboard: as `sort_key`, foreign letters too."""
    return sort_key(text).translate(_TYPED)


def slug_words(text: str, otherwise: str, most: int) -> str:
    """For addresses: `Große Runde` as `grosse-runde`, cut at a whole word where there is one."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SPELLED_OUT)
    ascii_only = unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", ascii_only)) or otherwise
    if len(slug) <= most:
        return slug
    return slug[: most + 1].rpartition("-")[0] or slug[:most]


def person_key(email: str, first_name: str, last_name: str) -> str:
    """One person of one event: address and name, both normalised."""
    return "\n".join((key(email), key(first_name), key(last_name)))


def address_key(email: str) -> str:
    """The key of an address; without one a key of its own, so that people without an address are
    never taken for one mailbox."""
    return key(email) or f"-{secrets.token_hex(8)}"


def wire_address(email: str) -> str:
    """The address with its host as DNS knows it; few servers speak SMTPUTF8 (RFC 6531)."""
    local, _, host = email.rpartition("@")
    return f"{local}@{host if host.isascii() else idna.encode(host, uts46=True).decode()}"


def full_name(title: str | None, first_name: str, last_name: str) -> str:
    """`Dr. Erika Beispiel`."""
    return " ".join(part for part in (title, first_name, last_name) if part)


def masked_email(email: str) -> str:
    """`erika@musterstadt.example` as `e…a@musterstadt.example`; nothing where there is none."""
    if not email:
        return ""
    name, _, domain = email.rpartition("@")
    shown = f"{name[0]}…{name[-1]}" if len(name) > 2 else f"{name[0]}…"
    return f"{shown}@{domain}"
