"""The form of one programme item."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from eventapp.clock import BERLIN
from eventapp.events import rules
from eventapp.events.definition import EventDefinition, ItemDefinition
from eventapp.events.values import ItemValues
from eventapp.forms import DayField, set_error
from eventapp.languages import gettext as _
from eventapp.planning.fields import WallTimeField, fold_field, places_field
from eventapp.planning.rules import new_slug
from eventapp.planning.wall_times import WallTimesForm
from eventapp.registration.fields import LINE, NAME, text_field

MOST_SPEAKERS = 500


class ItemForm(WallTimesForm):
    """A new item of this event, or one that is changed."""

    revision = HiddenField()
    title = text_field(_l("Titel"), LINE, _l("Geben Sie dem Programmpunkt einen Titel."))
    day = DayField(_l("Tag"), [InputRequired(_l("Nennen Sie den Tag."))])
    starts_time = WallTimeField(_l("Beginn"), required=_l("Nennen Sie den Beginn."))
    ends_time = WallTimeField(_l("Ende"), required=_l("Nennen Sie das Ende."))
    ends_next_day = BooleanField(_l("Endet am nächsten Tag"))
    starts_fold = fold_field()
    ends_fold = fold_field()
    room = text_field(_l("Raum"), NAME, render_kw={"list": "rooms"})
    speakers = text_field(
        _l("Mitwirkende"),
        MOST_SPEAKERS,
        description=_l("Mehrere trennen Sie durch Kommas."),
        render_kw={"list": "known-speakers"},
    )
    capacity = places_field(
        _l("Plätze"),
        _l("Leer heißt: ohne Grenze. Bei mehr rücken Wartende nach, bei weniger verliert niemand."),
    )
    choice_group = text_field(
        _l("Auswahlgruppe"),
        NAME,
        description=_l(
            "Punkte mit demselben Wort stehen zur Wahl: Teilnehmende nehmen einen davon, "
            "zum Beispiel „Workshops am Vormittag“."
        ),
        render_kw={"list": "groups"},
    )

    def __init__(
        self, formdata: Any, *, event: EventDefinition, item: ItemDefinition | None = None
    ) -> None:
        super().__init__(formdata, data=_shown(event, item))
        self.event = event
        self.item = item
        if event.first_day == event.last_day:
            del self.day

    def _day(self, side: str) -> date | None:
        day = self.day.data if "day" in self else self.event.first_day
        is_next = side == "ends" and self.ends_next_day.data
        return day + timedelta(days=1) if day and is_next else day

    @property
    def rooms(self) -> list[str]:
        """What this event's programme names already, for the browser to offer; as below."""
        return sorted({each.room for each in self.event.programme if each.room})

    @property
    def known_speakers(self) -> list[str]:
        return sorted({name for each in self.event.programme for name in each.speakers})

    @property
    def groups(self) -> list[str]:
        return sorted({each.group for each in self.event.programme if each.group})

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then whether it takes time, on a day of the event."""
        is_valid = bool(super().validate(extra_validators))
        if not is_valid or not all([self._is_told("starts"), self._is_told("ends")]):
            return False
        start, end = self._chosen("starts"), self._chosen("ends")
        if rules.ends_too_early(start, end):
            text = _(
                "Das Ende liegt nicht nach dem Beginn. Geht der Punkt über Mitternacht, kreuzen "
                "Sie „Endet am nächsten Tag“ an."
            )
            set_error(self.ends_time, text)
        elif not rules.lies_within(start, (self.event.first_day, self.event.last_day)):
            set_error(self.day, _("Wählen Sie einen Tag der Veranstaltung."))
        else:
            return True
        return False

    def values(self) -> ItemValues:
        """The submitted form as the actions take it; a new item gets its slug from them."""
        year = self.event.first_day.year
        group = self.choice_group.data
        names = (self.speakers.data or "").split(",")
        return {
            "slug": self.item.slug if self.item else "",
            "title": str(self.title.data),
            "starts_at": self._chosen("starts"),
            "ends_at": self._chosen("ends"),
            "room": self.room.data or None,
            "speakers": [name.strip() for name in names if name.strip()],
            "capacity": self.capacity.data,
            "choice_group": new_slug(group, year, ()) if group else None,
        }


def _shown(event: EventDefinition, item: ItemDefinition | None) -> dict[str, Any]:
    if item is None:
        return {"revision": str(event.revision), "day": event.first_day}
    start, end = (each.astimezone(BERLIN) for each in (item.starts_at, item.ends_at))
    return {
        "revision": str(event.revision),
        "title": item.title,
        "day": start.date(),
        "starts_time": start.time().replace(fold=0),
        "ends_time": end.time().replace(fold=0),
        "ends_next_day": end.date() > start.date(),
        "starts_fold": "second" if start.fold else "first",
        "ends_fold": "second" if end.fold else "first",
        "room": item.room,
        "speakers": ", ".join(item.speakers),
        "capacity": item.capacity,
        "choice_group": item.group,
    }
