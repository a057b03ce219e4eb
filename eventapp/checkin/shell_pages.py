"""The service worker of the scanner, and the build that each of its pages says it is of."""

import json

from flask import Blueprint, Response, request, url_for

from eventapp.checkin.shell import STATIC, WORKER, build, list_files

pages = Blueprint("checkin_shell", __name__)

SCANNER = "/checkin/"
BUILD_HEADER = "X-Door-Build"


@pages.get(f"{SCANNER}service-worker.js")
def service_worker() -> Response:
    """The script with the files of this build; its address stands where its scope begins."""
    addresses = [url_for("static", filename=str(path.relative_to(STATIC))) for path in list_files()]
    head = f"const BUILD = {json.dumps(build())};\nconst FILES = {json.dumps(addresses)};\n"
    response = Response(head + WORKER.read_text(encoding="utf-8"), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'self'"
    return response


@pages.after_app_request
def _say_build(response: Response) -> Response:
    if request.path == SCANNER:
        response.headers[BUILD_HEADER] = build()
    return response
