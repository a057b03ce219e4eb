"""The form of a message: whom it goes to, what it says, where answers go."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, Optional

from eventapp.accounts.queries import LoggedIn
from eventapp.events.definition import EventDefinition
from eventapp.formatting import attendance_label
from eventapp.forms import PublicForm, options, set_error
from eventapp.languages import gettext as _
from eventapp.messages.actions import Content
from eventapp.messages.audience import Kept, status_choice
from eventapp.messages.rules import WRITES_TO
from eventapp.numbers import number_in
from eventapp.participants.filters import item_label, status_label
from eventapp.participants.selection import Wanted
from eventapp.participants.wanted import Parameters
from eventapp.wording.forms import subject_field, text_area

_CONTACT = "contact"
_SAYS_SOMETHING = {"required": True}  # a choice that is always made, not called optional


class MessageForm(PublicForm):
    """The filter stands in it under the names of its parameters in the list of people; `kept` are
    the parts that have no field here and can only be dropped."""

    revision = HiddenField()
    attendance = SelectField(_l("Teilnahme"), [Optional()], render_kw=_SAYS_SOMETHING)
    status = SelectField(_l("Zustand"), [Optional()], render_kw=_SAYS_SOMETHING)
    workshop = SelectField(_l("Programmpunkt"), [Optional()], render_kw=_SAYS_SOMETHING)
    subject = subject_field(_l("Betreff"), DataRequired(_l("Geben Sie einen Betreff ein.")))
    text = text_area(
        _l("Text"),
        DataRequired(_l("Schreiben Sie den Text der Nachricht.")),
        description=_l(
            "Absätze durch Leerzeilen; **fett**, Listen mit „- “ am Zeilenanfang, "
            "[Worte](https://…) als Link."
        ),
    )
    subject_en = subject_field(_l("Betreff auf Englisch"), Optional())
    text_en = text_area(_l("Text auf Englisch"), Optional())
    reply_to = SelectField(_l("Antworten gehen an"), render_kw=_SAYS_SOMETHING)

    def __init__(
        self,
        formdata: Any,
        *,
        event: EventDefinition,
        wanted: Wanted,
        kept: Sequence[Kept],
        addresses: Sequence[tuple[str, str]],
        message: Any = None,
    ) -> None:
        filled = {
            "status": status_choice(wanted),
            "attendance": wanted.attendance or "",
            "workshop": wanted.item.slug if wanted.item else "",
        }
        super().__init__(formdata, data={**_shown(message, addresses), **filled})
        self.attendance.choices = options(
            ("", _("Alle")), *((str(each), attendance_label(each)) for each in event.attendances)
        )
        self.status.choices = options(*_statuses(filled["status"]))
        items = ((item.slug, item_label(item)) for item in event.choices)
        self.workshop.choices = options(("", _("Alle")), *items)
        self.reply_to.choices = options(*addresses)
        if len(event.attendances) < 2:
            del self.attendance
        if not event.choices:
            del self.workshop
        self.kept = [each for each in kept if each.name not in self]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """English is written whole or not at all."""
        is_valid = bool(super().validate(*args, **kwargs))
        for present, missing in ((self.subject_en, self.text_en), (self.text_en, self.subject_en)):
            if present.data and not missing.data and not missing.errors:
                set_error(missing, _("Auf Englisch fehlt das noch. Oder leeren Sie beide Felder."))
                is_valid = False
        return is_valid

    @property
    def seen(self) -> int:
        """The revision that was shown; 0 where the form does not say."""
        return number_in(self.revision.data, 0)

    def content(self, chosen: Parameters) -> Content:
        """What was typed, as the actions take it."""
        reply_to = str(self.reply_to.data)
        return Content(
            filter=dict(chosen),
            subject=self.subject.data or "",
            text=self.text.data or "",
            subject_en=self.subject_en.data or None,
            text_en=self.text_en.data or None,
            reply_to=None if reply_to == _CONTACT else reply_to,
        )


def _statuses(chosen: str) -> list[tuple[str, str]]:
    """Who cancelled gets nothing; offered only where the list was filtered so, to be changed."""
    offered = [*map(str, WRITES_TO)]
    if chosen and chosen not in offered:
        offered.append(chosen)
    return [
        ("", _("Angemeldet und Warteliste")),
        *((each, status_label(each)) for each in offered),
    ]


def reply_addresses(
    event: EventDefinition, account: LoggedIn, kept: str | None
) -> list[tuple[str, str]]:
    """(value, label) of where answers may go: what the event and its network name, one's own, and
    what the draft has."""
    contact = event.contact.email if event.contact else None
    sender, controller = event.network.sender, event.network.controller
    others = (
        sender.email if sender else None,
        controller.email if controller else None,
        account.email,
        kept,
    )
    first = [(_CONTACT, _("%(email)s (Kontakt der Veranstaltung)", email=contact))]
    rest = dict.fromkeys(each for each in others if each and each != contact)
    return [*(first if contact else ()), *((each, each) for each in rest)]


def _shown(message: Any, addresses: Sequence[tuple[str, str]]) -> dict[str, Any]:
    if message is None:
        return {"text": _("Guten Tag {name},") + "\n\n", "reply_to": addresses[0][0]}
    return {
        "revision": str(message.revision),
        "subject": message.subject,
        "text": message.text,
        "subject_en": message.subject_en,
        "text_en": message.text_en,
        "reply_to": message.reply_to or addresses[0][0],
    }
