"""What a notice will look like, shown with somebody made up: nobody's link is shown here."""

from dataclasses import replace
from datetime import datetime

from flask import current_app

from eventapp.events.definition import EventDefinition
from eventapp.invitations.contacts import Recipient
from eventapp.invitations.in_english import Said
from eventapp.invitations.listing import Invitee
from eventapp.invitations.models import Answer
from eventapp.invitations.rules import Invited, Pile, Touched
from eventapp.languages import gettext as _
from eventapp.languages import in_language, present_language
from eventapp.mail.kinds import Draft
from eventapp.notices.mails import InvitedMails, NoticeMails, change_lines
from eventapp.notices.queries import Notice
from eventapp.notices.rules import Group, Words, differences, facts_of, moved_date, names_of
from eventapp.registration.holder import Holder
from eventapp.registration.models import RegistrationStatus
from eventapp.registration.wording_mails import sample_holder

_PILES = {
    Group.SILENT: Pile.SILENT,
    Group.DECLINED: Pile.NOT_COMING,
    Group.COMING: Pile.COMING,
}
_STATUSES = {
    Group.WAITING: RegistrationStatus.WAITLISTED,
    Group.UNPROVED: RegistrationStatus.PENDING,
}


def changed_sample(event: EventDefinition, notice: Notice, group: Group) -> tuple[str, Draft]:
    """(kind, mail) as somebody of the group gets it who knows the first of the states."""
    found = differences(notice.states[0].facts, facts_of(event))
    if group in _PILES:
        mails = InvitedMails(*_installation())
        moved = moved_date(found)
        with in_language("de"):
            lines = change_lines(moved)
        invitee = _invitee(_PILES[group], event.revised_at)
        to = Recipient(0, None, "", None)
        pile = str(invitee.pile)
        draft = mails.invited_draft(
            event, invitee, to, Said.MOVED, pile=pile, lines=lines, whats=names_of(moved)
        )
        stop = {"unsubscribe_url": draft.context["public_url"]}
        return "invitation-moved", replace(draft, context={**draft.context, **stop})
    holder = _holder(event, group)
    return "event-changed", NoticeMails(*_installation()).changed_draft(holder, found)


def cancelled_sample(event: EventDefinition, words: Words, language: str) -> tuple[str, Draft]:
    """(kind, mail) as somebody gets it who has a place and reads this language."""
    holder = replace(_holder(event, Group(event.attendances[0])), language=language)
    mails = NoticeMails(*_installation())
    return "event-cancelled", mails.cancelled_draft(holder, words.in_language(language))


def _holder(event: EventDefinition, group: Group) -> Holder:
    """Somebody of the group, who is nobody."""
    somebody = sample_holder(event, present_language())
    is_way = group in (Group.IN_PERSON, Group.ONLINE)
    return replace(
        somebody,
        status=_STATUSES.get(group, RegistrationStatus.CONFIRMED),
        attendance=str(group) if is_way else somebody.attendance,
    )


def _invitee(pile: Pile, at: datetime) -> Invitee:
    answers = {Pile.NOT_COMING: Answer.NOT_COMING, Pile.COMING: Answer.COMING}
    return Invitee(
        invited=Invited(0, 0, 1, _("Ihre Organisation")),
        code="",
        type=None,
        district=None,
        quota=None,
        confirmed=0,
        standing=0,
        waiting=0,
        pile=pile,
        touched=Touched(at, None, None),
        called_at=None,
        call_note=None,
        answer=answers.get(pile),
        answered_at=None,
        answered_by_office=False,
        revoked_at=None,
    )


def _installation() -> tuple[str, tuple[str, str]]:
    settings = current_app.config["SETTINGS"]
    return settings.public_url, settings.sender
