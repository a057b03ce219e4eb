"""Every mail is worth reading in both languages: one clear button, the same links in HTML and plain
text, no gaps; whatever is worded stands in both forms."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from eventapp import clock
from eventapp.accounts.models import Account
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations import actions as invitations
from eventapp.invitations.models import Invitation
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.messages.models import Message
from eventapp.networks.models import Network
from eventapp.notices.models import EventNotice
from eventapp.questions.models import Need
from eventapp.registration.models import FormerAddress, Registration
from eventapp.reminders import plans
from eventapp.reminders.models import Group, Side, Unit
from eventapp.reminders.rules import Step
from eventapp.reminders.step_mails import ids_of_test
from eventapp.sitecache import bump
from eventapp.tokens import keyring
from eventapp.wording.applying import with_sections
from eventapp.wording.models import Wording
from eventapp.wording.offers import offers
from eventapp.wording.rules import ALL
from tests.factories import make_organisation
from tests.house.full import SLUG, Full
from tests.house.test_hostile import wanted_mails
from tests.registration.test_actions import event_of

PHONE = "06131 123456"
TEXTS = {"note": "Bringen Sie **Hausschuhe** mit.", "closing": "Herzliche Grüße"}
STATES = (
    {"status": "confirmed", "request_sent_at": None},
    {"status": "waitlisted", "waits_for": "in_person", "queue_number": 3},
    {"status": "offered", "offer_ends_at": clock.now() + timedelta(hours=5), "queue_number": None},
    {"status": "received", "waits_for": None, "offer_ends_at": None},
    {"status": "unproved", "proof_until": clock.now() + timedelta(hours=5)},
    {"status": "cancelled", "cancelled_as": "declined", "cancel_note": "Der Saal ist klein."},
    {"status": "confirmed", "cancelled_as": None, "proof_until": None},
)
ONE = dict.fromkeys(
    (
        *("event_id", "invitation_id", "contact_id", "organisation_id", "naming_of", "notice_id"),
        *("message_id", "announcement_id", "wish_id", "grant_id", "claim_id"),
        "certificate_id",
    ),
    1,
) | {"state": 0, "files": 1}


@pytest.fixture
def database_url(sqlite_database: str) -> str:
    """SQLite alone: `test_hostile` writes every mail from the rows of both databases."""
    return sqlite_database


@pytest.fixture
def full(app: Flask, tmp_path: Path) -> Full:
    full = Full(app, tmp_path)
    full.plan()
    with transaction() as session:
        session.execute(update(Event).values(contact_name="Frau Berg", contact_phone=PHONE))
        bump(session, clock.now())
    return full


def composed() -> Iterator[tuple[str, Draft]]:
    """Each kind once in each state that people may be in."""
    for state in STATES:
        with transaction() as session:
            session.execute(update(Registration).values(**state))
            if state is STATES[-1]:
                session.execute(update(Event).values(status="cancelled"))
                bump(session, clock.now())
        seen: set[str] = set()
        with reading() as connection:
            for kind, ids in wanted(connection):
                try:
                    draft = None if kind in seen else kinds.compose(connection, kind, ids)
                except (kinds.NotYet, NotFound, KeyError):
                    continue
                if draft is not None:
                    seen.add(kind)
                    yield kind, draft


def wanted(connection: Connection) -> Iterator[tuple[str, dict[str, int]]]:
    """(kind, ids) of whatever might be written, about each person and the first of all else."""
    yield from wanted_mails(connection)
    account = connection.execute(select(Account.id).limit(1)).scalar_one()
    people = connection.execute(select(Registration.id, Registration.signup_id)).all()
    for kind in kinds.names():
        for id_, signup_id in people:
            about = {**ONE, "registration_id": id_, "former_id": id_, "signup_id": signup_id}
            yield kind, about
            yield kind, {**about, "account_id": account, "sample_id": id_}


def check(kind: str, draft: Draft) -> None:
    subject, plain, html = texts(kind, draft)
    assert subject.strip() == subject != ""
    assert html.count('class="button"') <= 1, kind
    links = set(re.findall(r'href="(https?://[^"]+)"', html)) - {"https://events.example"}
    assert [link for link in links if link not in plain] == [], kind
    assert "\n\n\n" not in plain, (kind, plain)
    assert "None" not in plain + html, kind
    assert not re.search(r"^\s*:", plain, re.MULTILINE), (kind, plain)
    if any(part.method == "CANCEL" for part in draft.calendar):
        assert "hängt als Kalenderdatei an" not in plain + html, (kind, plain)
        assert "The date is attached" not in plain + html, (kind, plain)
    if "e" in draft.context:
        assert PHONE in plain, kind
        assert PHONE in html, kind


def test_every_mail_in_both_languages(full: Full) -> None:
    del full
    seen: set[str] = set()
    for kind, draft in composed():
        seen.add(kind)
        for language in ("de", "en"):
            check(kind, replace(draft, language=language))
    assert set(kinds.names()) - seen == {kind for kind, _story in STORIES}


def invited() -> dict[str, int]:
    """The ids of mails to an organisation that is silent, about a notice of another date."""
    with transaction() as session:
        network = session.scalars(select(Network).filter_by(slug=SLUG)).one()
        member = make_organisation(session, networks=[network], contact_email="s@example.org")
        event = event_of(SLUG)
        [made] = invitations.invite(session, event, [member.id], now=clock.now())
        notice = session.scalars(select(EventNotice).filter_by(event_id=event.id)).one()
        before, *after = notice.states
        id_, *_times = before["dates"][0]
        moved = [id_, "2026-01-15T09:00:00+00:00", "2026-01-15T11:00:00+00:00", None, None]
        notice.states = [{**before, "dates": [moved]}, *after]
        about = {"event_id": event.id, "invitation_id": made, "contact_id": 0}
        return {**about, "notice_id": notice.id, "state": 0}


def readdressed() -> dict[str, int]:
    """The ids of the mail to an address that somebody had before."""
    with transaction() as session:
        who = session.scalars(select(Registration).order_by(Registration.id)).first()
        assert who is not None
        former = FormerAddress(
            registration_id=who.id,
            email="frueher@example.org",
            had_request=True,
            sequence=who.sequence,
            revised_at=who.revised_at,
            created_at=clock.now(),
        )
        session.add(former)
        session.flush()
        return {"registration_id": who.id, "former_id": former.id}


def uninvited() -> dict[str, int]:
    """The same organisation's, once the event is called off."""
    with transaction() as session:
        made = session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
        notice = session.scalars(select(EventNotice)).first()
        assert made is not None
        assert notice is not None
        session.execute(update(Event).values(status="cancelled"))
        bump(session, clock.now())
        about = {"event_id": made.event_id, "invitation_id": made.id, "contact_id": 0}
        return {**about, "notice_id": notice.id, "state": 0}


def settled() -> dict[str, int]:
    """The ids of the mail about a need that the office has arranged."""
    values = {"state": "arranged", "sentence_sealed": keyring().seal("Der Platz ist reserviert.")}
    with transaction() as session:
        session.execute(delete(Need))
        who = first_guest(session)
        session.add(Need(registration_id=who, changed_at=clock.now(), **values))
        return {"registration_id": who}


def asked() -> dict[str, int]:
    """The ids of the question whether somebody still comes."""
    with transaction() as session:
        who = first_guest(session)
        day = event_of(SLUG).first_day
        session.execute(update(Registration).values(coming_asked_on=day, coming_at=None))
        return {"registration_id": who}


def written() -> dict[str, int]:
    """The ids of a message that the office has sent."""
    with transaction() as session:
        session.execute(update(Message).values(leaves_at=clock.now(), stopped_at=None))
        message = session.scalars(select(Message.id)).first()
        assert message is not None
        return {"registration_id": first_guest(session), "message_id": message}


def stepped(side: Side, group: Group) -> dict[str, int]:
    """The ids of a step's mail, as its test to oneself."""
    step, event = Step(side, 2, Unit.DAYS, group, text="**Neu:** {name}, {link}"), event_of(SLUG)
    with transaction() as session:
        plans.add_step(session, event.id, step, now=clock.now())
        return ids_of_test(event.id, step, account_id=account_of(session), in_english=False)


def worded() -> dict[str, int]:
    """The ids of the test of a text that is not released."""
    with transaction() as session:
        draft = session.scalars(select(Wording).where(Wording.draft.is_not(None))).first()
        assert draft is not None
        about = {"wording_id": draft.id, "event_id": event_of(SLUG).id, "in_english": 0}
        return {**about, "account_id": account_of(session)}


def first_guest(session: Session) -> int:
    """Somebody with a place at the event."""
    who = session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event_of(SLUG).id)
        .order_by(Registration.id)
    ).first()
    assert who is not None
    session.execute(update(Registration).values(status="confirmed", waits_for=None))
    return who


def account_of(session: Session) -> int:
    return session.scalars(select(Account.id).order_by(Account.id)).one()


Story = Callable[[], dict[str, int]]  # prepares the rows; the ids of the mail

STORIES: tuple[tuple[str, Story], ...] = (  # they need more than rows
    ("registration-readdressed", readdressed),
    ("assistance-settled", settled),
    ("still-coming", asked),
    ("organiser-message", written),
    ("event-reminder", partial(stepped, Side.BEFORE, Group.IN_PERSON)),
    ("event-follow-up", partial(stepped, Side.AFTER, Group.ABSENT)),
    ("wording-test", worded),
    ("invitation-moved", invited),
    ("invitation-cancelled", uninvited),  # last: the event is called off
)
MORE_STEPS = (
    *((Side.BEFORE, group) for group in (Group.ONLINE, Group.WAITING)),
    *(
        (Side.AFTER, group)
        for group in (Group.IN_PERSON, Group.PRESENT, Group.PRESENT_ONLINE, Group.WAITING)
    ),
)


def test_mails_that_need_a_story(full: Full) -> None:
    del full
    more: list[tuple[str, Story]] = [
        ("event-reminder" if side is Side.BEFORE else "event-follow-up", partial(stepped, side, of))
        for side, of in MORE_STEPS
    ]
    for kind, story in (*more, *STORIES):
        ids = story()
        with reading() as connection:
            draft = kinds.compose(connection, kind, ids)
        assert draft is not None, kind
        for language in ("de", "en"):
            check(kind, replace(draft, language=language))


def test_what_is_worded_stands_in_both_forms(full: Full) -> None:
    del full
    event = event_of(SLUG)
    for kind, offer in offers().items():
        for language in ("de", "en"):
            draft = with_sections(offer.sample(event, language), TEXTS)
            if kind != ALL:
                check(offer.mail, draft)
                _subject, plain, html = texts(offer.mail, draft)
                assert "Bringen Sie Hausschuhe mit." in plain, kind
                assert "<strong>Hausschuhe</strong>" in html, kind
                assert "Herzliche Grüße" in plain, kind
                assert "Herzliche Grüße" in html, kind
