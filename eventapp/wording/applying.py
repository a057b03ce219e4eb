"""How the written sections get into a mail: looked up in the event's definition, which is in
memory, and filled for the recipient."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eventapp.languages import in_language
from eventapp.mail.kinds import Draft
from eventapp.wording import text
from eventapp.wording.offers import offers, shown_kind
from eventapp.wording.rules import Section, Texts, holding
from eventapp.wording.values import values_for

if TYPE_CHECKING:
    from eventapp.events.definition import EventDefinition


@dataclass(frozen=True)
class Said:
    """One section, for both forms of a mail."""

    html: str
    plain: str


@dataclass(frozen=True)
class Worded:
    """What the frame of mails looks for; None: ours."""

    subject: str | None = None
    intro: Said | None = None
    note: Said | None = None
    closing: Said | None = None


def apply(kind: str, draft: Draft) -> Draft:
    """The draft with what its event, or a network above, says in this kind of mail."""
    event = draft.context.get("e")
    if event is None or kind not in offers() or not event.wordings:
        return draft
    own = draft.context.get("worded_as") or kind
    return with_sections(draft, holding(event.wordings, draft.language, kind, own))


def with_sections(draft: Draft, sections: Mapping[str, str]) -> Draft:
    """The draft with these texts."""
    if not sections:
        return draft
    with in_language(draft.language):
        values = values_for(draft.context["holder"], _link(draft))
    worded = Worded(
        subject=text.one_line(sections[Section.SUBJECT], values)
        if Section.SUBJECT in sections
        else None,
        **{
            name: Said(text.html(sections[name], values), text.plain(sections[name], values))
            for name in (Section.INTRO, Section.NOTE, Section.CLOSING)
            if name in sections
        },
    )
    pdf = draft.pdf and replace(draft.pdf, said=sections)
    return replace(draft, context={**draft.context, "worded": worded}, pdf=pdf)


def _link(draft: Draft) -> str:
    """Where the mail's own button leads: until the address is proved, to the proof alone."""
    return str(draft.context.get("confirm_url") or draft.context["manage_url"])


def sample(event: "EventDefinition", kind: str, drafted: Texts, language: str) -> tuple[str, Draft]:
    """The kind that shows it, and its mail at this event with the draft before all that holds."""
    offered = offers()[shown_kind(kind)]
    held = holding(event.wordings, language, offered.mail, offered.kind)
    sections = {**held, **drafted.get(language, {})}
    return offered.mail, with_sections(offered.sample(event, language), sections)
