"""Every mail is worth reading in both languages: one clear button, the same links in HTML and plain
text, no gaps; whatever is worded stands in both forms."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, select, update

from eventapp import clock
from eventapp.accounts.models import Account
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.invitations import actions as invitations
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.networks.models import Network
from eventapp.notices.models import EventNotice
from eventapp.registration.models import FormerAddress, Registration
from eventapp.sitecache import bump
from eventapp.wording.applying import with_sections
from eventapp.wording.offers import offers
from eventapp.wording.rules import ALL
from tests.conftest import sqlite_database
from tests.factories import make_organisation
from tests.house.full import SLUG, Full
from tests.house.test_hostile import wanted_mails
from tests.registration.test_actions import event_of

PHONE = "06131 123456"
ELSEWHERE = {  # need more than rows; each has its own test
    *("assistance-settled", "event-follow-up", "event-reminder", "invitation-cancelled"),
    *("invitation-moved", "organiser-message", "registration-readdressed", "still-coming"),
    "wording-test",
}
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
    ),
    1,
) | {"state": 0, "files": 1}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: `test_hostile` writes every mail from the rows of both databases."""
    return sqlite_database(sqlite_template, tmp_path)


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
    if not kind.startswith("account") and draft.context["e"].contact.phone:
        assert PHONE in plain, kind
        assert PHONE in html, kind


def test_every_mail_in_both_languages(full: Full) -> None:
    del full
    seen: set[str] = set()
    for kind, draft in composed():
        seen.add(kind)
        for language in ("de", "en"):
            check(kind, replace(draft, language=language))
    assert set(kinds.names()) - seen == ELSEWHERE


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


def call_off() -> None:
    with transaction() as session:
        session.execute(update(Event).values(status="cancelled"))
        bump(session, clock.now())


def test_mails_that_need_a_story(full: Full) -> None:
    del full
    about = invited()
    for kind, ids, before in (
        ("registration-readdressed", readdressed(), None),
        ("invitation-moved", about, None),
        ("invitation-cancelled", about, call_off),
    ):
        if before is not None:
            before()
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
                check(kind, draft)
                _subject, plain, html = texts(kind, draft)
                assert "Bringen Sie Hausschuhe mit." in plain, kind
                assert "<strong>Hausschuhe</strong>" in html, kind
                assert "Herzliche Grüße" in plain, kind
                assert "Herzliche Grüße" in html, kind
