"""The form for the next date of somebody whose link proves who they are: name and address stand,
and only what this event asks beside them is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from eventapp.events.definition import EventDefinition
from eventapp.invitations.rules import Member
from eventapp.languages import gettext as _
from eventapp.registration.forms import NEEDS, Section, SignupForm, made_for
from eventapp.registration.holder import Holder

_KNOWN = ("first_name", "last_name", "email", "title", "salutation")


class NextForm(SignupForm):
    """As any sign-up, in two halves: what has to be looked at, and what may be left."""

    @property
    def sections(self) -> list[Section]:
        found = [
            Section(_("Wie nehmen Sie teil?"), None, self._some("attendance")),
            Section(
                _("Für wen kommen Sie?"),
                None,
                self._some("organisation_slug", "organisation", "role"),
            ),
            *self._choice_sections(),
            Section(_("Noch ein paar Fragen"), None, self._questions()),
        ]
        return [each for each in found if each.fields]

    @property
    def further(self) -> Section:
        """What nobody has to say."""
        names = ("assistance_kinds", "assistance", "diet", "door_note")
        consents = ("photo_consent", "list_consent")
        return Section(
            _("Was brauchen Sie, um gut teilzunehmen?"),
            self._needs_hint() if self._some(*NEEDS) else None,
            self._some(*names, *consents),
        )


def next_form_class(event: EventDefinition, members: Sequence[Member]) -> type[NextForm]:
    """The form of this event."""
    return made_for(NextForm, event, members)


def as_holder(sent: MultiDict[str, str], holder: Holder) -> Mapping[str, Any]:
    """What was sent, with the person whom the link belongs to, whatever was typed there."""
    values = MultiDict(sent)
    for name in (*_KNOWN, "invitation"):
        values.poplist(name)
    for name in _KNOWN:
        known = getattr(holder, name)
        if known:
            values[name] = known
    return values
