"""The form that people answer, made of the questions of their event."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from eventapp.evaluation.rules import MOST_TEXT, Given, Kind, Question
from eventapp.evaluation.words import Worded, worded
from eventapp.forms import PublicForm, many_lines, options
from eventapp.languages import gettext as _

_MISSING = _l("Bitte beantworten Sie diese Frage.")
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
_NAMES = _l("Bitte nennen Sie niemanden mit Namen, auch sich selbst nicht.")


class AnswerForm(PublicForm):
    """Its fields are named after the keys of the questions."""

    words: dict[str, Worded]

    def given(self) -> Given:
        """What was answered, by key; nothing of what was left out."""
        return {field.name: field.data for field in self if field.data}


def answer_form(formdata: Any, questions: Sequence[Question]) -> AnswerForm:
    """Bound to what was sent, or empty."""
    words = {each.key: worded(each) for each in questions}
    fields = {key: _field(each) for key, each in words.items()}
    form: AnswerForm = type("AnswerForm", (AnswerForm,), fields)(formdata)
    form.words = words
    return form


def _field(asked: Worded) -> Field:
    question = asked.question
    if question.kind is Kind.TEXT:
        first: Any = DataRequired(_MISSING) if question.required else Optional()
        return TextAreaField(
            asked.text,
            [first, Length(max=MOST_TEXT, message=_TOO_LONG)],
            filters=[many_lines],
            description=_NAMES,
            render_kw={"rows": 4},
        )
    choices = [(value, asked.label(value)) for value in question.values]
    if question.kind is Kind.CHOICES:
        checks = [InputRequired(_MISSING)] if question.required else [Optional()]
        return SelectMultipleField(asked.text, checks, choices=options(*choices))
    if question.required:
        return RadioField(asked.text, [InputRequired(_MISSING)], choices=options(*choices))
    return RadioField(asked.text, [Optional()], choices=options(*choices, ("", _("keine Angabe"))))
