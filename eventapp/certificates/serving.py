"""How the file leaves."""

from werkzeug import Response


def as_file(made: bytes, name: str) -> Response:
    """Nobody keeps it on the way."""
    response = Response(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
