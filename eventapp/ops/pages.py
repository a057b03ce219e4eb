"""What operators and their machines ask: alive, ready."""

from flask import Blueprint, Response, jsonify

from eventapp.ops.health import report

pages = Blueprint("ops", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    """503 only for database and schema: without a broker sign-up still works."""
    found = report()
    return jsonify(found.as_json()), 200 if found.is_ready else 503
