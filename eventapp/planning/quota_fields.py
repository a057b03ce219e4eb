"""How places go to those who wait and to organisations, as a part of the form of an event."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from eventapp.events.definition import EventDefinition
from eventapp.forms import DayField, set_error
from eventapp.languages import gettext as _

MOST_DELEGATES = 1_000
MOST_HOURS = 720


class QuotaFields:
    """Fields that `EventForm` takes in."""

    offer_hours = IntegerField(
        _l("Freie Plätze anbieten, Stunden Bedenkzeit"),
        [
            Optional(),
            NumberRange(
                1,
                MOST_HOURS,
                message=_l("Eine Zahl zwischen 1 und %(max)s, oder leer.", max=MOST_HOURS),
            ),
        ],
        description=_l(
            "Leer heißt: Wer wartet, rückt sofort nach. Mit einer Zahl, zum Beispiel 24, halten "
            "wir den Platz so lange frei; wer ihn nicht annimmt, verliert ihn."
        ),
        render_kw={"inputmode": "numeric"},
    )
    delegates_per_organisation = IntegerField(
        _l("Plätze je Organisation"),
        [
            Optional(),
            NumberRange(
                1,
                MOST_DELEGATES,
                message=_l(
                    "Eine Zahl zwischen 1 und %(max)s, oder leer für beliebig viele.",
                    max=MOST_DELEGATES,
                ),
            ),
        ],
        description=_l("Leer heißt: beliebig viele."),
        render_kw={"inputmode": "numeric"},
    )
    release_unused_on = DayField(
        _l("Freigabe der übrigen am"),
        [Optional()],
        description=_l("Ab 0 Uhr gilt die Grenze nicht mehr, und wer wartet, rückt nach."),
    )

    def check_release(self, first_day: date | None) -> None:
        """Places freed after the event has begun help nobody."""
        day = self.release_unused_on.data
        if day and first_day and day > first_day:
            text = _("Die Veranstaltung hat dann schon begonnen. Nennen Sie einen Tag davor.")
            set_error(self.release_unused_on, text)

    def quota_values(self) -> dict[str, Any]:
        return {name: self[name].data for name in QUOTA}  # type: ignore[index]


QUOTA = ("offer_hours", "delegates_per_organisation", "release_unused_on")


def shown_quota(event: EventDefinition) -> dict[str, Any]:
    return {name: getattr(event, name) for name in QUOTA}
