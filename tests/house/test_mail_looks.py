"""Every mail is worth reading in both languages: one clear button, the same links in HTML and plain
text, no gaps; whatever is worded stands in both forms."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from eventapp import clock
from eventapp.db import reading, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.mail import kinds
from eventapp.mail.kinds import Draft
from eventapp.mail.render import texts
from eventapp.registration.models import Registration
from eventapp.sitecache import bump
from eventapp.wording.applying import with_sections
from eventapp.wording.offers import offers
from eventapp.wording.rules import ALL
from tests.house.full import SLUG, Full
from tests.house.test_hostile import wanted_mails
from tests.registration.test_actions import event_of

PHONE = "06131 123456"
TEXTS = {"note": "Bringen Sie **Hausschuhe** mit.", "closing": "Herzliche Grüße"}
STATES = (
    {"status": "confirmed", "request_sent_at": None},
    {"status": "waitlisted", "waits_for": "in_person", "queue_number": 3},
    {"status": "received", "waits_for": None},
    {"status": "cancelled", "cancelled_as": "declined", "cancel_note": "Der Saal ist klein."},
)


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
        seen: set[str] = set()
        with reading() as connection:
            for kind, ids in wanted_mails(connection):
                try:
                    draft = None if kind in seen else kinds.compose(connection, kind, ids)
                except (kinds.NotYet, NotFound, KeyError):
                    continue
                if draft is not None:
                    seen.add(kind)
                    yield kind, draft


def check(kind: str, draft: Draft) -> None:
    subject, plain, html = texts(kind, draft)
    assert subject.strip() == subject != ""
    assert html.count('class="button"') <= 1, kind
    links = set(re.findall(r'href="(https?://[^"]+)"', html)) - {"https://events.example"}
    assert [link for link in links if link not in plain] == [], kind
    assert "\n\n\n" not in plain, (kind, plain)
    assert "None" not in plain + html, kind
    assert not re.search(r"^\s*:", plain, re.MULTILINE), (kind, plain)
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
    assert len(seen) > 12, seen


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
