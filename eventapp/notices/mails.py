"""The mails of notices, rendered when they leave: what holds by then, beside what each knew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import EventStatus
from eventapp.formatting import attendance_label, when
from eventapp.invitations.in_english import Said
from eventapp.invitations.listing import get_invitee
from eventapp.invitations.mails import LANGUAGE, InvitationMails, find_recipient
from eventapp.languages import gettext as _
from eventapp.languages import in_language
from eventapp.mail import kinds
from eventapp.mail.kinds import CalendarPart, Draft
from eventapp.notices import actions
from eventapp.notices.queries import get_notice
from eventapp.notices.rules import (
    HEARS_CHANGE,
    Difference,
    What,
    concerning,
    differences,
    facts_of,
    is_in_calendar,
    is_known_since,
    moved_date,
    names_of,
)
from eventapp.registration import queries
from eventapp.registration.holder import Holder
from eventapp.registration.mails import (
    CANCELLED,
    CONFIRMED,
    RegistrationMails,
    had_request,
    is_told_otherwise,
)
from eventapp.registration.wording_mails import sample_holder, without_keys
from eventapp.reminders import openings
from eventapp.reminders.mails import ReminderMails, forget_wish
from eventapp.unsubscribing.queries import is_refused
from eventapp.unsubscribing.rules import Topic
from eventapp.wording.offers import offer
from eventapp.wording.rules import FIXED

Line = tuple[str, str, str]  # what, before, now


def change_lines(found: Sequence[Difference]) -> list[Line]:
    """The differences in words, in the present language; what has no words of its own is left to
    the sentences of the template."""
    shown = {
        What.TIME: (_("Termin"), when),
        What.PLACE: (_("Ort"), lambda place: place or _("stand noch nicht fest")),
        What.WAYS: (_("Teilnahme"), _ways),
    }
    return [
        (shown[each.what][0], shown[each.what][1](each.old), shown[each.what][1](each.new))
        for each in found
        if each.what in shown
    ]


def _ways(ways: Sequence[str]) -> str:
    return f" {_('und')} ".join(attendance_label(each) for each in ways)


class NoticeMails(RegistrationMails):
    """Composes the kinds to registered people, for one installation."""

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register(actions.CHANGED, self._event_changed)
        kinds.register(actions.CANCELLED, self._event_cancelled)
        offer(actions.CHANGED, _l("Veranstaltung geändert"), FIXED, self._changed_sample)
        offer(actions.CANCELLED, _l("Veranstaltung findet nicht statt"), FIXED, self._off_sample)

    def _changed_sample(self, event: EventDefinition, language: str) -> Draft:
        """As if it had been somewhere else before."""
        with in_language(language):
            moved = Difference(What.PLACE, _("ein anderer Ort"), facts_of(event).place)
        holder = sample_holder(event, language)
        return without_keys(self.changed_draft(holder, [moved]))

    def _off_sample(self, event: EventDefinition, language: str) -> Draft:
        return without_keys(self.cancelled_draft(sample_holder(event, language), None))

    def _event_changed(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where another mail that tells the present state has left since or has not left
        yet, or where nothing is different any more. With a REQUEST for whoever has had one."""
        holder = queries.get_holder(connection, ids["registration_id"])
        if holder.status not in HEARS_CHANGE or holder.event.status == EventStatus.CANCELLED:
            return None
        notice = get_notice(connection, ids["notice_id"])
        is_known = is_known_since(notice.sent_at, holder.request_sent_at)
        if is_known and kinds.AGAIN not in ids:
            return None
        found = differences(notice.states[ids["state"]].facts, facts_of(holder.event))
        if not _told(found, holder) or is_told_otherwise(connection, holder):
            return None
        calendar: tuple[CalendarPart, ...] = ()
        is_due = holder.status == CONFIRMED and is_in_calendar(_told(found, holder))
        if is_due and had_request(connection, holder):
            calendar = self._dates(holder, found)
        return self.changed_draft(holder, found, calendar)

    def _dates(self, holder: Holder, found: Sequence[Difference]) -> tuple[CalendarPart, ...]:
        """A REQUEST for each date that takes place, a CANCEL for each that does so no longer."""
        ids = (each.new - each.old for each in found if each.what is What.DATES_OFF)
        gone: frozenset[int] = next(ids, frozenset())
        stays = self.calendar(holder, "REQUEST", is_inline=not gone)
        event = holder.event
        off = tuple(each for each in event.dates if each.id in gone)
        if not off:
            return stays
        left = replace(holder, event=replace(event, dates=off))
        return (*stays, *self.calendar(left, "CANCEL", is_inline=False))

    def changed_draft(
        self,
        holder: Holder,
        found: Sequence[Difference],
        calendar: tuple[CalendarPart, ...] = (),
    ) -> Draft:
        """The mail to this person."""
        told = _told(found, holder)
        with in_language(holder.language):
            lines = change_lines(told)
        return self.draft(holder, calendar=calendar, lines=lines, whats=names_of(told))

    def _event_cancelled(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """With a CANCEL where a REQUEST may have gone out; dropped where it takes place again."""
        holder = queries.get_holder(connection, ids["registration_id"])
        if holder.status == CANCELLED or holder.event.status != EventStatus.CANCELLED:
            return None
        notice = get_notice(connection, ids["notice_id"])
        calendar: tuple[CalendarPart, ...] = ()
        if holder.status == CONFIRMED and had_request(connection, holder):
            calendar = self.calendar(holder, "CANCEL", is_inline=True)
        words = notice.words.in_language(holder.language)
        return self.cancelled_draft(holder, words, calendar)

    def cancelled_draft(
        self, holder: Holder, words: str | None, calendar: tuple[CalendarPart, ...] = ()
    ) -> Draft:
        """The mail to this person; `words` are the office's."""
        return self.draft(holder, calendar=calendar, words=_paragraphs(words))


def _told(found: Sequence[Difference], holder: Holder) -> list[Difference]:
    """In the order of the differences, by the way they take part and the one they wait for."""
    ways = {holder.attendance, holder.waits_for or holder.attendance}
    mine = {each.what for way in ways for each in concerning(found, way)}
    return [each for each in found if each.what in mine]


def _paragraphs(words: str | None) -> list[str]:
    return [" ".join(each.split()) for each in (words or "").split("\n\n") if each.strip()]


class InvitedMails(InvitationMails):
    """Composes the kinds to those who are invited and have nobody registered."""

    def register(self) -> None:
        """Make the kinds known."""
        kinds.register(actions.MOVED, self._moved)
        kinds.register(actions.CALLED_OFF, self._called_off)

    def _moved(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where somebody is registered by now, or it lies where it lay before."""
        event = get_definition_by_id(connection, ids["event_id"])
        known = get_notice(connection, ids["notice_id"]).states[ids["state"]]
        found = moved_date(differences(known.facts, facts_of(event)))
        if not found or event.status == EventStatus.CANCELLED:
            return None
        with in_language(LANGUAGE):
            lines = change_lines(found)
        return self._to(connection, event, ids, Said.MOVED, lines=lines, whats=names_of(found))

    def _called_off(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where it takes place after all."""
        event = get_definition_by_id(connection, ids["event_id"])
        if event.status != EventStatus.CANCELLED:
            return None
        notice = get_notice(connection, ids["notice_id"])
        words, english = map(_paragraphs, (notice.words.german, notice.words.english))
        return self._to(
            connection, event, ids, Said.CALLED_OFF, words=words, in_english_too=english
        )

    def _to(
        self,
        connection: Connection,
        event: EventDefinition,
        ids: Mapping[str, int],
        said: Said,
        **more: Any,
    ) -> Draft | None:
        invitee = get_invitee(connection, event, ids["invitation_id"])
        to = find_recipient(connection, invitee, ids["contact_id"])
        if to is None or invitee.revoked_at is not None or invitee.standing:
            return None
        if is_refused(connection, Topic.INVITATIONS, event.id, event.network.id, to.email):
            return None
        return self.invited_draft(event, invitee, to, said, pile=str(invitee.pile), **more)


class WishMails(ReminderMails):
    """Composes the mail to those who wanted to know when sign-up opens."""

    def register(self) -> None:
        """Make the kind known."""
        kinds.register(actions.NOT_OPENING, self._not_opening)

    def _not_opening(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """After this one mail nothing is known of the address."""
        wish = openings.find_wish(connection, ids["wish_id"])
        if wish is None:
            return None
        event = get_definition_by_id(connection, wish.event_id)
        if event.status != EventStatus.CANCELLED:
            return None
        return self._draft(connection, wish, on_sent=forget_wish(wish.id))
