"""What a page says when a rule said no."""

from typing import Any

from flask_babel import force_locale
from markupsafe import escape
from werkzeug.test import TestResponse

from eventapp.sentences import SENTENCES


def check_refused(answer: TestResponse, code: str, language: str = "de", **values: Any) -> None:
    """Nothing was done, and the page says why: the whole sentence, with these values filled in."""
    assert answer.status_code == 422, answer.status_code
    with force_locale(language):
        words = str(SENTENCES[code])
    assert escape(words % values if values else words) in answer.text
