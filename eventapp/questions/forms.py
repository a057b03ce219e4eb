"""The forms of a need's state and of the order sheet."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventapp.forms import DayField, PublicForm, many_lines, options
from eventapp.questions.queries import Needs, Order
from eventapp.questions.rules import NeedState
from eventapp.registration.fields import TEXT

MOST_RESERVE = 1000
_TOO_LONG = _l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")

STATES = options(
    (NeedState.OPEN, _l("Offen")),
    (NeedState.IN_CLARIFICATION, _l("In Klärung")),
    (NeedState.ARRANGED, _l("Zugesagt")),
    (NeedState.NOT_POSSIBLE, _l("Nicht möglich")),
)


class NeedForm(PublicForm):
    """How far one person's need is settled."""

    seen = HiddenField()
    state = RadioField(_l("Stand"), [InputRequired(_l("Wählen Sie den Stand."))], choices=STATES)
    note = TextAreaField(
        _l("Notiz für das Team"),
        [Optional(), Length(max=TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Verschlüsselt; nur die Rolle „Assistenz“ liest sie."),
    )

    sentence = TextAreaField(
        _l("Ein Satz an die Person"),
        [Optional(), Length(max=TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l(
            "Steht in der E-Mail, die bei „Zugesagt“ und „Nicht möglich“ abgeht. Die E-Mail "
            "wiederholt den Bedarf nicht; bitte nennen auch Sie ihn nicht."
        ),
    )

    def __init__(self, formdata: Any, *, needs: Needs) -> None:
        shown = {name: getattr(needs, name) for name in ("state", "note", "sentence")}
        shown["seen"] = _stamp(needs)
        super().__init__(formdata, data=shown)
        self.needs = needs

    @property
    def is_current(self) -> bool:
        """Whether nobody has changed the state since the form was opened."""
        return bool((self.seen.data or "") == _stamp(self.needs))

    def show_current(self, problem: str) -> None:
        """Say what is wrong; sent once more, the form holds for the state as it is now."""
        self.form_errors = [problem]
        self.seen.data = _stamp(self.needs)


def _stamp(needs: Needs) -> str:
    return needs.changed_at.isoformat() if needs.changed_at else ""


class OrderForm(PublicForm):
    """What the caterer is told beside the numbers."""

    due_on = DayField(_l("Bestellen bis"), description=_l("Bis wann die Küche die Zahlen braucht."))
    reserve = IntegerField(
        _l("Reserve"),
        [
            Optional(),
            NumberRange(
                0, MOST_RESERVE, message=_l("Eine Zahl zwischen 0 und %(max)s.", max=MOST_RESERVE)
            ),
        ],
        description=_l("So viele Essen mehr als Angemeldete."),
        render_kw={"inputmode": "numeric"},
    )
    remark = TextAreaField(
        _l("Hinweis für die Küche"),
        [Optional(), Length(max=TEXT, message=_TOO_LONG)],
        filters=[many_lines],
        description=_l("Zum Beispiel Lieferzeit, Zugang, Geschirr. Bitte keine Namen von Gästen."),
        render_kw={"rows": 4},
    )

    def __init__(self, formdata: Any, *, order: Order) -> None:
        super().__init__(formdata, data=vars(order))

    def values(self) -> dict[str, Any]:
        return {
            "due_on": self.due_on.data,
            "reserve": self.reserve.data or 0,
            "remark": self.remark.data or "",
        }
