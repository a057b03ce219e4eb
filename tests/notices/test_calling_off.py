"""An event is called off: everybody hears of it, with a while to take it back. Both databases."""

from datetime import timedelta

import pytest

from eventapp.db import reading, transaction
from eventapp.mail import kinds
from eventapp.notices.rules import UNDO, TooLateToRestore
from eventapp.reminders import openings
from tests.notices.changing import (
    calendars,
    call_off,
    change,
    deliver,
    notices,
    owe,
    owed,
    restore,
    text,
)
from tests.notices.test_changes import DUE, HOUR, LATER, NOW, moved, settled, to
from tests.registration.test_actions import event_of, plan, rows, sign_up
from tests.reminders.test_openings import ask, confirm, wishes

pytestmark = pytest.mark.usefixtures("app")


def test_everybody_hears_of_it_and_calendars_lose_the_entry() -> None:
    slug = settled()
    assert call_off(slug, LATER, "Die Halle ist gesperrt.\n\nWir melden uns.")
    assert {row.due_at for row in owed()} == {LATER + UNDO}
    mails = deliver()
    assert to(mails, "event-cancelled") == ["ada", "ben", "cleo"]
    for mail in mails["event-cancelled"][:2]:
        [calendar] = calendars(mail)
        [entry] = calendar.events
        assert (calendar["METHOD"], entry["STATUS"], entry["SEQUENCE"]) == (
            "CANCEL",
            "CANCELLED",
            1,
        )
        assert "Die Halle ist gesperrt." in text(mail)
        assert mail["Subject"].startswith("Abgesagt: ")
    assert calendars(mails["event-cancelled"][2]) == []


def test_english_is_for_those_who_read_it_where_it_is_written() -> None:
    for words, said in ((("Sturm.", "A storm."), "A storm."), (("Sturm.", None), "Sturm.")):
        event = plan()
        sign_up(event, "Ada", language="en")
        call_off(event.slug, LATER, *words)
        [mail] = deliver()["event-cancelled"]
        assert said in text(mail)
        assert ("Sturm." in text(mail)) == (said == "Sturm.")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"confirm_email": True}, "pending"),
        ({"approval": True}, "received"),
        ({"confirm_email": True, "approval": True}, "unproved"),
    ],
)
def test_who_has_no_place_yet_hears_of_it_too(values: dict[str, bool], status: str) -> None:
    event = plan(**values)
    sign_up(event, "Ada")
    assert rows()[0].status == status
    call_off(event.slug, LATER)
    mails = deliver()
    assert to(mails, "event-cancelled") == ["ada"]
    assert calendars(mails["event-cancelled"][0]) == []


def test_a_confirmation_that_has_not_left_never_does() -> None:
    event = plan()
    sign_up(event, "Ada")
    call_off(event.slug, LATER)
    mails = deliver()
    assert list(mails) == ["event-cancelled"]
    assert calendars(mails["event-cancelled"][0]) == []


def test_each_date_of_a_course_has_a_part() -> None:
    start = NOW + timedelta(days=20)
    event = plan(dates=[(start, start + HOUR), (start + 24 * HOUR, start + 25 * HOUR)])
    sign_up(event, "Ada")
    deliver()
    call_off(event.slug, LATER)
    [mail] = deliver()["event-cancelled"]
    found = [(each["METHOD"], each.events[0]["STATUS"]) for each in calendars(mail)]
    assert found == [("CANCEL", "CANCELLED")] * 2


def test_taken_back_in_time_nobody_hears_of_it() -> None:
    slug = settled()
    call_off(slug, LATER)
    restore(slug, LATER + UNDO / 2)
    event = event_of(slug)
    assert (event.status, event.sequence, owed(), notices()) == ("published", 2, [], [])


def test_a_change_that_waits_is_told_after_taking_back_and_never_after_calling_off() -> None:
    slug = settled()
    change(slug, LATER, **moved(slug))
    call_off(slug, LATER)
    assert owe(DUE) == 0
    restore(slug, LATER + UNDO / 2)
    assert owe(DUE) == 3


def test_too_late_to_take_back() -> None:
    slug = settled()
    call_off(slug, LATER)
    with pytest.raises(TooLateToRestore):
        restore(slug, LATER + UNDO)
    assert event_of(slug).status == "cancelled"


def test_what_is_on_again_after_all_is_told() -> None:
    slug = settled()
    call_off(slug, LATER)
    deliver()
    change(slug, DUE, status="published")
    owe(DUE + HOUR)
    mails = deliver()["event-changed"]
    assert len(mails) == 3
    assert mails[0]["Subject"].startswith("Die Veranstaltung findet doch statt")
    [calendar] = calendars(mails[0])
    assert (calendar["METHOD"], calendar.events[0]["SEQUENCE"]) == ("REQUEST", 2)


def test_on_again_while_the_mails_still_wait_is_told_to_nobody() -> None:
    slug = settled()
    call_off(slug, LATER)
    change(slug, LATER, status="published")
    assert (owed(), notices()) == ([], [])


def test_who_waits_for_the_opening_hears_once_and_is_forgotten() -> None:
    event = plan(registration_opens_at=NOW + timedelta(days=3))
    ask(event.slug)
    confirm()
    deliver()
    call_off(event.slug, LATER)
    with transaction() as session:
        openings.forget_old(session, now=LATER)  # the hourly sweep must not be the first
    mails = deliver()
    assert to(mails, "opening-cancelled") == ["dan"]
    assert wishes() == []


def test_taken_back_the_wish_holds_again() -> None:
    event = plan(registration_opens_at=NOW + timedelta(days=3))
    ask(event.slug)
    confirm()
    deliver()
    call_off(event.slug, LATER)
    restore(event.slug, LATER)
    [wish] = wishes()
    assert wish.owed_at is None


def test_of_what_was_over_or_a_draft_nobody_is_told() -> None:
    event = plan(status="draft")
    change(event.slug, LATER, status="cancelled")
    assert notices() == []


def test_a_mail_of_a_calling_off_that_was_taken_back_is_dropped() -> None:
    slug = settled()
    call_off(slug, LATER)
    [first, *_others] = owed()
    restore(slug, LATER)
    with reading() as connection:
        assert kinds.compose(connection, first.kind, first.ids) is None
