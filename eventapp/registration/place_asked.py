"""The postal code and the region that an address asks for."""

from flask import request

from eventapp.forms import one_line


def asked_place() -> tuple[str, str]:
    """`plz` without spaces, and `region`."""
    code = (one_line(request.args.get("plz")) or "").replace(" ", "")[:10]
    return code, (one_line(request.args.get("region")) or "")[:100]
