"""A mail's HTML in a frame of a page: it may carry anything, and may do nothing."""

from flask import Response, make_response

# No script, nothing from elsewhere, links in a window of their own.
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def framed(html: str) -> Response:
    """The answer to the frame."""
    response = make_response(html.replace("<head>", '<head><base target="_blank">', 1))
    response.headers["Content-Security-Policy"] = _POLICY
    return response
