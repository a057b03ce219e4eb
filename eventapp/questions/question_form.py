"""The form of a question."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.events.values import QuestionValues
from eventapp.forms import PublicForm, many_lines, options, set_error
from eventapp.languages import gettext as _
from eventapp.questions.options import lines_of, options_problem
from eventapp.questions.rules import WITH_OPTIONS, QuestionType, answers_of, new_key
from eventapp.registration.fields import LINE, text_field

MOST_OPTIONS = 50
MOST_DAYS = 3650
_PROPOSED_DAYS = 30
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")
_SAYS_EITHER_WAY = {"required": True}  # left alone it says something all the same

TYPES = options(
    (QuestionType.TEXT, _l("Text")),
    (QuestionType.CHOICE, _l("Auswahl: eine Antwort")),
    (QuestionType.CHOICES, _l("Auswahl: mehrere Antworten")),
    (QuestionType.NUMBER, _l("Zahl")),
    (QuestionType.YES_NO, _l("Ja oder Nein")),
)


class QuestionForm(PublicForm):
    """A new question of this event, or one that is changed."""

    revision = HiddenField()
    label = text_field(_l("Frage"), 300, _l("Schreiben Sie die Frage auf."))
    type = SelectField(
        _l("Art der Antwort"),
        [InputRequired(_l("Wählen Sie, wie geantwortet wird."))],
        choices=options(("", _l("bitte wählen")), *((each.value, each.label) for each in TYPES)),
    )
    options = TextAreaField(
        _l("Antworten zur Auswahl"),
        [Optional(), Length(max=5000, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Eine je Zeile. Nur bei den beiden Arten „Auswahl“."),
        render_kw={"rows": 5, **_SAYS_EITHER_WAY},
    )
    drop_chosen = BooleanField(
        _l("Trotzdem nicht mehr anbieten"),
        description=_l("Was schon gewählt wurde, bleibt bei den Angemeldeten lesbar."),
        render_kw=_SAYS_EITHER_WAY,
    )
    required = BooleanField(
        _l("Muss beantwortet werden"),
        description=_l(
            "Sonst steht „freiwillig“ daneben. Fragen Sie möglichst wenig verpflichtend."
        ),
        render_kw=_SAYS_EITHER_WAY,
    )
    only_for = SelectField(_l("Teilnahme"), [Optional()], render_kw=_SAYS_EITHER_WAY)
    only_if = SelectField(
        _l("Nur nach einer anderen Antwort"),
        [Optional()],
        description=_l("Gefragt wird dann nur, wer vorher so geantwortet hat."),
        render_kw=_SAYS_EITHER_WAY,
    )
    purpose = text_field(
        _l("Wofür Sie das wissen müssen"),
        LINE,
        _l("Sagen Sie, wofür Sie die Antwort brauchen."),
        description=_l(
            "Steht bei der Anmeldung unter der Frage. Zum Beispiel: „Damit wir genug Räder am "
            "Bahnhof haben.“"
        ),
        render_kw={"list": "purposes", "autocomplete": "off"},
    )
    delete_after_days = IntegerField(
        _l("Antworten löschen, Tage nach der Veranstaltung"),
        [
            InputRequired(_l("Sagen Sie, nach wie vielen Tagen die Antworten gelöscht werden.")),
            NumberRange(
                0, MOST_DAYS, message=_l("Eine Zahl zwischen 0 und %(max)s.", max=MOST_DAYS)
            ),
        ],
        description=_l(
            "30 Tage genügen meist, 14 bei vertraulichen Angaben. Braucht ein Fördergeber die "
            "Zahlen, fragen Sie ihn nach der Frist."
        ),
        render_kw={"inputmode": "numeric"},
    )
    sensitive = BooleanField(
        _l("Vertraulich"),
        description=_l(
            "Für Angaben zu Gesundheit, Behinderung, Religion und Ähnlichem: Die Antworten werden "
            "verschlüsselt, nur die Rolle „Assistenz“ liest sie."
        ),
        render_kw=_SAYS_EITHER_WAY,
    )

    def __init__(
        self, formdata: Any, *, event: EventDefinition, question: QuestionDefinition | None = None
    ) -> None:
        super().__init__(formdata, data=_shown(event, question))
        self.event = event
        self.question = question
        self.asks_to_drop = bool(self.drop_chosen.data)
        self.only_for.choices = options(
            ("", _("alle")),
            (Attendance.IN_PERSON, _("nur wer vor Ort ist")),
            (Attendance.ONLINE, _("nur wer online ist")),
        )
        conditions = [*_conditions(self._earlier())]
        self.only_if.choices = options(("", _("immer fragen")), *conditions)
        if len(event.attendances) < 2:
            del self.only_for
        if not conditions:
            del self.only_if

    def _earlier(self) -> list[QuestionDefinition]:
        """The questions that are asked before."""
        found = []
        for each in self.event.questions:
            if self.question and each.key == self.question.key:
                break
            found.append(each)
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then whether there is something to choose from."""
        is_valid = bool(super().validate(extra_validators))
        if self.type.errors:
            return False
        problem = self._options_problem()
        if problem and not self.options.errors:
            set_error(self.options, problem)
        return is_valid and not problem

    def _options_problem(self) -> str | None:
        lines = lines_of(self.options.data)
        if self.type.data not in WITH_OPTIONS:
            return (
                _("Bei dieser Art gibt es nichts zur Auswahl. Leeren Sie das Feld.")
                if lines
                else None
            )
        return options_problem(lines, MOST_OPTIONS)

    def values(self) -> QuestionValues:
        """The submitted form as the actions take it; a new question gets a key of its own."""
        label = str(self.label.data)
        taken = [each.key for each in self.event.questions]
        return {
            "key": self.question.key if self.question else new_key(label, taken),
            "label": label,
            "type": str(self.type.data),
            "options": lines_of(self.options.data),
            "required": bool(self.required.data),
            "sensitive": bool(self.sensitive.data),
            "purpose": str(self.purpose.data),
            "delete_after_days": int(self.delete_after_days.data or 0),
            "only_for": self._only_for(),
            "only_if": self._only_if(),
        }

    def _only_for(self) -> str | None:
        if "only_for" in self:
            return self.only_for.data or None
        return self.question.only_for if self.question else None

    def _only_if(self) -> dict[str, Any] | None:
        if "only_if" not in self or not self.only_if.data:
            return None
        key, _equals, answer = self.only_if.data.partition("=")
        return {"question": key, "is": answer}


def _conditions(questions: list[QuestionDefinition]) -> Any:
    """(value, words) of every answer that another question can hang on."""
    for question in questions:
        for answer in answers_of(question):
            words = {"yes": _("Ja"), "no": _("Nein")}.get(answer, answer)
            yield (
                f"{question.key}={answer}",
                _("wenn „%(question)s“: %(answer)s", question=question.label, answer=words),
            )


def _shown(event: EventDefinition, question: QuestionDefinition | None) -> dict[str, Any]:
    revision = str(event.revision)
    if question is None:
        return {"revision": revision, "delete_after_days": _PROPOSED_DAYS}
    names = ("label", "type", "required", "sensitive", "purpose", "delete_after_days", "only_for")
    condition = question.only_if
    return {
        **{name: getattr(question, name) for name in names},
        "revision": revision,
        "options": "\n".join(question.options),
        "only_if": f"{condition['question']}={condition['is']}" if condition else "",
    }
