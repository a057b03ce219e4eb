"""The form of one step: when, to whom, and what its organisers add."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm, options, set_error
from eventapp.languages import gettext as _
from eventapp.numbers import number_in
from eventapp.reminders.labels import group_label
from eventapp.reminders.models import Awaits, Group, Side, Unit
from eventapp.reminders.rules import AFTER_ONLY, MOST, Step
from eventapp.wording.forms import SECTION, text_area

_SAYS_SOMETHING = {"required": True}  # a choice that is always made, not called optional


def groups_of(event: EventDefinition) -> tuple[Group, ...]:
    """Whom this event has at all."""
    offered = {
        Group.IN_PERSON: event.has_in_person,
        Group.ONLINE: event.has_online,
        Group.WAITING: event.waiting_list,
        Group.PRESENT: event.has_in_person,
        Group.PRESENT_ONLINE: event.has_online,
        Group.ABSENT: True,
    }
    return tuple(group for group, is_there in offered.items() if is_there)


class StepForm(PublicForm):
    """A new step of this event, or one that is changed."""

    revision = HiddenField()
    amount = IntegerField(
        _l("Wie lange?"),
        [
            InputRequired(_l("Geben Sie eine Zahl ein, zum Beispiel 3.")),
            NumberRange(1, max(MOST.values()), message=_l("Geben Sie eine Zahl ab 1 ein.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
    unit = SelectField(_l("Einheit"), render_kw=_SAYS_SOMETHING)
    side = SelectField(_l("Davor oder danach?"), render_kw=_SAYS_SOMETHING)
    group = SelectField(
        _l("An wen?"),
        description=_l(
            "Wer gefehlt hat, zeigt sich nur, wo jemand als anwesend bekannt ist: vom Einlass, aus "
            "dem Online-Raum oder von Hand."
        ),
        render_kw=_SAYS_SOMETHING,
    )
    awaits = SelectField(
        _l("Worauf wartet sie?"),
        description=_l(
            "Zu sagen gibt es etwas mit Materialien, Bescheinigung oder nächsten Terminen. Darauf "
            "wartet sie 7 Tage, auf Materialien allein 30. Dann verfällt sie."
        ),
        filters=[lambda sent: sent or ""],
        render_kw=_SAYS_SOMETHING,
    )
    text = text_area(
        _l("Eigener Absatz"),
        Optional(),
        most=SECTION,
        rows=5,
        description=_l("Termin, Ort, Zugang und Code stehen schon in der E-Mail."),
    )
    text_en = text_area(_l("Eigener Absatz auf Englisch"), Optional(), most=SECTION, rows=5)

    def __init__(
        self, formdata: Any, *, event: EventDefinition, step: Step | None = None, revision: int = 0
    ) -> None:
        super().__init__(formdata, data={"revision": str(revision), **_shown(step)})
        self.unit.choices = options(
            (Unit.DAYS.value, _("Tage")),
            (Unit.HOURS.value, _("Stunden")),
            (Unit.MINUTES.value, _("Minuten")),
        )
        self.side.choices = options(
            (Side.BEFORE.value, _("vor Beginn")), (Side.AFTER.value, _("nach dem Ende"))
        )
        offered = groups_of(event)
        if step is not None and step.group not in offered:
            offered = (*offered, step.group)
        self.awaits.choices = options(
            ("", _("auf nichts")),
            (Awaits.SOMETHING.value, _("bis es etwas zu sagen gibt")),
            (Awaits.MATERIALS.value, _("bis Materialien da sind")),
        )
        self.group.choices = options(*((each.value, group_label(each)) for each in offered))

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what fits together."""
        if not super().validate(extra_validators):
            return False
        unit, group = Unit(self.unit.data), Group(self.group.data)
        if (self.amount.data or 0) > MOST[unit]:
            words = {Unit.DAYS: _("Tage"), Unit.HOURS: _("Stunden"), Unit.MINUTES: _("Minuten")}
            text = _("Höchstens %(most)s %(unit)s.", most=MOST[unit], unit=words[unit])
            set_error(self.amount, text)
        elif self.side.data == Side.BEFORE and group in AFTER_ONLY:
            text = _("Wer da war, zeigt sich erst am Ende. Wählen Sie „nach dem Ende“.")
            set_error(self.side, text)
        elif self.side.data == Side.BEFORE and self.awaits.data:
            text = _("Warten kann nur, was nach dem Ende hinausgeht.")
            set_error(self.awaits, text)
        elif self.text_en.data and not self.text.data:
            text = _("Auf Deutsch fehlt der Absatz noch. Oder leeren Sie beide Felder.")
            set_error(self.text, text)
        else:
            return True
        return False

    @property
    def seen(self) -> int:
        """The revision that was shown; -1 where the form does not say."""
        return number_in(self.revision.data, -1)

    @property
    def step(self) -> Step:
        """The submitted form as the actions take it."""
        return Step(
            Side(self.side.data),
            self.amount.data or 0,
            Unit(self.unit.data),
            Group(self.group.data),
            self.text.data or None,
            self.text_en.data or None,
            awaits=Awaits(self.awaits.data) if self.awaits.data else None,
        )


def _shown(step: Step | None) -> dict[str, Any]:
    if step is None:
        return {"unit": Unit.DAYS.value, "side": Side.BEFORE.value}
    return {
        "amount": step.amount,
        "unit": step.unit.value,
        "side": step.side.value,
        "group": step.group.value,
        "awaits": step.awaits.value if step.awaits else "",
        "text": step.text,
        "text_en": step.text_en,
    }
