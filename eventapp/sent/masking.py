"""Taking out of a mail what would let its reader act as the person it went to. Pure.

Whoever looks at somebody's mail sees that there is a link, and cannot use it: all addresses of this
site are masked but those that lead to what is public anyway.
"""

import re
from urllib.parse import quote

MASK = "•••"
_PUBLIC = ("events", "series", "networks", "help", "privacy", "accessibility", "imprint", "static")
_TICKET = re.compile(r"\b[A-Z2-7]{26}\b")
_SHORT_CODE = re.compile(r"\b[2-9A-HJKMNP-RT-Z]{4}-[2-9A-HJKMNP-RT-Z]{4}\b")
_PICTURE = re.compile(r'src="cid:[^"]*"')
_EMPTY = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 222 222"><rect width="222" height="222" '
    'fill="#fff" stroke="#857d6e"/><text x="111" y="118" text-anchor="middle" font-size="22" '
    'font-family="sans-serif" fill="#454b6b">QR-Code</text></svg>'
)
_NO_PICTURE = f'src="data:image/svg+xml,{quote(_EMPTY)}"'


def masked(text: str, public_url: str) -> str:
    """Plain text or HTML without tokens and codes."""
    address = re.compile(re.escape(public_url) + r"(/[^\s\"'<>)]*)?", re.IGNORECASE)
    text = address.sub(lambda found: _masked_url(found, public_url), text)
    return _SHORT_CODE.sub(f"{MASK}-{MASK}", _TICKET.sub(MASK, text))


def masked_html(html: str, public_url: str) -> str:
    """As `masked`; what was a link of that kind is none any more, and no picture is of a code."""
    secret = re.compile(rf'\shref="[^"]*{MASK}"')
    return _PICTURE.sub(_NO_PICTURE, secret.sub("", masked(html, public_url)))


def _masked_url(found: re.Match[str], public_url: str) -> str:
    path = found[1] or ""
    first = path.strip("/").partition("/")[0]
    is_public = first in _PUBLIC and "?" not in path
    return found[0] if is_public or not first else f"{public_url}/{first}/{MASK}"
