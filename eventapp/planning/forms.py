"""The organisers' short form of an event: what it asks, and what it says when that does not fit.

Day and time are asked apart, as wall time in Berlin; `fields.py` says what each takes.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Optional

from eventapp.events import rules
from eventapp.events.definition import EventDefinition, Host, Named
from eventapp.events.models import AskComing, Attendance, Kind, WalkIns
from eventapp.formatting import kind_label
from eventapp.forms import DayField, PublicForm, one_line, options, set_error
from eventapp.languages import gettext as _
from eventapp.networks.queries import NetworkNode
from eventapp.numbers import number_in
from eventapp.planning import copying
from eventapp.planning.event_times import WHEN, EventTimes
from eventapp.planning.fields import (
    WallTimeField,
    contact_email_field,
    fold_field,
    link_field,
    minutes_field,
    notes_field,
    places_field,
    prose_field,
    test_link_field,
)
from eventapp.planning.host_rows import HostRows
from eventapp.planning.queries import SeriesRow
from eventapp.planning.quota_fields import QuotaFields
from eventapp.planning.shown import PLAIN, shown
from eventapp.planning.topic_fields import TopicFields
from eventapp.planning.values import PlannedValues
from eventapp.registration.fields import LINE, NAME, text_field

_SWITCHES = ("waiting_list", "confirm_email", "approval")


class Reach(StrEnum):
    """Which dates of a series an edit is for."""

    ONE = "one"
    FOLLOWING = "following"


REACHES = options(
    (Reach.ONE.value, _l("Nur dieser Termin")),
    (Reach.FOLLOWING.value, _l("Dieser und alle folgenden der Reihe")),
)


ASKED_COMING = options(
    ("", _l("Nein")),
    (AskComing.IN_PERSON.value, _l("Alle, die vor Ort sind")),
    (AskComing.ALL.value, _l("Alle, auch online")),
)


WALKED_IN = options(
    ("", _l("Nein")),
    (WalkIns.WHILE_FREE.value, _l("Ja, solange Plätze frei sind")),
    (WalkIns.BEYOND.value, _l("Ja, auch über die Plätze hinaus")),
)


class EventForm(QuotaFields, TopicFields, EventTimes):
    """A new event, or one that is changed; `networks` are those that may be chosen."""

    revision = HiddenField()
    title = text_field(_l("Titel"), LINE, _l("Geben Sie der Veranstaltung einen Titel."))
    kind = SelectField(_l("Art"), [InputRequired(_l("Wählen Sie die Art der Veranstaltung."))])
    network = SelectField(_l("Netzwerk"), [InputRequired(_l("Wählen Sie das Netzwerk."))])
    series = SelectField(_l("Reihe"), [Optional()])
    reach = RadioField(_l("Für welche Termine gilt das?"), [Optional()], choices=REACHES)
    summary = text_field(
        _l("Worum es geht, in einem Satz"), 300, description=_l("Steht unter dem Titel.")
    )
    starts_on = DayField(_l("Erster Tag"), [InputRequired(_l("Nennen Sie den ersten Tag."))])
    starts_time = WallTimeField(_l("Beginn"))
    starts_fold = fold_field()
    ends_on = DayField(_l("Letzter Tag"))
    ends_time = WallTimeField(_l("Ende"))
    ends_fold = fold_field()
    attendance = SelectMultipleField(_l("Teilnahme"))
    venue_name = text_field(_l("Haus oder Raum"), LINE)
    venue_street = text_field(_l("Straße und Hausnummer"), LINE)
    venue_postal_code = text_field(_l("Postleitzahl"), 10)
    venue_city = text_field(_l("Ort"), NAME)
    join_url = link_field()
    dial_in = text_field(
        _l("Einwahl mit dem Telefon"),
        LINE,
        description=_l("Nummer und Kennung. Beides steht beim Zugang, nicht auf der Seite."),
    )
    door_minutes = minutes_field()
    join_notes = notes_field()
    test_url = test_link_field()
    capacity_in_person = places_field(_l("Plätze vor Ort"))
    capacity_online = places_field(_l("Plätze online"))
    waiting_list = BooleanField(
        _l("Warteliste führen"),
        render_kw={"required": True},  # it may stay empty, but says something either way
        description=_l("Wird ein Platz frei, rückt die nächste Person von selbst nach."),
    )
    ask_coming = RadioField(
        _l("Am Tag vorher fragen, ob jemand noch kommt?"),
        [Optional()],
        choices=ASKED_COMING,
        description=_l("Ein Nein gibt den Platz frei. Wer wartet, rückt nach."),
    )
    walk_ins = RadioField(
        _l("Darf der Einlass Menschen ohne Anmeldung aufnehmen?"),
        [Optional()],
        choices=WALKED_IN,
        description=_l(
            "Am Einlass genügt der Name. Wer eine E-Mail-Adresse nennt, bekommt eine Bestätigung."
        ),
    )
    confirm_email = BooleanField(
        _l("E-Mail-Adresse bestätigen lassen"),
        render_kw={"required": True},
        description=_l(
            "Der Platz ist 48 Stunden vorgemerkt. Wer den Link in der E-Mail nicht bestätigt, "
            "wird gelöscht, und der Platz geht weiter."
        ),
    )
    approval = BooleanField(
        _l("Über jede Anmeldung selbst entscheiden"),
        render_kw={"required": True},
        description=_l(
            "Niemand hat einen Platz, bevor Sie die Anmeldung annehmen. Beides zusammen geht "
            "auch: zuerst bestätigt die Person, dann entscheiden Sie."
        ),
    )
    description = prose_field(
        _l("Beschreibung"),
        _l("Absätze durch Leerzeilen; **fett**, Listen mit „- “ am Zeilenanfang (Markdown)."),
    )
    host_note = text_field(
        _l("Ein Satz der Gastgeber"),
        LINE,
        description=_l("Steht unter der Beschreibung. Auch Partner mit einem Link schreiben ihn."),
    )
    contact_name = text_field(_l("Name der Ansprechperson"), NAME)
    contact_email = contact_email_field()
    contact_phone = text_field(_l("Telefon"), 50)

    def __init__(
        self,
        formdata: Any,
        *,
        networks: Sequence[tuple[NetworkNode, int]],
        event: EventDefinition | None = None,
        topics: Sequence[Named] = (),
        series: Sequence[SeriesRow] = (),
        chosen: str = "",
        following: Sequence[int] = (),
        host_choices: Mapping[str, Host] | None = None,
    ) -> None:
        stands = shown(event) if event else {"waiting_list": True, "ask_coming": "", "walk_ins": ""}
        super().__init__(formdata, data={**stands, "series": chosen, "reach": Reach.ONE.value})
        self.following = list(following)
        self.event = event
        self.networks = {node.slug: node for node, _depth in networks}
        self.hosts = (
            HostRows(formdata, event.hosts, host_choices)
            if event and host_choices is not None
            else None
        )
        please = SelectChoice("", _("bitte wählen"))
        self.kind.choices = [please, *(SelectChoice(str(e), kind_label(e)) for e in Kind)]
        self.network.choices = [
            please,
            *(SelectChoice(node.slug, f"{'– ' * depth}{node.name}") for node, depth in networks),
        ]
        self.offer_topics(topics, event)
        self.attendance.choices = [
            SelectChoice(Attendance.IN_PERSON.value, _("Vor Ort")),
            SelectChoice(Attendance.ONLINE.value, _("Online")),
        ]
        self.series_ids = {row.slug: row.id for row in series}
        none = SelectChoice("", _("keine"))
        self.series.choices = [none, *(SelectChoice(row.slug, row.title) for row in series)]
        if not series:
            del self.series
        self.is_for_all = self.reach.data == Reach.FOLLOWING
        if not following:
            del self.reach
        if len(networks) == 1:
            del self.network
        if self.is_course:
            for name in WHEN:
                del self[name]

    def ways_hints(self) -> dict[str, tuple[str, str]]:
        """What stands below each way to take part, as the macro of cards wants it."""
        return {
            Attendance.IN_PERSON.value: (_("Mit Einlass vor Ort"), ""),
            Attendance.ONLINE.value: (_("Mit Zugangslink"), ""),
        }

    def chosen_network(self) -> NetworkNode | None:
        """The network as the form stands, whatever else is wrong with it."""
        if "network" in self:
            return self.networks.get(str(self.network.data))
        return next(iter(self.networks.values()), None)

    def differing(self, other: "EventForm") -> list[str]:
        """The labels of the fields that say something else there."""
        found = [
            str(field.label.text)
            for field in self
            if field.name in other
            and field.name not in ("revision", "reach")
            and (field.data or None) != (other[field.name].data or None)
        ]
        if self.hosts and other.hosts and self.hosts.typed() != other.hosts.typed():
            found.append(_("Wer trägt die Veranstaltung mit?"))
        return found

    @property
    def series_slug(self) -> str:
        """Of the series chosen, empty for none."""
        return str(self.series.data or "") if "series" in self else ""

    @property
    def seen(self) -> int:
        """The revision that was edited; -1 for none of ours."""
        return number_in(one_line(self.revision.data), -1)

    def now_at(self, event: EventDefinition) -> None:
        """Sent once more, it holds over what stands there now."""
        self.revision.data = str(event.revision)
        self.revision.raw_data = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what has to fit together; the rules are those of `events`."""
        super().validate(extra_validators)
        if not self.is_course:
            self._check_when()
        self._check_attendance()
        self._check_programme()
        fixed = self.event.first_day if self.event and self.is_course else None
        self.check_release(fixed or self.starts_on.data)
        has_good_hosts = self.hosts is None or self.hosts.validate()
        return has_good_hosts and not any(field.errors for field in self)

    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems(), *(self.hosts.problems() if self.hosts else [])]

    def _check_attendance(self) -> None:
        offered = self.attendance.data or []
        if not rules.has_registration(self.kind.data):
            if offered:
                text = _("Zu einem Meilenstein meldet sich niemand an. Lassen Sie beides leer.")
                set_error(self.attendance, text)
        elif not offered:
            set_error(self.attendance, _("Wählen Sie „Vor Ort“, „Online“ oder beides."))
        capacities = {each.value: self[f"capacity_{each}"].data for each in Attendance}
        for way in rules.not_offered(offered, capacities):
            text = _(
                "So kann niemand teilnehmen. Wählen Sie es oben aus, oder lassen Sie das leer."
            )
            set_error(self[f"capacity_{way}"], text)
        if self.join_url.data and not rules.may_have_link(offered):
            text = _("Ein Zugangslink gehört zu „Online“. Wählen Sie es aus, oder leeren Sie das.")
            set_error(self.join_url, text)

    def _check_programme(self) -> None:
        """The programme moves with the event; all of it has to find a day there."""
        if self.event is None or self.is_course or any(self[name].errors for name in WHEN):
            return
        days = (self._first_day, self._last_day)
        items = copying.programme(self.event, self._moves_by)
        beyond = [each for each in items if not rules.lies_within(each["starts_at"], days)]
        if beyond:
            text = _(
                "„%(title)s“ im Programm läge dann an keinem Tag der Veranstaltung. "
                "Ändern Sie zuerst das Programm.",
                title=beyond[0]["title"],
            )
            set_error(self.ends_on, text)

    def values(self, *, network_id: int) -> PlannedValues:
        """The submitted form as the actions take it; a programme moves along with the first day."""
        values: Any = {name: self[name].data for name in PLAIN}
        for name in PLAIN:
            is_text = name in ("title", "summary", "description")
            values[name] = values[name] or ("" if is_text else None)
        offered = self.attendance.data or []
        values |= {
            **{name: bool(self[name].data) for name in _SWITCHES},
            "ask_coming": self.ask_coming.data or None,
            "walk_ins": self.walk_ins.data or None,
            "network_id": network_id,
            "series_id": self.series_ids.get(self.series_slug),
            "has_in_person": Attendance.IN_PERSON in offered,
            "has_online": Attendance.ONLINE in offered,
            "capacity_in_person": self.capacity_in_person.data,
            "capacity_online": self.capacity_online.data,
            "door_minutes": self.door_minutes.data,
            "topic_names": self.topic_names(),
            **self.quota_values(),
        }
        if self.hosts:
            values |= self.hosts.values()
        if not self.is_course:
            values |= self._times()
        return values  # type: ignore[no-any-return]


class CopyForm(PublicForm):
    """What a copy is called and when it begins; all its days move alike."""

    title = text_field(_l("Titel"), LINE, _l("Geben Sie der Veranstaltung einen Titel."))
    starts_on = DayField(
        _l("Erster Tag"),
        [InputRequired(_l("Nennen Sie den ersten Tag."))],
        description=_l("Vorgeschlagen ist derselbe Wochentag im nächsten Jahr."),
    )
