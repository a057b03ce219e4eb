"""A network's logo on paper: smaller than on pages, and as `page.typ` draws it."""

import json
from functools import lru_cache
from typing import Any

from eventapp.db import reading
from eventapp.networks.inherited import Logo
from eventapp.networks.queries import find_logo
from eventapp.pdf import Verbatim
from eventapp.pictures import redrawn

_MOST_PIXELS = 480  # 4 cm wide at 300 dots per inch


class _Replaced(LookupError):
    """Another logo was uploaded, or none is left: nothing to remember."""


def printed_logo(logo: Logo | None) -> dict[str, Any] | None:
    """`logo` of a template's data; None where the network has none. Reads it once per process."""
    if logo is None:
        return None
    try:
        width, height, numbers = _drawn(logo.slug, logo.digest)
    except _Replaced:
        return None
    return {"alt": logo.alt, "width": width, "height": height, "bytes": numbers}


@lru_cache(maxsize=50)
def _drawn(slug: str, digest: str) -> tuple[int, int, Verbatim]:
    """Typst takes bytes as numbers: it knows no base64."""
    with reading() as connection:
        found = find_logo(connection, slug, digest)
    if found is None:
        raise _Replaced
    picture = redrawn(found[1], _MOST_PIXELS)
    return picture.width, picture.height, Verbatim(json.dumps([*picture.data]))
