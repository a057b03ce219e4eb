"""A file as it leaves a page: with a name of its own, and kept by nobody on the way."""

from flask import Response

from eventapp.spreadsheets import XLSX

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX,
    "pdf": "application/pdf",
    "zip": "application/zip",
}


def as_file(
    content: str | bytes, name: str, media_type: str | None = None, *, is_shown: bool = False
) -> Response:
    """What it is, is told by the ending of its name, unless `media_type` says so; `is_shown` in the
    browser, not saved at once."""
    kind = media_type or _TYPES[name.rpartition(".")[2]]
    response = Response(content, content_type=kind)
    how = "inline" if is_shown else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
