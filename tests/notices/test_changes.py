"""A change is collected, told to whom it concerns, and to nobody twice. On both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from eventapp import clock
from eventapp.db import transaction
from eventapp.events.actions import update_event
from eventapp.invitations import actions as invitations
from eventapp.invitations.models import Answer, Invitation
from eventapp.mail.models import OutboxMail
from eventapp.networks.models import Network
from eventapp.notices import actions
from eventapp.notices.rules import WINDOW
from eventapp.registration.models import Registration
from tests.factories import ORIGIN, make_contact, make_organisation
from tests.notices.changing import (
    calendars,
    call_off,
    change,
    deliver,
    notices,
    owe,
    owed,
    text,
)
from tests.registration.test_actions import cancel, event_of, plan, rows, sign_up
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("app")

NOW = clock.now() + timedelta(hours=2)  # later than this test, however late in a long run it comes
LATER, DUE = NOW + timedelta(minutes=2), NOW + timedelta(minutes=13)
HOUR = timedelta(hours=1)


def moved(slug: str, by: timedelta = HOUR) -> dict[str, Any]:
    event = event_of(slug)
    assert event.starts_at is not None
    assert event.ends_at is not None
    return {"starts_at": event.starts_at + by, "ends_at": event.ends_at + by}


def settled(**values: Any) -> str:
    """An event with Ada in the room, Ben online and Cleo waiting, whose mails have left."""
    event = plan(capacity_in_person=1, has_online=True, join_url="https://raum.example", **values)
    sign_up(event, "Ada")
    sign_up(event, "Ben", attendance="online")
    sign_up(event, "Cleo")
    deliver()
    return event.slug


def to(mails: dict[str, list[Any]], kind: str) -> list[str]:
    return [mail["To"].partition("@")[0] for mail in mails.get(kind, [])]


def test_a_moved_date_goes_to_everybody_with_the_next_sequence() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    assert owe(LATER) == 0
    assert owe(DUE) == 3
    assert owe(DUE) == 0
    mails = deliver()
    assert to(mails, "event-changed") == ["ada", "ben", "cleo"]
    for mail in mails["event-changed"][:2]:
        [calendar] = calendars(mail)
        [entry] = calendar.events
        assert (calendar["METHOD"], entry["SEQUENCE"]) == ("REQUEST", 1)
        assert entry["DTSTART"].dt == event_of(slug).starts_at
        assert mail["Subject"].startswith("Neue Uhrzeit: ")
        assert "bisher:" in text(mail)
        assert "neu:" in text(mail)
    assert calendars(mails["event-changed"][2]) == []
    assert "Warteliste bleibt: Platz 1" in text(mails["event-changed"][2])


def test_another_hour_of_the_same_day_is_no_new_date() -> None:
    slug = settled()
    for by, title in ((HOUR, "Neue Uhrzeit: "), (timedelta(days=2), "Neuer Termin: ")):
        change(slug, LATER, **moved(slug, by))
        owe(DUE)
        assert deliver()["event-changed"][0]["Subject"].startswith(title)


def test_nobody_else_is_glad_of_a_place_where_there_is_no_limit() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    owe(DUE)
    ada, ben, _cleo = deliver()["event-changed"]
    assert "freut sich jemand anderes" in text(ada)
    assert "jemand anderes" not in text(ben)  # online there is room for all
    assert "Dann sagen Sie dort bitte ab." in text(ben)


def test_the_calendar_part_stands_among_the_alternatives_too() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    owe(DUE)
    mail = deliver()["event-changed"][0]
    found = [part.get_content_type() for part in mail.walk()]
    assert found.count("text/calendar") == 1
    assert found.count("application/ics") == 1


def test_edits_within_the_window_are_one_mail_from_the_first_state_to_the_last() -> None:
    slug = settled()
    first = event_of(slug)
    change(slug, LATER, **moved(slug))
    change(slug, LATER + timedelta(minutes=8), venue_name="Rathaus")
    assert owe(DUE) == 0  # each edit renews the window
    assert owe(DUE + WINDOW) == 3
    ada, ben, _cleo = deliver()["event-changed"]
    assert "Rathaus" in text(ada)
    assert "Rathaus" not in text(ben)  # who is online has no place
    assert first.venue is not None
    assert "bisher: Haus der Begegnung" in text(ada)


def test_who_edits_all_day_keeps_nobody_waiting() -> None:
    slug = settled()
    for minute in range(0, 70, 7):
        change(slug, NOW + timedelta(minutes=minute), **moved(slug, timedelta(minutes=5)))
    assert notices()[0].due_at <= NOW + timedelta(hours=1, minutes=10)


def test_a_change_that_is_taken_back_sends_nothing() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    change(slug, LATER, **moved(slug, -HOUR))
    assert notices() == []
    assert owe(DUE) == 0
    assert event_of(slug).sequence == 2


def test_who_signed_up_in_between_is_told_that_it_was_taken_back() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    sign_up(event_of(slug), "Dan", attendance="online", now=LATER + timedelta(minutes=1))
    deliver()
    change(slug, LATER + timedelta(minutes=2), **moved(slug, -HOUR))
    assert owe(DUE + WINDOW) == 1
    mails = deliver()
    assert to(mails, "event-changed") == ["dan"]
    assert calendars(mails["event-changed"][0])[0].events[0]["SEQUENCE"] == 2


def test_who_signs_up_after_the_change_knows_it() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    sign_up(event_of(slug), "Dan", attendance="online", now=LATER + timedelta(minutes=1))
    owe(DUE)
    mails = deliver()
    assert to(mails, "event-changed") == ["ada", "ben", "cleo"]
    assert to(mails, "registration-confirmed") == ["dan"]


def test_a_confirmation_that_has_not_left_tells_of_the_change_alone() -> None:
    event = plan()
    sign_up(event, "Ada")
    change(event.slug, LATER, **moved(event.slug))
    assert owe(DUE) == 1
    kinds = [row.kind for row in owed()]
    assert kinds == ["registration-confirmed", "event-changed"]
    with transaction() as session:  # the sweep takes the change first
        session.execute(
            update(OutboxMail).where(OutboxMail.kind == "registration-confirmed").values(id=99)
        )
    mails = deliver()
    assert "event-changed" not in mails
    assert len(mails["registration-confirmed"]) == 1


def test_texts_are_told_to_nobody_and_raise_dtstamp_alone() -> None:
    slug = settled()
    before = event_of(slug)
    change(slug, LATER, description="Ganz anders", title="Anders")
    after = event_of(slug)
    assert (notices(), after.sequence) == ([], before.sequence)
    assert after.revised_at > before.revised_at


def test_another_meeting_address_goes_to_those_online_without_a_calendar_part() -> None:
    slug = settled()
    change(slug, LATER, join_url="https://anders.example/geheim")
    assert owe(DUE) == 1
    [mail] = deliver()["event-changed"]
    assert mail["To"] == "ben@example.org"
    assert calendars(mail) == []
    assert "anders.example" not in mail.as_string()
    assert "https://events.example/join/" in text(mail)
    assert event_of(slug).sequence == 0


def test_the_first_meeting_address_is_no_news() -> None:
    event = plan(has_online=True)
    sign_up(event, "Ben", attendance="online")
    change(event.slug, LATER, join_url="https://raum.example")
    assert notices() == []


def test_a_new_way_to_take_part_is_offered_to_all() -> None:
    event = plan()
    sign_up(event, "Ada")
    deliver()
    change(event.slug, LATER, has_online=True)
    owe(DUE)
    [mail] = deliver()["event-changed"]
    assert "neu: Vor Ort und Online" in text(mail)
    assert calendars(mail)[0].events[0]["SEQUENCE"] == 1


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_of_what_does_not_take_place_nobody_hears(status: str) -> None:
    event = plan(status=status)
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=NOW, status="published")
    sign_up(event_of(event.slug), "Ada")
    with transaction() as session:
        update_event(session, event.slug, origin=ORIGIN, now=NOW, status=status)
    change(event.slug, LATER, **moved(event.slug))
    assert notices() == []


def test_who_cancelled_hears_nothing() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    owe(DUE)
    cancel(rows()[1].id, now=DUE)
    mails = deliver()
    assert to(mails, "event-changed") == ["ada", "cleo"]


def test_a_course_has_a_part_for_each_date() -> None:
    start = NOW.replace(microsecond=0) + timedelta(days=20)
    spans = [(start + day, start + day + HOUR) for day in (timedelta(), timedelta(days=7))]
    event = plan(dates=spans)
    sign_up(event, "Ada")
    deliver()
    dates = [{"starts_at": a, "ends_at": b} for a, b in spans]
    dates[1] = {name: at + HOUR for name, at in dates[1].items()}
    change(event.slug, LATER, dates=dates, ends_at=dates[1]["ends_at"])
    owe(DUE)
    [mail] = deliver()["event-changed"]
    entries = [calendar.events[0] for calendar in calendars(mail)]
    assert [entry["DTSTART"].dt for entry in entries] == [each["starts_at"] for each in dates]
    assert {entry["SEQUENCE"] for entry in entries} == {1}


class TestInvited:
    def plan(self) -> str:
        """Three organisations with a contact: silent, declined, and one nobody has written to."""
        event = plan()
        with transaction() as session:
            network = session.get_one(Network, event.network.id)
            members = []
            for name in ("Still", "Absage", "Neu"):
                member = make_organisation(session, name=name, networks=[network])
                make_contact(session, member, email=f"{name.lower()}@example.org")
                members.append(member.id)
            made = invitations.invite(session, event, members, now=NOW)
            told = {"mailed_at": NOW}
            session.execute(update(Invitation).where(Invitation.id.in_(made[:2])).values(**told))
            said = {"answer": Answer.NOT_COMING, "answered_at": NOW}
            session.execute(update(Invitation).where(Invitation.id == made[1]).values(**said))
        return event.slug

    def test_hear_of_a_moved_date_in_their_own_words(self) -> None:
        slug = self.plan()
        change(slug, LATER, **moved(slug))
        assert owe(DUE) == 2
        declined, silent = deliver()["invitation-moved"]
        assert (silent["To"], declined["To"]) == ("still@example.org", "absage@example.org")
        assert "wir haben „Still“ eingeladen" in text(silent)
        assert "Vielleicht passt es Ihnen jetzt?" in text(declined)
        assert "List-Unsubscribe" in silent
        assert calendars(silent) == []

    def test_hear_of_no_other_place(self) -> None:
        slug = self.plan()
        change(slug, LATER, venue_name="Rathaus")
        assert notices() == []

    def test_hear_of_a_calling_off(self) -> None:
        slug = self.plan()
        call_off(slug, LATER, "Es tut uns leid.")
        mails = deliver()["invitation-cancelled"]
        assert [mail["To"] for mail in mails] == ["absage@example.org", "still@example.org"]
        assert "Es tut uns leid." in text(mails[0])

    def test_hear_the_words_of_the_office_in_english_too(self) -> None:
        slug = self.plan()
        call_off(slug, LATER, "Es tut uns leid.", "We are sorry.\n\nSee you <soon>.")
        mail = deliver()["invitation-cancelled"][0]
        german, english = text(mail).replace("\r\n", "\n").split("English: ")
        assert "Es tut uns leid." in german
        assert "\n\nWe are sorry.\n\nSee you <soon>.\n\n" in english
        html = mail.get_body(("html",))
        assert html is not None
        assert "See you &lt;soon&gt;.</p>" in html.get_content()


def test_many_people_are_a_handful_of_statements() -> None:
    event = plan(capacity_in_person=None)
    for n in range(3):
        sign_up(event, f"Gast{n}")
    deliver()
    change(event.slug, LATER, **moved(event.slug))
    with counted() as few:
        assert owe(DUE) == 3
    change(event.slug, DUE, **moved(event.slug))
    for n in range(30):
        sign_up(event_of(event.slug), f"Mehr{n}", now=NOW)
    with transaction() as session:
        session.execute(update(Registration).values(request_sent_at=NOW))
    with counted() as many:
        assert owe(DUE + HOUR) == 33
    assert len(many) <= len(few) + 1


def test_two_workers_owe_each_mail_once_and_a_dead_one_loses_nothing() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))

    def die() -> None:
        with transaction() as session:
            assert actions.owe_due(session, now=DUE) == 3
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert (owe(DUE), owe(DUE)) == (3, 0)


def test_with_the_time_open_the_days_are_told() -> None:
    day = datetime.now().date() + timedelta(days=20)  # noqa: DTZ005
    event = plan(dates=[(day, day)])
    sign_up(event, "Ada")
    deliver()
    start = NOW.replace(microsecond=0) + timedelta(days=25)
    change(event.slug, LATER, starts_at=start, ends_at=start + HOUR)
    owe(DUE)
    [mail] = deliver()["event-changed"]
    assert calendars(mail)[0].events[0]["DTSTART"].dt == start


def test_who_moved_up_after_it_was_owed_has_been_told_all() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    owe(DUE)
    cancel(rows()[0].id, now=DUE)
    with transaction() as session:  # the promotion left before the batch
        session.execute(
            update(Registration)
            .where(Registration.first_name == "Cleo")
            .values(request_sent_at=DUE + HOUR)
        )
    assert to(deliver(), "event-changed") == ["ben"]
