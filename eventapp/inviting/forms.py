"""What the office says of the round: who may come, the text, an answer got by telephone."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from eventapp.events.definition import EventDefinition
from eventapp.events.models import Audience
from eventapp.events.values import EventValues
from eventapp.forms import DayField, PublicForm, many_lines, options
from eventapp.invitations.listing import Invitee, Letter
from eventapp.invitations.models import Answer
from eventapp.invitations.words import proposed
from eventapp.numbers import number_in

MOST_TEXT, MOST_NOTE = 3000, 1000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")


class AudienceForm(PublicForm):
    """Who may come."""

    revision = HiddenField()
    audience = RadioField(
        _l("Wer darf sich anmelden?"),
        [InputRequired(_l("Wählen Sie, wer sich anmelden darf."))],
        choices=options(
            (Audience.PUBLIC.value, _l("Alle")),
            (Audience.MEMBERS.value, _l("Mitglieder: wer eine Organisation des Netzwerks nennt")),
            (Audience.INVITED.value, _l("Eingeladene: nur mit einem Link")),
        ),
    )

    def __init__(self, formdata: Any, *, event: EventDefinition) -> None:
        shown = {"audience": event.audience, "revision": str(event.revision)}
        super().__init__(formdata, data=shown)

    @property
    def seen(self) -> int:
        return number_in(self.revision.data, -1)

    def entered(self) -> EventValues:
        """As the actions take it."""
        return {"audience": self.audience.data}


class LetterForm(PublicForm):
    """The words of the round's mails and letters."""

    text = TextAreaField(
        _l("Text der Einladung"),
        [Optional(), Length(max=MOST_TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l(
            "Zwischen Anrede und Link. Anrede, Plätze und Link setzen wir selbst ein. Absätze "
            "durch Leerzeilen. Leer: unser Vorschlag."
        ),
        render_kw={"rows": 8},
    )
    answer_by = DayField(_l("Antwort erbeten bis"))

    def __init__(self, formdata: Any, *, event: EventDefinition, letter: Letter) -> None:
        shown = {"text": letter.text or proposed(event), "answer_by": letter.answer_by}
        super().__init__(formdata, data=shown)

    def letter(self, event: EventDefinition) -> Letter:
        text = str(self.text.data or "")
        return Letter("" if text == proposed(event) else text, self.answer_by.data)


class CallForm(PublicForm):
    """What was said on the telephone."""

    answer = RadioField(
        _l("Antwort"),
        [Optional()],
        choices=options(
            (Answer.COMING.value, _l("Es kommt jemand")),
            (Answer.NOT_COMING.value, _l("Es kommt niemand")),
            ("", _l("Noch offen")),
        ),
        default="",
    )
    note = TextAreaField(
        _l("Notiz"),
        [Optional(), Length(max=MOST_NOTE, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Nur für Ihr Team, zum Beispiel: ruft Montag zurück."),
        render_kw={"rows": 3},
    )

    def __init__(self, formdata: Any, *, invitee: Invitee) -> None:
        super().__init__(formdata, data={"answer": invitee.answer or "", "note": invitee.call_note})

    @property
    def said(self) -> Answer | None:
        return Answer(self.answer.data) if self.answer.data else None
