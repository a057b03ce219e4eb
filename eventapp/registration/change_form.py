"""The form with which a holder changes what they told: the sign-up form without what has a page of
its own, filled in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from eventapp.events.definition import EventDefinition, ItemDefinition, QuestionDefinition
from eventapp.languages import gettext as _
from eventapp.registration.assistants import KIND
from eventapp.registration.assisting import brings_assistant, with_assistant
from eventapp.registration.changing import LIST, Told
from eventapp.registration.fields import ASSISTANCE, PHOTO_PURPOSES, email_field, several
from eventapp.registration.forms import NEEDS, PERSON, Section, SignupForm, made_for
from eventapp.registration.holder import Holder

_COLUMNS = (*PERSON, "door_note", "photo_consent", "list_consent")


class ChangeForm(SignupForm):
    """What one person told; `change_form_class` leaves out what they cannot change."""

    email = email_field(
        _l("Eine neue Adresse gilt, sobald Sie den Link öffnen, den wir dorthin senden.")
    )
    before: Told

    @property
    def sections(self) -> list[Section]:
        """As at sign-up, but for the way to take part."""
        sections = [
            Section(_("Wer nimmt teil?"), None, self._some(*PERSON)),
            *self._choice_sections(),
            Section(_("Ihre Antworten"), None, self._questions()),
            Section(
                _("Was brauchen Sie, um gut teilzunehmen?"),
                self._needs_hint(),
                self._some("assistance_kinds", "assistance", "diet", "door_note"),
            ),
            Section(_("Was Sie uns erlauben"), None, self._some("photo_consent", "list_consent")),
        ]
        return [each for each in sections if each.fields]

    def _attendance(self) -> str:
        return str(self.before.columns["attendance"])

    def show(self, waiting_email: str | None, items: Sequence[ItemDefinition]) -> None:
        """Fill in what stands; an address that waits to be confirmed stands for the present one."""
        told = self.before
        for name in self._fields:
            if name in NEEDS:
                self[name].data = told.needs.get(name)
            elif name in _COLUMNS:
                self[name].data = told.columns[name]
        if "salutation" in self and told.columns["salutation"] is None:
            self["salutation"].data = "none"
        self.email.data = waiting_email or told.email
        for question, value in told.answers.items():
            if f"question_{question.key}" in self:
                self[f"question_{question.key}"].data = value
        self.choose(items)

    def told(self) -> Told:
        """What was typed, as the action takes it; an answer that applies no more is taken back."""
        request = self.request("")
        person = request.person
        columns = {
            name: getattr(person, name, None) or getattr(request, name, None)
            for name in _COLUMNS
            if name in self and name != "email"
        }
        if "photo_consent" in columns:
            columns["photo_consent"] = list(request.photo_consent)
        if "list_consent" in columns:
            columns["list_consent"] = request.list_consent
        asked = [each for each in self.event.questions if f"question_{each.key}" in self]
        unasked = {name: each for name, each in self.before.needs.items() if name not in self}
        return Told(
            email=person.email,
            columns=columns,
            needs=with_assistant(
                {**unasked, **(request.needs or {})}, brings_assistant(self.before.needs)
            ),
            answers={each: request.answers.get(each) for each in asked},
        )


def change_form_class(event: EventDefinition, told: Told) -> type[ChangeForm]:
    """The form of one person: what the event asks or they have told. Whose organisation is one of
    the register does not leave it here: places may hang on it."""
    columns = told.columns
    asked = {name for name in _TEXTS if columns[name]}
    event = replace(event, fields=tuple({*event.fields, *asked}))
    questions = [_kept(each, told) for each in event.questions]
    here = (None, columns["attendance"])
    event = replace(event, questions=tuple(each for each in questions if each.only_for in here))
    elsewhere = ("attendance", "website", "invitation", "organisation_slug")
    values: dict[str, Any] = {"before": told, **dict.fromkeys(elsewhere)}
    if columns["organisation_id"] is not None or columns["invitation_id"] is not None:
        values["organisation"] = None
    if "assistance" in event.fields:  # an assistant has a page of their own
        values["assistance_kinds"] = several(
            _l("Häufiger Bedarf"), [each for each in ASSISTANCE if each.value != KIND]
        )
    form = made_for(ChangeForm, event, ())
    return type(form.__name__, (form,), values)


_TEXTS = ("salutation", "title", "organisation", "role", "door_note")


def _kept(question: QuestionDefinition, told: Told) -> QuestionDefinition:
    """With what the person has chosen, although it is offered no more."""
    given = told.answers.get(question)
    if question.type not in ("choice", "choices") or not given:
        return question
    chosen = given if isinstance(given, list) else [given]
    missing = [each for each in chosen if each not in question.options]
    return replace(question, options=(*question.options, *missing))


def given_consents(holder: Holder) -> list[tuple[str, Any]]:
    """What the person allowed: (value of the button that takes it back, words)."""
    photo = [each for each in PHOTO_PURPOSES if each.value in holder.photo_consent]
    given = [(each.value, _("Fotos: %(purpose)s", purpose=each.label)) for each in photo]
    if holder.list_consent:
        given.append((LIST, _("Mein Name steht in der Teilnahmeliste für die anderen Gäste")))
    return given
