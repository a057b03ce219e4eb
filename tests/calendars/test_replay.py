"""What a guest's calendar shows after each of our mails, in whatever order they come."""

from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from itertools import permutations

import pytest
from flask.testing import FlaskClient

from eventapp import clock
from eventapp.mail.delivery import deliver_due
from eventapp.mail.transport import SmtpTransport
from eventapp.participants import actions as office
from eventapp.participants.bulk import Act, Order
from eventapp.planning.actions import cancel_event
from eventapp.registration import own_feed, selfservice
from eventapp.registration.feed_choice import choose_files
from eventapp.registration.refusals import AlreadyCancelled
from eventapp.registration.switching import switch
from tests.calendars.acts import (
    act,
    edit,
    holder_of,
    let_it_be_due,
    move,
    move_address,
    own_feeds,
    sign_up,
)
from tests.calendars.cases import AUTUMN, JANUARY, JULY, ROOM, SPRING, stand_at
from tests.calendars.inventory import PACE, truth
from tests.calendars.itip import CalendarProgram, Entry
from tests.factories import ORIGIN, Span, at
from tests.mail.test_delivery import Died, DiesAfterSending
from tests.registration.test_actions import plan
from tests.smtp import MailServer

ERIKA = "erika-treffen@example.org"
ONE: list[Span] = [(at(JULY, 18), at(JULY, 20))]
COURSE: list[Span] = [
    (at(JANUARY, 18), at(JANUARY, 20)),
    (at(SPRING, 1, 30), at(SPRING, 3, 30)),
    (at(AUTUMN, 1, 30), at(AUTUMN, 3, 30)),
]
DAYS: list[Span] = [(SPRING, SPRING), (AUTUMN, AUTUMN)]
SHAPES = pytest.mark.parametrize("dates", [ONE, COURSE, DAYS], ids=["one", "course", "days"])
HERE = "Haus der Begegnung, Musterstraße 12, 12345 Beispielstadt"


class Guest:
    """Erika, her mailbox and her calendar."""

    def __init__(self, server: MailServer, dates: list[Span]) -> None:
        self._server = server
        self.calendar = CalendarProgram(ERIKA)
        plan(slug="treffen", title="Treffen", dates=dates, has_online=True, join_url=ROOM)

    @property
    def id(self) -> int:
        return holder_of(ERIKA).id

    def act(self, verb: Callable[..., object], *values: object) -> list[bytes]:
        act(verb, self.id, *values)
        return self.post()

    def post(self, to: str = ERIKA) -> list[bytes]:
        """What the program sends now; it is in the calendar."""
        self._server.clear()
        with closing(SmtpTransport(self._server.url, 5)) as transport:
            while deliver_due(transport, PACE):
                pass
        mails = [each.data for each in self._server.to(to)]
        for each in mails:
            self.calendar.receive(each)
        return mails

    def post_later(self) -> list[bytes]:
        """As `post`, with what is collected, or can be taken back, for a while."""
        let_it_be_due()
        return self.post()

    def post_and_die(self) -> bytes:
        """The mail leaves and nobody writes that down."""
        with closing(DiesAfterSending(self._server.url, 5)) as transport, pytest.raises(Died):
            deliver_due(transport, PACE)
        [mail] = self._server.to(ERIKA)
        self.calendar.receive(mail.data)
        return mail.data

    def read_feed(self, client: FlaskClient) -> bytes:
        """Erika's own, into the same calendar."""
        [address] = own_feeds()
        file: bytes = client.get(address).data
        self.calendar.apply(file, "PUBLISH")
        return file

    def shows(self, title: str = "Treffen", location: str = HERE) -> list[Entry]:
        """One entry for each date, as the database has it."""
        entries = self.calendar.entries
        expected = {uid: seen for uid, seen in truth().items() if uid.startswith("r-")}
        assert {each.uid for each in entries} == set(expected)
        for each in entries:
            seen = expected[each.uid]
            assert (shown(each.start), shown(each.end)) == (seen["start"], seen["end"])
            assert each.sequence == seen["sequence"]
            assert (each.title, each.location) == (title, location)
        return entries


def shown(time: date) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if isinstance(time, datetime) else time.isoformat()


@pytest.fixture
def guest(app: object, smtp_server: MailServer, dates: list[Span]) -> Guest:  # noqa: ARG001
    return Guest(smtp_server, dates)


@SHAPES
def test_one_entry_right_at_each_step_and_none_at_the_end(
    guest: Guest, client: FlaskClient
) -> None:
    sign_up("treffen")
    confirmation = guest.post_and_die()
    first = guest.shows()

    stand_at(clock.now() + timedelta(seconds=PACE.lease))
    [again] = guest.post()
    assert guest.shows() == first, "the same again"

    move("treffen", timedelta(days=1))
    [changed] = guest.post_later()
    assert [each.start for each in guest.shows()] != [each.start for each in first]
    [switched] = guest.act(switch, "online")
    guest.shows(location="Online")

    for late in (confirmation, again, changed):
        guest.calendar.receive(late)
    guest.shows(location="Online")

    edit("treffen", title="Anders, ganz")
    assert guest.post_later() == [], "words alone are no mail"
    token = holder_of(ERIKA).manage_token
    file = client.get(f"/registrations/{token}/event.ics").data
    guest.calendar.apply(file, "PUBLISH")
    guest.shows(title="Anders, ganz", location="Online")
    guest.calendar.receive(switched)
    guest.shows(title="Anders, ganz", location="Online")

    [cancelled] = guest.act(selfservice.cancel)
    assert guest.calendar.entries == []
    with pytest.raises(AlreadyCancelled):
        act(selfservice.cancel, guest.id)
    assert guest.post() == []
    for late in (cancelled, confirmation, changed, switched, cancelled, again):
        guest.calendar.receive(late)
        assert guest.calendar.entries == []


@SHAPES
def test_the_order_of_arrival_does_not_matter(guest: Guest) -> None:
    sign_up("treffen")
    mails = guest.post()
    for way in ("online", "in_person"):
        edit("treffen", title=f"Treffen {way}")
        mails += guest.act(switch, way)
    latest = guest.shows(title="Treffen in_person")
    cancelled = guest.act(selfservice.cancel)
    for order in permutations(mails):
        assert replayed(order) == latest
    for order in permutations([*mails, *cancelled]):
        assert replayed(order) == []


def replayed(arrived: tuple[bytes, ...]) -> list[Entry]:
    """Mails and files, each twice."""
    calendar = CalendarProgram(ERIKA)
    for each in (*arrived, *arrived):
        if each.startswith(b"BEGIN:VCALENDAR"):
            calendar.apply(each, "PUBLISH")
        else:
            calendar.receive(each)
    return calendar.entries


@SHAPES
def test_what_is_called_off_is_in_no_calendar(guest: Guest) -> None:
    """Nor comes it back with what was still on its way."""
    sign_up("treffen")
    mails = guest.post()
    move("treffen", timedelta(days=1))
    mails += guest.post_later()
    act(cancel_event, "treffen", origin=ORIGIN)
    mails += guest.post_later()
    assert len(mails) == 3
    assert guest.calendar.entries == []
    for order in permutations(mails):
        assert replayed(order) == []


@SHAPES
def test_what_is_called_off_and_takes_place_after_all(guest: Guest) -> None:
    sign_up("treffen")
    guest.post()
    act(cancel_event, "treffen", origin=ORIGIN)
    guest.post_later()
    assert guest.calendar.entries == []
    edit("treffen", status="published")
    guest.post_later()
    guest.shows()


@SHAPES
def test_another_address_takes_the_entry_along(guest: Guest) -> None:
    sign_up("treffen")
    before = guest.post()
    moved_to = "neu@example.org"
    move_address(ERIKA, moved_to)
    farewell = guest.post()
    assert guest.calendar.entries == [], "the old calendar has it no more"
    welcome = [each.data for each in guest._server.to(moved_to)]
    for order in permutations([*before, *farewell, *welcome]):
        guest.calendar = CalendarProgram(ERIKA, moved_to)  # reads both mailboxes
        for mail in order:
            guest.calendar.receive(mail)
        guest.shows()


@SHAPES
def test_who_waits_again_and_moves_up_has_one_entry(guest: Guest) -> None:
    sign_up("treffen")
    guest.post()
    edit("treffen", capacity_online=0)
    guest.act(office.act_on, Order(Act.ATTENDANCE, attendance="online"))
    assert guest.calendar.entries == [], "a place on the waiting list is no date"
    guest.act(office.act_on, Order(Act.PLACE, beyond=True))
    guest.shows(location="Online")


@SHAPES
def test_the_feed_takes_over_from_the_mails_and_back(guest: Guest, client: FlaskClient) -> None:
    """A program that is given both shows each date once, whichever comes first."""
    sign_up("treffen")
    arrived = guest.post()
    act(own_feed.create, guest.id)
    arrived += guest.act(partial(choose_files, wanted=False))
    assert guest.calendar.entries == [], "the feed is another calendar"
    arrived.append(guest.read_feed(client))
    guest.shows()
    guest.act(switch, "online")
    arrived.append(guest.read_feed(client))
    guest.shows(location="Online")
    for order in permutations(arrived):
        assert replayed(order) == guest.calendar.entries
    [files_again] = guest.act(partial(choose_files, wanted=True))
    latest = guest.shows(location="Online")
    for order in permutations([*arrived[1:], files_again]):
        assert replayed(order) == latest


# --- the controls: what the calendar would show if we, or it, did otherwise ---------------------


class Careless(CalendarProgram):
    """Takes whatever came last."""

    def is_newer(self, entry: Entry, known: Entry) -> bool:  # noqa: ARG002
        return True


@pytest.mark.parametrize("dates", [ONE], ids=["one"])
def test_without_sequence_the_replay_fails(guest: Guest) -> None:
    sign_up("treffen")
    [confirmation] = guest.post()
    [changed] = guest.act(switch, "online")
    for calendar, location in ((CalendarProgram(ERIKA), "Online"), (Careless(ERIKA), HERE)):
        for mail in (changed, confirmation):
            calendar.receive(mail)
        [entry] = calendar.entries
        assert entry.location == location


@pytest.mark.parametrize("dates", [ONE], ids=["one"])
def test_what_is_not_for_this_calendar_changes_nothing(guest: Guest) -> None:
    sign_up("treffen")
    [confirmation] = guest.post()
    foreign = CalendarProgram("dan@example.org")
    foreign.receive(confirmation)
    assert foreign.entries == []
    before = guest.shows()
    file = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:{}\r\nSEQUENCE:9\r\n"
    file += "DTSTAMP:20300101T000000Z\r\nDTSTART;VALUE=DATE:20270101\r\n"
    file += "DTEND;VALUE=DATE:20270102\r\nATTENDEE:mailto:{}\r\nORGANIZER:mailto:{}\r\n"
    file += "END:VEVENT\r\nEND:VCALENDAR\r\n"
    forged = file.format(before[0].uid, ERIKA, "mallory@example.com").encode()
    guest.calendar.apply(forged, "CANCEL")
    real = file.format(before[0].uid, ERIKA, "netz@example.org").encode()
    guest.calendar.apply(real, "REQUEST")  # the part says one thing, the object another
    assert guest.shows() == before
    guest.calendar.apply(real, "CANCEL")
    assert guest.calendar.entries == []
