"""What of the mails of a registration may be worded, their samples, and the test to oneself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection

from eventapp import clock
from eventapp.accounts.queries import get_account
from eventapp.events.definition import EventDefinition
from eventapp.events.loading import get_definition_by_id
from eventapp.events.models import Attendance
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.registration.holder import Holder
from eventapp.registration.mails import RegistrationMails
from eventapp.registration.models import CancelledAs, RegistrationStatus
from eventapp.wording.actions import TEST
from eventapp.wording.applying import apply, sample
from eventapp.wording.offers import offer
from eventapp.wording.queries import find_wording
from eventapp.wording.rules import FIXED, FREE, Section

_LINKS = (
    *("manage_url", "confirm_url", "accept_url", "join_url", "coming_url", "cancel_url"),
    "unsubscribe_url",
)
Kind = tuple[str, Any, tuple[Section, ...], RegistrationStatus]
_S = RegistrationStatus
_OFFERED: tuple[Kind, ...] = (
    ("registration-confirmed", _l("Bestätigung mit Einlasskarte"), FREE, _S.CONFIRMED),
    ("registration-promoted", _l("Nachgerückt, mit Einlasskarte"), FREE, _S.CONFIRMED),
    ("registration-waitlisted", _l("Auf der Warteliste"), FIXED, _S.WAITLISTED),
    ("registration-offered", _l("Ein Platz wird angeboten"), FIXED, _S.OFFERED),
    (
        "registration-confirm-email",
        _l("Bitte um Bestätigung der Adresse"),
        FIXED,
        _S.UNPROVED,
    ),
    ("registration-received", _l("Anmeldung eingegangen"), FREE, _S.RECEIVED),
    ("registration-declined", _l("Anmeldung abgelehnt"), FIXED, _S.CANCELLED),
    ("registration-changed", _l("Anmeldung geändert"), FIXED, _S.CONFIRMED),
    ("registration-cancelled", _l("Anmeldung abgesagt"), FIXED, _S.CANCELLED),
)


class WordingMails:
    """Samples for one installation: its public address and its own sender."""

    def __init__(self, public_url: str, mail_from: tuple[str, str]) -> None:
        self._mails = RegistrationMails(public_url, mail_from)

    def register(self) -> None:
        """Make the test known, offer the kinds, and let every mail be worded."""
        kinds.register(TEST, self._test)
        kinds.finish_with(apply)
        for kind, label, sections, status in _OFFERED:
            offer(kind, label, sections, partial(self._sample, kind, status))

    def _sample(
        self, kind: str, status: RegistrationStatus, event: EventDefinition, language: str
    ) -> Draft:
        """Without ticket."""
        holder = replace(sample_holder(event, language), status=status)
        if kind == "registration-declined":
            holder = replace(holder, cancelled_as=CancelledAs.DECLINED)
        return without_keys(self._mails.draft(holder))

    def _test(self, connection: Connection, ids: Mapping[str, int]) -> Draft | None:
        """Dropped where the draft was released or deleted meanwhile."""
        row = find_wording(connection, ids["wording_id"])
        account = get_account(connection, ids["account_id"])
        if row is None or row.draft is None or account is None:
            return None
        event = get_definition_by_id(connection, ids["event_id"])
        language = "en" if ids["in_english"] else "de"
        shown, draft = sample(event, row.kind, row.draft, language)
        subject, plain, html = texts(shown, draft)
        return replace(
            draft,
            recipient=account.email,
            context={"subject": subject, "plain": plain, "html": html},
        )


def without_keys(draft: Draft) -> Draft:
    """The draft of a sample with a link for all in the place of those of one person."""
    link = f"{draft.context['public_url']}/registrations"
    links = [name for name in draft.context if name in _LINKS]
    context = {**draft.context, **dict.fromkeys(links, link)}
    return replace(draft, unsubscribe_url=None, context=context)


def sample_holder(event: EventDefinition, language: str) -> Holder:
    """Somebody who holds a place at this event, and is nobody."""
    now = clock.now()
    return Holder(
        id=0,
        signup_id=0,
        event=event,
        status=RegistrationStatus.CONFIRMED,
        attendance=event.attendances[0] if event.attendances else Attendance.IN_PERSON,
        waits_for=None,
        offer_ends_at=now + timedelta(hours=event.offer_hours or 24),
        salutation=None,
        title=None,
        first_name="Erika",
        last_name="Muster",
        email="erika.muster@example.org",
        organisation=None,
        organisation_id=None,
        invitation_id=None,
        main_id=None,
        language=language,
        photo_consent=[],
        list_consent=False,
        items=(),
        position=3,
        manage_token="",
        ticket="",
        short_code="",
        join_token="",
        uids={},
        sequence=0,
        revised_at=now,
        proof_until=now + timedelta(hours=48),
        request_sent_at=None,
        coming_asked_on=None,
        coming_at=None,
        cancelled_as=None,
        cancel_note=None,
    )
