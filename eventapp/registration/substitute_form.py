"""Who comes instead: a name and an address; all else that person tells on their own page."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eventapp.events.definition import EventDefinition
from eventapp.forms import PublicForm
from eventapp.languages import gettext as _
from eventapp.registration.actions import Person
from eventapp.registration.fields import NAME, email_field, optional_fields, text_field
from eventapp.registration.forms import Section

_ORDER = ("salutation", "title", "first_name", "last_name", "email", "organisation", "role")
_OFF = {"autocomplete": "off"}  # the browser's own name is that of whoever does not come


class SubstituteForm(PublicForm):
    """Of an event: `substitute_form_class` adds what it asks about a person."""

    form_token = HiddenField()
    first_name = text_field(_l("Vorname"), NAME, _l("Nennen Sie den Vornamen."), render_kw=_OFF)
    last_name = text_field(_l("Nachname"), NAME, _l("Nennen Sie den Nachnamen."), render_kw=_OFF)
    email = email_field(_l("An diese Adresse senden wir die neue Einlasskarte."))

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(*args, **kwargs)
        for field in self:
            if field.render_kw and "autocomplete" in field.render_kw:
                field.render_kw = {**field.render_kw, **_OFF}

    @property
    def sections(self) -> list[Section]:
        return [Section(_("Wer kommt?"), None, [self[name] for name in _ORDER if name in self])]

    def person(self) -> Person:
        """As typed."""
        more = {name: self[name].data or None for name in _OPTIONAL if name in self}
        if more.get("salutation") == "none":
            more["salutation"] = None
        return Person(
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
            email=self.email.data or "",
            **more,
        )


_OPTIONAL = ("salutation", "title", "organisation", "role")


def substitute_form_class(
    event: EventDefinition, organisation_id: int | None
) -> type[SubstituteForm]:
    """The form of this event; an organisation of the register goes with the place."""
    fields = {
        name: each for name, each in optional_fields(event.fields).items() if name in _OPTIONAL
    }
    if organisation_id is not None:
        fields.pop("organisation", None)
    return type("EventSubstituteForm", (SubstituteForm,), fields)
