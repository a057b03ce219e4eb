"""What invitations say: the office's own words or the proposed ones, as paragraphs."""

from collections.abc import Iterator

from flask_babel import ngettext

from eventapp.events.definition import EventDefinition
from eventapp.formatting import long_date
from eventapp.invitations.listing import Invitee, Letter
from eventapp.languages import gettext as _


def proposed(event: EventDefinition) -> str:
    """The text where the office has written none."""
    return _(
        "wir laden Sie herzlich zu „%(title)s“ ein und freuen uns, wenn Sie dabei sind.",
        title=event.title,
    )


def paragraphs(event: EventDefinition, invitee: Invitee, letter: Letter) -> Iterator[str]:
    """The body of a mail or letter, without greeting and link."""
    text = letter.text or proposed(event)
    yield from (" ".join(each.split()) for each in text.split("\n\n") if each.strip())
    if not invitee.invited.is_personal and invitee.quota:
        yield ngettext(
            "Für „%(name)s“ ist %(num)d Platz vorgesehen.",
            "Für „%(name)s“ sind %(num)d Plätze vorgesehen.",
            invitee.quota,
            name=invitee.invited.name,
        )
    if letter.answer_by:
        day = long_date(letter.answer_by)
        yield _("Bitte antworten Sie bis %(day)s, auch wenn Sie nicht kommen.", day=day)


def reminding(invitee: Invitee, letter: Letter) -> Iterator[str]:
    """The body of a reminder."""
    name = invitee.invited.name
    if invitee.invited.is_personal:
        yield _("wir haben Sie eingeladen und noch nichts von Ihnen gehört.")
    else:
        yield _("wir haben „%(name)s“ eingeladen und noch nichts von Ihnen gehört.", name=name)
    yield _("Ein Klick genügt: Melden Sie jemanden an, oder sagen Sie uns, dass niemand kommt.")
    if letter.answer_by:
        yield _("Bitte antworten Sie bis %(day)s.", day=long_date(letter.answer_by))
