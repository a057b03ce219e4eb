"""German first, English complete: choosing the language and loading the catalogues.

Message ids are the German texts themselves. Catalogues are committed as .po and compiled at start
where the compiled file is older.
"""

import os
from pathlib import Path
from typing import Any

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale

LANGUAGES = ("de", "en")
DEFAULT = "de"
TRANSLATIONS = Path(__file__).resolve().parent / "translations"

babel = Babel()


def init_app(app: Flask) -> None:
    compile_catalogues(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Berlin"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    babel.init_app(app, locale_selector=present_language)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, n: _catalogue().ungettext(one, many, n),
        newstyle=True,
    )


_catalogues: dict[Any, Any] = {}


def _catalogue() -> Any:
    """The texts in the present language, found quickly: a page asks for a hundred of them."""
    locale = flask_babel.get_locale()
    found = _catalogues.get(locale)
    if found is None:
        found = _catalogues[locale] = flask_babel.get_translations()
    return found


def present_language() -> str:
    """The reader's language: `?lang=`, else what the browser accepts, else German."""
    if not has_request_context():
        return DEFAULT
    language: str | None = g.get("language")
    if language is None:
        accepted = request.accept_languages.best_match(LANGUAGES)
        language = g.language = asked_language() or accepted or DEFAULT
    return language


def asked_language() -> str | None:
    """The language that the address asks for: `?lang=`."""
    asked = request.args.get("lang") if has_request_context() else None
    return asked if asked in LANGUAGES else None


def was_negotiated() -> bool:
    """Whether this answer is in a language that another browser would not have got."""
    return "language" in g and asked_language() is None


in_language = force_locale


def gettext(message: str, **values: object) -> str:
    """The text in the reader's language; German where nothing is known."""
    return str(flask_babel.gettext(message, **values))


def compile_catalogues(folder: Path) -> None:
    """Write the .mo beside each .po that is newer; two processes at once do no harm."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
