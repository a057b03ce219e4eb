"""What is asked in the reader's language: German where nobody wrote English."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from eventapp.evaluation.rules import Kind, Question
from eventapp.languages import present_language
from eventapp.web import typed_lang

KINDS = {
    Kind.SCALE: _l("Skala von 1 bis 5"),
    Kind.CHOICE: _l("Auswahl: eine Antwort"),
    Kind.CHOICES: _l("Auswahl: mehrere Antworten"),
    Kind.TEXT: _l("Freier Text"),
}


@dataclass(frozen=True)
class Worded:
    """A question as it is read; on an English page what is German is marked as such."""

    question: Question
    text: Markup
    low: Markup
    high: Markup
    options: tuple[Markup, ...]

    def label(self, value: str) -> Any:
        """What a counted value means."""
        if self.question.kind is not Kind.SCALE:
            return self.options[int(value)]
        end = {"1": self.low, "5": self.high}.get(value)
        return Markup("{}: {}").format(value, end) if end else value


def worded(question: Question) -> Worded:
    others = question.options_en or ("",) * len(question.options)
    return Worded(
        question,
        _said(question.text, question.text_en),
        _said(question.low, question.low_en),
        _said(question.high, question.high_en),
        tuple(map(_said, question.options, others)),
    )


def _said(german: str, english: str) -> Markup:
    if english and present_language() == "en":
        return escape(english)
    mark = typed_lang()
    return Markup("<span{}>{}</span>").format(mark, german) if mark and german else escape(german)
