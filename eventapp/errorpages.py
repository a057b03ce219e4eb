"""How refusals and faults are shown: pages in the reader's language, problem+json for the API.

`sentence()` is the only place where a refusal's code becomes words.
"""

from math import ceil
from typing import Any

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from eventapp.errors import Busy, Gone, NotFound, Refused, TooMany
from eventapp.languages import gettext as _
from eventapp.sentences import SENTENCES


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, lambda _error: _answer(404))
    app.register_error_handler(Gone, lambda _error: _answer(410))
    app.register_error_handler(Busy, lambda _error: _answer(503))
    app.register_error_handler(TooMany, lambda error: _later(error.seconds))
    app.register_error_handler(Exception, _fault)


def sentence(refusal: Refused) -> str:
    """The refusal in the reader's language, saying what can be done."""
    words = str(SENTENCES[refusal.code])
    return words % refusal.values if refusal.values else words


def _words(code: int) -> tuple[str, str]:
    return {
        400: (
            _("Die Anfrage war unvollständig"),
            _("Bitte gehen Sie zurück und versuchen Sie es noch einmal."),
        ),
        403: (
            _("Dafür fehlt Ihnen die Berechtigung"),
            _("Bitte fragen Sie die Person, die Ihren Zugang eingerichtet hat."),
        ),
        404: (
            _("Diese Seite gibt es nicht"),
            _("Vielleicht fehlt am Ende der Adresse ein Zeichen, oder die Seite wurde entfernt."),
        ),
        405: (
            _("So lässt sich diese Seite nicht aufrufen"),
            _("Bitte gehen Sie zurück und benutzen Sie die Knöpfe der Seite."),
        ),
        410: (
            _("Dieser Link gilt nicht mehr"),
            _("Sie haben einen neueren bekommen, oder die Daten wurden gelöscht."),
        ),
        413: (
            _("Das war zu viel auf einmal"),
            _("Bitte kürzen Sie Ihre Eingaben und senden Sie das Formular noch einmal."),
        ),
        429: (
            _("Zu viele Versuche"),
            _("Bitte warten Sie ein wenig und versuchen Sie es dann noch einmal."),
        ),
        503: (
            _("Gerade melden sich sehr viele Menschen an"),
            _("Es wurde nichts gespeichert. Bitte versuchen Sie es gleich noch einmal."),
        ),
    }.get(
        code,
        (
            _("Da ist etwas schiefgegangen"),
            _("Der Fehler liegt bei uns und wurde vermerkt. Bitte versuchen Sie es später."),
        ),
    )


def problem(code: int, title: str, **more: Any) -> Response:
    """An error of the API (RFC 9457)."""
    response = jsonify({"status": code, "title": title, **more})
    response.status_code = code
    response.mimetype = "application/problem+json"
    return response


def _answer(code: int, words: str | None = None) -> tuple[str, int] | Response:
    heading, text = _words(code)
    text = words or text
    if request.path.startswith("/api/"):
        return problem(code, heading, detail=text)
    return render_template("errors/error.html", code=code, heading=heading, text=text), code


def _later(seconds: int) -> Response:
    """429, and in how many minutes the next attempt is free."""
    minutes = ceil(seconds / 60)
    words = (
        _("Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.")
        if minutes == 1
        else _("Bitte warten Sie %(n)s Minuten und versuchen Sie es dann noch einmal.", n=minutes)
    )
    response = make_response(_answer(429, words))
    response.headers["Retry-After"] = str(seconds)
    return response


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error.get_response()
    if isinstance(error, RateLimitExceeded):
        return _later(error.limit.limit.get_expiry())
    response = make_response(_answer(code))
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Any:
    """Logged by the route's rule: the path may hold a token."""
    current_app.logger.error("fault at %s", request.url_rule, exc_info=error)
    return _answer(500)
