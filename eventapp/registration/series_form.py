"""The form for several events of a series: which may stand on it, and what they ask in common.

What was sent is read by each event's own form, so that no event gets what it does not ask, and none
is spared what it checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField
from wtforms.validators import DataRequired, Optional

from eventapp.events.definition import EventDefinition
from eventapp.events.models import Attendance, Audience
from eventapp.formatting import when
from eventapp.forms import options, set_error
from eventapp.languages import gettext as _
from eventapp.registration.fields import optional_fields
from eventapp.registration.forms import ItemsForm, Section, SignupForm
from eventapp.registration.listing import Row


class Obstacle(StrEnum):
    """Why an event needs its own form."""

    CHOICES = "choices"
    QUESTIONS = "questions"
    INVITED = "invited"
    MEMBERS = "members"
    DELEGATES = "delegates"
    APPROVAL = "approval"
    CONFIRM = "confirm"


def obstacle(event: EventDefinition) -> Obstacle | None:
    """What the common form cannot ask, or cannot promise."""
    for found, holds in (
        (Obstacle.INVITED, event.audience == Audience.INVITED),
        (Obstacle.MEMBERS, event.audience == Audience.MEMBERS),
        (Obstacle.DELEGATES, event.delegates_per_organisation is not None),
        (Obstacle.CHOICES, bool(event.choices)),
        (Obstacle.QUESTIONS, any(question.required for question in event.questions)),
        (Obstacle.APPROVAL, event.approval),
        (Obstacle.CONFIRM, event.confirm_email),
    ):
        if holds:
            return found
    return None


@dataclass(frozen=True)
class Offers:
    """The events to come of a series: on the common form, with their own, not now."""

    common: Sequence[Row]
    own: Sequence[tuple[Row, Obstacle]]
    closed: Sequence[Row]

    @property
    def are_several(self) -> bool:
        return len(self.common) > 1


def offers(rows: Sequence[Row]) -> Offers:
    """`rows` as lists show them."""
    found = [(row, obstacle(row[0])) for row in rows if row[0].attendances]
    return Offers(
        common=[row for row, why in found if why is None and row[2].is_possible],
        own=[(row, why) for row, why in found if why is not None],
        closed=[row for row, why in found if why is None and not row[2].is_possible],
    )


class SeriesForm(SignupForm):
    """The person once, and a tick for each event."""

    offered: Sequence[EventDefinition]

    @property
    def sections(self) -> list[Section]:
        return [
            Section(_("Welche Termine möchten Sie besuchen?"), None, self._some("events")),
            *super().sections,
        ]

    def _choice_sections(self) -> list[Section]:
        return []

    def _questions(self) -> list[Any]:
        return []

    def _assistance_deadline(self) -> date | None:
        """The first of them."""
        asking = [event for event in self.offered if "assistance" in event.fields]
        return min((e.assistance_deadline for e in asking if e.assistance_deadline), default=None)

    def validate(self, extra_validators: Any = None) -> bool:
        """Shape alone: what only applies to some events is checked by their own forms."""
        return bool(ItemsForm.validate(self, extra_validators))

    @property
    def chosen(self) -> list[EventDefinition]:
        slugs = self["events"].data or []
        return [event for event in self.offered if event.slug in slugs]

    def take_errors(self, forms: Sequence[SignupForm]) -> bool:
        """Show what the events' own forms find wrong; whether there is anything."""
        wrong = [field for form in forms for field in form if field.errors]
        for field in wrong:
            if field.name in self and not self[field.name].errors:
                set_error(self[field.name], str(field.errors[0]))
        return bool(wrong)


def series_form_class(events: Sequence[EventDefinition]) -> type[SeriesForm]:
    """The form of these events."""
    slugs = options(*((event.slug, event.title) for event in events))
    fields: dict[str, Any] = {
        "offered": tuple(events),
        "extras": _extras(events),
        "events": SelectMultipleField(
            _l("Termine"),
            [DataRequired(_l("Wählen Sie wenigstens einen Termin."))],
            choices=slugs,
        ),
    }
    if any(len(event.attendances) > 1 for event in events):
        fields["attendance"] = _attendance_field()
    asked = {name for event in events for name in event.fields}
    fields |= optional_fields(asked)
    return type("EventsForm", (SeriesForm,), fields)


def _attendance_field() -> RadioField:
    """Required only where an event that is ticked offers both, which its own form checks."""
    return RadioField(
        _l("Teilnahme"),
        [Optional()],
        choices=options((Attendance.IN_PERSON, _l("Vor Ort")), (Attendance.ONLINE, _l("Online"))),
        description=_l("Gilt für die Termine, die beides anbieten."),
        render_kw={"required": True},
    )


def _extras(events: Sequence[EventDefinition]) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """When and where each event is, and the slot of its places."""
    return {"events": {each.slug: (line_of(each), f"event:{each.slug}") for each in events}}


def line_of(event: EventDefinition) -> str:
    """When and where it is, in one line."""
    city = event.venue.city if event.venue and event.has_in_person else None
    online = _("online") if event.has_online else None
    where = _(" oder ").join(part for part in (city, online) if part)
    return ", ".join(part for part in (str(when(event)), where) if part)
