"""The forms of the office: a person entered by hand, and what is put right."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field

from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm
from eventapp.languages import gettext as _
from eventapp.participants.actions import Corrected
from eventapp.registration.fields import LINE, NAME, email_field, text_field
from eventapp.registration.forms import Section, SignupForm, made_for

_NOT_CALLED_OPTIONAL = {"required": True}  # an explicit act; the browser demands nothing


def _not_completed(fields: Any) -> None:
    """The browser's own name and address are those of whoever sits in the office."""
    for field in fields:
        if field.render_kw and "autocomplete" in field.render_kw:
            field.render_kw = {**field.render_kw, "autocomplete": "off"}


class EntryForm(SignupForm):
    """The sign-up form of an event, asked of somebody who answers for another."""

    email = email_field(_l("An diese Adresse geht die Bestätigung."))
    beyond = BooleanField(
        _l("Trotzdem einen Platz geben"),
        render_kw=_NOT_CALLED_OPTIONAL,
    )

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        _not_completed(self)

    @property
    def sections(self) -> list[Section]:
        """As at sign-up, with headings for the office."""
        items = [field for part in self._choice_sections() for field in part.fields]
        sections = [
            Section(_("Teilnahme"), None, self._some("attendance")),
            Section(_("Person"), None, self._some(*_PERSON)),
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


_PERSON = ("salutation", "title", "first_name", "last_name", "email", "organisation", "role")


def entry_form_class(event: EventDefinition) -> type[EntryForm]:
    """The form of this event."""
    return made_for(EntryForm, event)


class CorrectionForm(PublicForm):
    """Who it is and where their mail goes."""

    title = text_field(_l("Titel"), NAME)
    first_name = text_field(_l("Vorname"), NAME, _l("Nennen Sie den Vornamen."))
    last_name = text_field(_l("Nachname"), NAME, _l("Nennen Sie den Nachnamen."))
    organisation = text_field(_l("Organisation"), LINE)
    email = email_field(
        _l("An eine neue Adresse senden wir neue Links; die alten gelten dann nicht mehr.")
    )

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        _not_completed(self)

    @property
    def asked(self) -> list[Field]:
        """In the order of asking."""
        return [self[n] for n in ("title", "first_name", "last_name", "organisation", "email")]

    def corrected(self) -> Corrected:
        """What was typed, as the action takes it."""
        return Corrected(
            title=self.title.data or None,
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            organisation=self.organisation.data or None,
            email=self.email.data or "",
        )


class BeyondForm(PublicForm):
    """One tick: a place although none is free."""

    beyond = BooleanField(_l("Trotzdem einen Platz geben"), render_kw=_NOT_CALLED_OPTIONAL)
