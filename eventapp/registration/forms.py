"""The sign-up form of one event: its class is built from the definition and kept per revision.

Shape only: required, lengths, choices. Whether there is a place is decided by `rules.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField
from wtforms.validators import Length

from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.events.models import Attendance
from eventapp.formatting import day_month
from eventapp.forms import PublicForm
from eventapp.invitations.rules import Invited, Member, asks_organisation, needs_organisation
from eventapp.languages import gettext as _
from eventapp.registration.actions import Person, SignupRequest
from eventapp.registration.conditions import applies, shown_if
from eventapp.registration.fields import (
    NAME,
    attendance_field,
    choice_fields,
    choice_name,
    email_field,
    optional_fields,
    organisation_field,
    question_field,
    text_field,
)
from eventapp.registration.holder import Holder

F = TypeVar("F", bound="SignupForm")


@dataclass(frozen=True)
class Section:
    """A question of the form with its fields."""

    heading: Any
    hint: Any
    fields: Sequence[Field]


class ItemsForm(PublicForm):
    """The choice of workshops, alone or as a part of the sign-up."""

    form_token = HiddenField()

    event: EventDefinition
    extras: dict[str, dict[str, tuple[str, str]]]

    @property
    def sections(self) -> list[Section]:
        return self._choice_sections()

    def problems(self) -> list[tuple[str, str]]:
        """In the order in which the page asks."""
        asked = [field for section in self.sections for field in section.fields]
        rest = [field for field in self if field not in asked]
        wrong = (each for each in (*asked, *rest) if each.errors)
        return [*self._of_all(), *((each.id, str(each.errors[0])) for each in wrong)]

    def choose(self, items: Sequence[ItemDefinition]) -> None:
        """Show these items as chosen."""
        for item in items:
            if item.group:
                self[choice_name(item.group)].data = item.slug
        if "programme_items" in self:
            self["programme_items"].data = [item.slug for item in items if item.group is None]

    def _some(self, *names: str) -> list[Field]:
        return [self[name] for name in names if name in self]

    def _choice_sections(self) -> list[Section]:
        groups = dict.fromkeys(item.group for item in self.event.choices if item.group)
        sections = [
            Section(
                _("Welchen Programmpunkt möchten Sie besuchen?"),
                None,
                self._some(choice_name(group)),
            )
            for group in groups
        ]
        if any(item.group is None for item in self.event.choices):
            sections.append(
                Section(_("Woran möchten Sie teilnehmen?"), None, [self["programme_items"]])
            )
        return sections

    def chosen_items(self) -> list[ItemDefinition]:
        """The chosen programme items, under whichever name their slugs came."""
        slugs = {
            self[name].data
            for name in {choice_name(item.group) for item in self.event.choices if item.group}
        }
        if "programme_items" in self:
            slugs |= set(self["programme_items"].data or [])
        return [item for item in self.event.choices if item.slug in slugs]


class SignupForm(ItemsForm):
    """What every event asks; `form_class` adds what this event needs."""

    invitation = HiddenField()
    website = StringField(
        _l("Dieses Feld bitte leer lassen"),
        [Length(max=0, message=_l("Lassen Sie dieses Feld leer."))],
    )
    first_name = text_field(
        _l("Vorname"),
        NAME,
        _l("Nennen Sie Ihren Vornamen."),
        render_kw={"autocomplete": "given-name"},
    )
    last_name = text_field(
        _l("Nachname"),
        NAME,
        _l("Nennen Sie Ihren Nachnamen."),
        render_kw={"autocomplete": "family-name"},
    )
    email = email_field(_l("An diese Adresse senden wir Ihre Bestätigung."))

    members: Mapping[str, Member]
    organisation_is_needed = True

    def show_invited(self, invited: Invited, code: str) -> None:
        """Ask nothing that the invitation says; what it knows of a person is filled in."""
        self.invitation.data = code
        if "organisation_slug" in self:
            del self["organisation_slug"]
        if not invited.is_personal and "organisation" in self:
            del self["organisation"]
        for name in _OF_INVITED if invited.is_personal else ():
            if name in self and self[name].data in (None, ""):
                self[name].data = getattr(invited, name) or self[name].data

    def share(self, holder: Holder) -> None:
        """Fill in what somebody has in common with whoever signs them up."""
        self.email.data = holder.email
        for name in ("organisation", "attendance"):
            if name in self:
                self[name].data = getattr(holder, name)
        if "organisation_slug" in self:
            own = [each.slug for each in self.members.values() if each.id == holder.organisation_id]
            self["organisation_slug"].data = own[0] if own else ""

    @property
    def sections(self) -> list[Section]:
        """The questions in the order of asking; a section without fields is left out."""
        sections = [
            Section(_("Wie nehmen Sie teil?"), None, self._some("attendance")),
            Section(_("Wer nimmt teil?"), None, self._some(*PERSON)),
            *self._choice_sections(),
            Section(_("Noch ein paar Fragen"), None, self._questions()),
            Section(
                _("Was brauchen Sie, um gut teilzunehmen?"),
                self._needs_hint(),
                self._some("assistance_kinds", "assistance", "diet", "door_note"),
            ),
            Section(
                _("Was mit Ihren Daten geschieht"),
                None,
                self._some("photo_consent", "list_consent"),
            ),
        ]
        return [each for each in sections[:-1] if each.fields] + sections[-1:]

    def _questions(self) -> list[Field]:
        return self._some(*(f"question_{question.key}" for question in self.event.questions))

    def _needs_hint(self) -> str:
        hint = _("Angaben zum Bedarf sind freiwillig. Nur das Organisationsteam sieht sie.")
        deadline = self._assistance_deadline()
        if deadline is None or "assistance" not in self:
            return hint
        until = _(
            "Dolmetschen und andere Assistenz können wir bis %(day)s sicher buchen; danach "
            "versuchen wir es gern.",
            day=day_month(deadline),
        )
        return f"{hint} {until}"

    def _assistance_deadline(self) -> date | None:
        """Until when it can be booked, as the form says."""
        return self.event.assistance_deadline

    def answers(self) -> dict[QuestionDefinition, Any]:
        """Answers to the questions that apply; an empty one is left out."""
        found = {
            question: self[f"question_{question.key}"].data
            for question in self.event.questions
            if self._applies(question)
        }
        return {question: value for question, value in found.items() if value not in (None, "", [])}

    def _attendance(self) -> str:
        if "attendance" in self:
            return str(self["attendance"].data)
        return self.event.attendances[0]

    @property
    def conditions(self) -> dict[str, dict[str, str]]:
        """What shows each question that not everybody is asked; see `shown_if`."""
        return shown_if(self.event.questions, asks_attendance="attendance" in self)

    def _applies(self, question: QuestionDefinition) -> bool:
        def answer(key: str) -> Any:
            return self[f"question_{key}"].data

        return applies(question, self.event.questions, self._attendance(), answer)

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then the questions: required only where they apply, and dropped where
        they do not, whatever was typed there."""
        super().validate(extra_validators)
        given = self.answers()
        for question in self.event.questions:
            asked = self[f"question_{question.key}"]
            if not self._applies(question):
                asked.errors = []
            elif question.required and question not in given and not asked.errors:
                asked.errors = [_("Beantworten Sie bitte diese Frage.")]
        return not any(field.errors for field in self)

    def request(self, language: str) -> SignupRequest:
        """The submitted form as the action takes it."""
        values = {name: self[name].data for name in self._fields}
        salutation = values.get("salutation")
        member = self.members.get(values.get("organisation_slug") or "")
        needs = {name: values[name] for name in NEEDS if values.get(name)}
        return SignupRequest(
            person=Person(
                first_name=values["first_name"],
                last_name=values["last_name"],
                email=values["email"] or "",
                salutation=salutation if salutation not in ("", "none") else None,
                title=values.get("title") or None,
                organisation=member.name if member else values.get("organisation") or None,
                organisation_id=member.id if member else None,
                role=values.get("role") or None,
            ),
            attendance=self._attendance(),
            items=self.chosen_items(),
            answers=self.answers(),
            needs=needs or None,
            door_note=values.get("door_note") or None,
            photo_consent=values.get("photo_consent") or (),
            list_consent=bool(values.get("list_consent")),
            language=language,
            invitation=values.get("invitation") or None,
        )


PERSON = (
    *("salutation", "title", "first_name", "last_name", "email"),
    *("organisation_slug", "organisation", "role"),
)
_OF_INVITED = ("salutation", "title", "first_name", "last_name", "email", "organisation")
NEEDS = ("assistance", "assistance_kinds", "diet")


def items_form_class(event: EventDefinition) -> type[ItemsForm]:
    """The form for changing the workshops of this event."""
    fields = {"event": event, "extras": _extras(event), **choice_fields(event)}
    return type("EventItemsForm", (ItemsForm,), fields)


def form_class(event: EventDefinition, members: Sequence[Member]) -> type[SignupForm]:
    """The form of this event; build it once per revision."""
    return made_for(SignupForm, event, members)


def made_for(base: type[F], event: EventDefinition, members: Sequence[Member]) -> type[F]:
    """The sign-up form or one derived from it, with the fields of this event; `members` are the
    organisations to choose from, where it asks for one."""
    fields: dict[str, Any] = {"event": event, "extras": _extras(event)}
    fields["members"] = {each.slug: each for each in members}
    if len(event.attendances) > 1:
        fields["attendance"] = attendance_field(event)
    fields |= optional_fields(event.fields) | choice_fields(event)
    if asks_organisation(event):
        is_needed = needs_organisation(event) and base.organisation_is_needed
        fields["organisation_slug"] = organisation_field(members, is_needed)
        if is_needed:
            fields.pop("organisation", None)
    fields |= {f"question_{each.key}": question_field(each, event) for each in event.questions}
    return type(f"Event{base.__name__}", (base,), fields)


def _extras(event: EventDefinition) -> dict[str, dict[str, tuple[str, str]]]:
    extras: dict[str, dict[str, tuple[str, str]]] = {
        "attendance": {
            Attendance.IN_PERSON: (event.venue.name or "" if event.venue else "", "in_person"),
            Attendance.ONLINE: ("", "online"),
        }
    }
    for item in event.choices:
        name = choice_name(item.group) if item.group else "programme_items"
        hint = ", ".join(part for part in (item.room, ", ".join(item.speakers)) if part)
        extras.setdefault(name, {})[item.slug] = (hint, f"item:{item.slug}")
    return extras


class EmailForm(PublicForm):
    """One address: for the lost link and for the correction from the receipt."""

    form_token = HiddenField()
    email = email_field("")
