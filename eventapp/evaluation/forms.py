"""The organisers' forms: one question, and when it is asked."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from eventapp.evaluation.rules import MOST_OPTIONS, WITH_OPTIONS, Asked, Kind, Question
from eventapp.evaluation.words import KINDS
from eventapp.forms import DayField, PublicForm, many_lines, options, set_error
from eventapp.languages import gettext as _
from eventapp.questions.options import lines_of, options_problem
from eventapp.registration.fields import text_field

_MOST_QUESTION, _MOST_END = 300, 60
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
_EITHER_WAY = {"required": True}  # asked for where it applies, or said by being left alone


def _end_field(label: Any, description: Any) -> StringField:
    return text_field(label, _MOST_END, description=description, render_kw=_EITHER_WAY)


def _lines_field(label: Any, description: Any, **more: bool) -> TextAreaField:
    return TextAreaField(
        label,
        [Optional(), Length(max=3000, message=_TOO_LONG)],
        filters=[many_lines],
        description=description,
        render_kw={"rows": 5, **more},
    )


class QuestionForm(PublicForm):
    """A new question, or one that is changed."""

    text = text_field(_l("Frage"), _MOST_QUESTION, _l("Schreiben Sie die Frage auf."))
    text_en = text_field(_l("Frage auf Englisch"), _MOST_QUESTION)
    kind = RadioField(
        _l("Wie wird geantwortet?"),
        [InputRequired(_l("Wählen Sie, wie geantwortet wird."))],
        choices=options(*((each.value, label) for each, label in KINDS.items())),
    )
    low = _end_field(_l("Was heißt 1?"), _l("Zum Beispiel: gar nicht."))
    low_en = text_field(_l("1 auf Englisch"), _MOST_END, description=_l("Etwa: not at all."))
    high = _end_field(_l("Was heißt 5?"), _l("Zum Beispiel: sehr gut."))
    high_en = text_field(_l("5 auf Englisch"), _MOST_END, description=_l("Etwa: very good."))
    options = _lines_field(_l("Antworten zur Auswahl"), _l("Eine je Zeile."), **_EITHER_WAY)
    options_en = _lines_field(
        _l("Antworten auf Englisch"), _l("In derselben Reihenfolge, ebenso viele.")
    )
    required = BooleanField(
        _l("Muss beantwortet werden"),
        description=_l("Wer nicht antworten will, lässt sonst vielleicht alles."),
        render_kw=_EITHER_WAY,
    )

    def __init__(self, formdata: Any, question: Question | None = None) -> None:
        super().__init__(formdata, data=_shown(question))
        self.question = question

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what the kind of answer needs."""
        super().validate(extra_validators)
        if self.kind.data == Kind.SCALE:
            self._check_ends()
        elif self.kind.data in WITH_OPTIONS:
            self._check_options()
        return not self.errors

    def _check_ends(self) -> None:
        for end in (self.low, self.high):
            if not end.data and not end.errors:
                set_error(end, _("Sagen Sie, was dieses Ende der Skala heißt."))

    def _check_options(self) -> None:
        given, english = lines_of(self.options.data), lines_of(self.options_en.data)
        if not self.options.errors and (problem := options_problem(given, MOST_OPTIONS)):
            set_error(self.options, problem)
        if english and len(english) != len(given) and not self.options_en.errors:
            text = _("Schreiben Sie ebenso viele Antworten auf Englisch, oder keine.")
            set_error(self.options_en, text)

    def asked(self, key: str) -> Question:
        """The valid form; what its kind of answer does not need is dropped."""
        kind = Kind(self.kind.data)
        ends = ("low", "low_en", "high", "high_en") if kind is Kind.SCALE else ()
        lists = ("options", "options_en") if kind in WITH_OPTIONS else ()
        words: dict[str, Any] = {name: self[name].data or "" for name in ends}
        words |= {name: tuple(lines_of(self[name].data)) for name in lists}
        text, text_en = str(self.text.data), self.text_en.data or ""
        return Question(key, kind, text, text_en, required=bool(self.required.data), **words)


def _shown(question: Question | None) -> dict[str, Any]:
    if question is None:
        return {}
    lists = {name: "\n".join(getattr(question, name)) for name in ("options", "options_en")}
    return {**vars(question), "kind": question.kind.value, **lists}


class TimesForm(PublicForm):
    """Whether people are asked, and from which day to which."""

    is_on = BooleanField(
        _l("Nach der Veranstaltung fragen, wie es war"),
        description=_l("Gefragt wird nur, wer da war: per E-Mail und auf der persönlichen Seite."),
        render_kw=_EITHER_WAY,
    )
    opens_on = DayField(_l("Ab"), description=_l("Leer: sobald die Veranstaltung zu Ende ist."))
    closes_on = DayField(_l("Bis einschließlich"), description=_l("Leer: 21 Tage danach."))

    def __init__(self, formdata: Any, asked: Asked) -> None:
        names = ("is_on", "opens_on", "closes_on")
        super().__init__(formdata, data={name: getattr(asked, name) for name in names})

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then whether it ends after it begins."""
        super().validate(extra_validators)
        first, last = self.opens_on.data, self.closes_on.data
        if first and last and last < first:
            set_error(self.closes_on, _("Das liegt vor dem ersten Tag."))
        return not self.errors

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        return {
            "is_on": bool(self.is_on.data),
            "opens_on": self.opens_on.data,
            "closes_on": self.closes_on.data,
        }
