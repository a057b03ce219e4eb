"""The forms of the office: a person entered by hand, and what is put right."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional

from eventapp.events.definition import EventDefinition, QuestionDefinition
from eventapp.forms import PublicForm, many_lines, options
from eventapp.invitations.rules import Member
from eventapp.languages import gettext as _
from eventapp.participants.actions import Corrected
from eventapp.participants.participant import Participant
from eventapp.registration.fields import (
    LINE,
    NAME,
    PHOTO_PURPOSES,
    email_field,
    question_field,
    text_field,
)
from eventapp.registration.forms import (
    PERSON,
    ItemsForm,
    Section,
    SignupForm,
    items_form_class,
    made_for,
)

MOST_NOTE = 1000
_NOT_CALLED_OPTIONAL = {"required": True}  # an explicit act; the browser demands nothing


def _not_completed(fields: Any) -> None:
    """The browser's own name and address are those of whoever sits in the office."""
    for field in fields:
        if field.render_kw and "autocomplete" in field.render_kw:
            field.render_kw = {**field.render_kw, "autocomplete": "off"}


class EntryForm(SignupForm):
    """The sign-up form of an event, asked of somebody who answers for another."""

    email = email_field(
        _l(
            "An diese Adresse geht die Bestätigung. Ohne Adresse drucken Sie die Einlasskarte nach "
            "dem Eintragen aus."
        ),
        required=False,
    )
    beyond = BooleanField(
        _l("Trotzdem einen Platz geben"),
        render_kw=_NOT_CALLED_OPTIONAL,
    )

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        _not_completed(self)

    organisation_is_needed = False

    @property
    def sections(self) -> list[Section]:
        """As at sign-up, with headings for the office."""
        items = [field for part in self._choice_sections() for field in part.fields]
        sections = [
            Section(_("Teilnahme"), None, self._some("attendance")),
            Section(_("Person"), None, self._some(*PERSON)),
            Section(_("Programmpunkte"), None, items),
            Section(_("Fragen"), None, self._questions()),
            Section(
                _("Bedarf"),
                _("Tragen Sie nur ein, was die Person selbst gesagt hat."),
                self._some("assistance_kinds", "assistance", "diet", "door_note"),
            ),
            Section(
                _("Einverständnis"),
                _("Kreuzen Sie nur an, was die Person selbst erlaubt hat."),
                self._some("photo_consent", "list_consent"),
            ),
        ]
        return [each for each in sections if each.fields]


def entry_form_class(event: EventDefinition, members: Sequence[Member]) -> type[EntryForm]:
    """The form of this event, with the organisations to choose from."""
    return made_for(EntryForm, event, members)


class CorrectionForm(PublicForm):
    """Who it is, where their mail goes, and what else they told; `correction_form_class` adds what
    this person has."""

    title = text_field(_l("Titel"), NAME)
    first_name = text_field(_l("Vorname"), NAME, _l("Nennen Sie den Vornamen."))
    last_name = text_field(_l("Nachname"), NAME, _l("Nennen Sie den Nachnamen."))
    organisation = text_field(
        _l("Organisation"),
        LINE,
        description=_l(
            "Geschrieben wie im Verzeichnis der Organisationen, zählt die Person zu ihr."
        ),
    )
    email = email_field(
        _l("An eine neue Adresse senden wir neue Links; die alten gelten dann nicht mehr."),
        required=False,
    )

    questions: Sequence[QuestionDefinition] = ()

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        _not_completed(self)

    @property
    def sections(self) -> list[Section]:
        """In the order of asking."""
        sections = [
            Section(_("Person"), None, self._some(*PERSON, "door_note")),
            Section(_("Antworten"), None, self._some(*(_name(each) for each in self.questions))),
            Section(
                _("Einverständnis"),
                _("Nehmen Sie das Häkchen weg, wenn die Person ihr Einverständnis zurücknimmt."),
                self._some("photo_consent", "list_consent"),
            ),
        ]
        return [each for each in sections if each.fields]

    def _some(self, *names: str) -> list[Field]:
        return [self[name] for name in names if name in self]

    def show(self, person: Participant) -> None:
        """Fill in what stands."""
        for field in self:
            if field.name in person.row._mapping:  # noqa: SLF001  public, but for its name
                field.data = getattr(person.row, field.name)
        for question, value in person.answers.items():
            if _name(question) in self:
                self[_name(question)].data = value

    def corrected(self) -> Corrected:
        """What was typed, as the action takes it."""
        texts = {name: self[name].data or None for name in _TEXTS if name in self}
        consents = {name: self[name].data for name in _CONSENTS if name in self}
        answers = {each: self[_name(each)].data for each in self.questions}
        return Corrected(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            organisation=self.organisation.data or None,
            email=self.email.data or "",
            values=texts | consents,
            answers={each: None if data in ("", []) else data for each, data in answers.items()},
        )


_TEXTS = ("title", "salutation", "role", "door_note")
_CONSENTS = ("photo_consent", "list_consent")
_SALUTATIONS = options(("", _l("ohne Anrede")), ("Frau", _l("Frau")), ("Herr", _l("Herr")))


def _name(question: QuestionDefinition) -> str:
    return f"question_{question.key}"


def correction_form_class(event: EventDefinition, person: Participant) -> type[CorrectionForm]:
    """The form for one person: what the event asks or they have told. A consent can be taken back
    here, not given; sensitive answers are not asked."""
    row, fields = person.row, dict[str, Any]()
    asked = {name for name in _TEXTS if name in event.fields or getattr(row, name)}
    if "salutation" in asked:
        fields["salutation"] = SelectField(_l("Anrede"), [Optional()], choices=_SALUTATIONS)
    if "role" in asked:
        fields["role"] = text_field(_l("Funktion"), LINE)
    if "door_note" in asked:
        fields["door_note"] = text_field(_l("Hinweis für den Einlass"), LINE)
    given = [each for each in PHOTO_PURPOSES if each.value in (row.photo_consent or [])]
    if given:
        fields["photo_consent"] = SelectMultipleField(
            _l("Fotos erlaubt für"), [Optional()], choices=given
        )
    if row.list_consent:
        fields["list_consent"] = BooleanField(_l("Name in der Teilnahmeliste erlaubt"))
    questions = [each for each in event.questions if not each.sensitive]
    for each in questions:
        fields[_name(each)] = question_field(replace(each, required=False), event)
    return type("EventCorrectionForm", (CorrectionForm,), {**fields, "questions": questions})


class BeyondForm(PublicForm):
    """One tick: a place although none is free."""

    beyond = BooleanField(_l("Trotzdem einen Platz geben"), render_kw=_NOT_CALLED_OPTIONAL)


class FarewellForm(PublicForm):
    """A sentence to whose registration ends."""

    note = TextAreaField(
        _l("Ein Satz dazu an die Person"),
        [
            Optional(),
            Length(max=MOST_NOTE, message=_l("Bitte kürzen Sie auf höchstens %(max)d Zeichen.")),
        ],
        filters=[many_lines],
        description=_l("Steht in der E-Mail. Sie können das Feld leer lassen."),
        render_kw={"rows": 3},
    )


class BulkForm(FarewellForm):
    """The page that asks about many."""

    beyond = BooleanField(
        _l("Auch dann einen Platz geben, wenn keiner frei ist"), render_kw=_NOT_CALLED_OPTIONAL
    )


class ViewForm(PublicForm):
    """A name for the present filter."""

    name = text_field(_l("Name der Ansicht"), NAME, _l("Geben Sie der Ansicht einen Namen."))
    is_shared = BooleanField(
        _l("Für alle, die die Teilnehmenden dieser Veranstaltung sehen"),
        render_kw=_NOT_CALLED_OPTIONAL,
    )


class WorkshopsForm(ItemsForm):
    """The choice of workshops, with seats even where none is free."""

    beyond = BooleanField(
        _l("Auch volle Programmpunkte sofort geben"), render_kw=_NOT_CALLED_OPTIONAL
    )


def workshops_form_class(event: EventDefinition) -> type[WorkshopsForm]:
    """The form of this event."""
    return type("EventWorkshopsForm", (WorkshopsForm, items_form_class(event)), {})
