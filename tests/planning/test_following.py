"""One edit for a date and all that follow: what moves, what stays, what is refused."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from eventapp.clock import BERLIN
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.networks.models import Network, Role, Scope
from eventapp.planning.following import Wall, follow_wall, followed_title
from tests.audit.test_actions import acts
from tests.factories import at, in_days, make_event, make_item, make_network, make_series
from tests.planning.office import Office, event_of, send, shown
from tests.refusals import check_refused
from tests.registration.test_actions import mails, rows, sign_up, statuses
from tests.visitors import Visitor, colleague

EDIT = "/organise/events/zwei/edit"
DAYS = {"eins": -7, "zwei": 28, "drei": 56, "vier": 84, "abgesagt": 91}

# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "theirs", "followed"),
    [
        ("Stammtisch 3", "Runder Tisch 3", "Stammtisch 4", "Runder Tisch 4"),
        ("Stammtisch", "Runder Tisch", "Stammtisch", "Runder Tisch"),
        ("Stammtisch am 1. Mai", "Treff am 1. Mai", "Stammtisch am 5. Juni", "Treff am 5. Juni"),
        ("Treff 1", "Treff 1 online", "Treff 2", "Treff 2"),
        ("Treff 1", "Runde 1", "Sommerfest", "Sommerfest"),
        ("Ein Treff", "Ein Fest", "Treff und Treff", "Treff und Treff"),
        ("Treff 1", "Treff 1", "Anderes", "Anderes"),
    ],
)
def test_a_title_follows_in_the_words_that_changed(
    old: str, new: str, theirs: str, followed: str
) -> None:
    assert followed_title(old, new, theirs) == followed


def wall(day: int, starts: str, ends: str, last: int | None = None) -> Wall:
    def clock(text: str) -> time | None:
        return time.fromisoformat(text) if text else None

    end = date(2027, 3, last or day)
    return Wall(date(2027, 3, day), clock(starts), end, clock(ends))


@pytest.mark.parametrize(
    ("old", "new", "theirs", "followed"),
    [
        (
            wall(2, "18:00", "20:00"),
            wall(3, "19:00", "21:30"),
            wall(9, "17:00", "19:00"),
            wall(10, "18:00", "20:30"),
        ),
        (
            wall(2, "18:00", "20:00"),
            wall(2, "23:00", "01:00", 3),
            wall(9, "18:00", "20:00"),
            wall(9, "23:00", "01:00", 10),
        ),
        (
            wall(2, "18:00", "20:00"),
            wall(2, "", ""),
            wall(9, "17:00", "19:00"),
            wall(9, "", ""),
        ),
        (wall(2, "", ""), wall(2, "18:00", "20:00"), wall(9, "", ""), wall(9, "18:00", "20:00")),
        (
            wall(2, "", ""),
            wall(3, "18:00", "20:00"),
            wall(9, "7:00".zfill(5), "08:00"),
            wall(10, "07:00", "08:00"),
        ),
        (wall(2, "18:00", "20:00"), wall(4, "19:00", "21:00"), wall(9, "", ""), wall(11, "", "")),
    ],
)
def test_a_time_follows_by_the_difference(
    old: Wall, new: Wall, theirs: Wall, followed: Wall
) -> None:
    assert follow_wall(old, new, theirs) == followed


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def office(app: Flask) -> Office:
    """A series with a date that is over, three to come and one cancelled; one of others' drafts."""
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        series = make_series(session, network, "stammtisch")
        values: dict[str, Any] = {"series_id": series.id, "capacity_in_person": 1}
        for number, (slug, days) in enumerate(DAYS.items(), 1):
            dates = [(at(in_days(days), 18), at(in_days(days), 20))]
            status = "cancelled" if slug == "abgesagt" else "published"
            own: dict[str, Any] = {
                "title": f"Stammtisch {number}",
                "network": network,
                "status": status,
            }
            event = make_event(session, slug, dates=dates, **own, **values)
            make_item(session, event, f"punkt-{slug}")
        hidden: dict[str, Any] = {**values, "title": "Geheim", "status": "draft"}
        dates = [(at(in_days(70), 18), at(in_days(70), 20))]
        make_event(session, "geheim", network=make_network(session, "fremd"), dates=dates, **hidden)
    return office


def preview(browser: Visitor, **values: Any) -> tuple[str, dict[str, Any]]:
    """The page of what would change, and its form as a browser would send it."""
    form = {**shown(browser, EDIT), "reach": "following", **values}
    answer = send(browser, EDIT, **form)
    assert answer.status_code == 200, answer.text
    seen = [each.split('"')[0] for each in answer.text.split('name="seen" value="')[1:]]
    return answer.text, {**form, "seen": seen, "form_token": "einmal"}


CONFIRM = f"{EDIT}/following"


def test_this_and_all_that_follow(office: Office) -> None:
    for name in ("Erika", "Dan"):
        sign_up(event_of("drei"), name)
    ada = office.ada()
    before = {slug: event_of(slug) for slug in (*DAYS, "geheim")}
    day = in_days(29)
    changes = {
        "title": "Runde 2",
        "starts_on": day.isoformat(),
        "starts_time": "19:00",
        "ends_time": "20:30",
        "capacity_in_person": "2",
        "venue_city": "Neustadt",
    }
    page, form = preview(ada, **changes)
    assert "2 weitere Termine folgen." in page
    assert "2 Personen sind dort angemeldet oder warten." in page
    assert "Runde 3" in page
    assert "Geheim" not in page
    assert len(form["seen"]) == 2
    assert event_of("drei") == before["drei"]  # seen, not done
    assert send(ada, CONFIRM, **form).location == "/organise/events/zwei?done=followed"
    for slug, number in (("zwei", 2), ("drei", 3), ("vier", 4)):
        event, days = event_of(slug), DAYS[slug] + 1
        assert event.title == f"Runde {number}"
        assert event.starts_at == at(in_days(days), 19)
        assert event.ends_at == at(in_days(days), 20, 30)
        assert event.venue is not None
        assert (event.venue.city, event.capacity_in_person) == ("Neustadt", 2)
        assert event.programme[0].starts_at == at(in_days(days), 18)
        assert event.sequence == before[slug].sequence + 1
    for slug in ("eins", "abgesagt", "geheim"):
        assert event_of(slug) == before[slug]
    assert statuses() == ["confirmed", "confirmed"]
    assert mails()[-1][0] == "registration-promoted"
    assert acts()[-3:] == ["event.edited"] * 3
    assert send(ada, CONFIRM, **form).status_code in (303, 422)  # a second click does nothing
    assert event_of("drei").title == "Runde 3"
    assert "alle folgenden Termine" in ada.get("/organise/events/zwei?done=followed").text


def test_what_others_have_of_their_own_stays(office: Office) -> None:
    with transaction() as session:
        event = session.query(Event).filter_by(slug="drei").one()
        event.title, event.venue_city = "Sommerfest", "Anderswo"
    ada = office.ada()
    _page, form = preview(ada, title="Runde 2", summary="Neu")
    send(ada, CONFIRM, **form)
    other = event_of("drei")
    assert other.venue is not None
    assert (other.title, other.venue.city, other.summary) == ("Sommerfest", "Anderswo", "Neu")
    assert other.starts_at == at(in_days(56), 18)


def test_only_this_one_and_back_to_the_form(office: Office) -> None:
    ada = office.ada()
    page = ada.get(EDIT).text
    assert "Dieser und alle folgenden der Reihe" in page
    assert "Dieser und alle" not in ada.get("/organise/events/vier/edit").text
    send(ada, EDIT, **{**shown(ada, EDIT), "title": "Nur dieser"})
    assert (event_of("zwei").title, event_of("drei").title) == ("Nur dieser", "Stammtisch 3")
    _page, form = preview(ada, title="Getippt")
    back = send(ada, EDIT, **form, back="1")
    assert (back.status_code, 'value="Getippt"' in back.text) == (200, True)
    late = {**shown(ada, "/organise/events/vier/edit"), "reach": "following"}
    refused = send(ada, "/organise/events/vier/edit", **late)
    assert refused.status_code == 422
    assert "Spätere Termine gibt es nicht mehr" in refused.text


def test_nobodys_change_is_lost(office: Office) -> None:
    ada = office.ada()
    _page, form = preview(ada, title="Runde 2")
    other = "/organise/events/drei/edit"
    send(ada, other, **{**shown(ada, other), "venue_city": "Evastadt"})
    refused = send(ada, CONFIRM, **form)
    check_refused(refused, "changed-meanwhile")
    assert [event_of(slug).title for slug in ("zwei", "vier")] == ["Stammtisch 2", "Stammtisch 4"]
    assert send(ada, CONFIRM, **{**form, "seen": ["drei:²", "x"]}).status_code == 422
    seen = [each.split('"')[0] for each in refused.text.split('name="seen" value="')[1:]]
    assert send(ada, CONFIRM, **{**form, "seen": seen}).status_code == 303


def test_all_or_none(office: Office) -> None:
    sign_up(event_of("vier"), "Erika")
    ada = office.ada()
    ways = {"attendance": ["online"], "capacity_in_person": ""}
    page, form = preview(ada, **ways)
    assert "Hier sind Personen auf die Weise angemeldet" in page
    assert "Termine speichern" not in page
    assert send(ada, CONFIRM, **form).status_code == 422
    assert [event_of(slug).has_in_person for slug in ("zwei", "drei")] == [True, True]
    assert len(rows()) == 1


def test_clocks_that_are_changed_on_the_way(app: Flask) -> None:
    office = Office(app)
    with transaction() as session:
        network = session.get_one(Network, office.network_id)
        series = make_series(session, network, "nacht")
        for slug, day in {"zwei": date(2027, 3, 27), "drei": date(2027, 3, 28)}.items():
            dates = [(at(day, 1), at(day, 6))]
            make_event(session, slug, network=network, series_id=series.id, dates=dates)
    ada = office.ada()
    page, form = preview(ada, starts_time="02:30")
    assert "Die Uhrzeit gibt es an dem Tag nicht" in page
    assert send(ada, CONFIRM, **form).status_code == 422
    _page, form = preview(ada, starts_time="03:30")
    assert send(ada, CONFIRM, **form).status_code == 303
    start = event_of("drei").starts_at
    assert start is not None
    assert start.astimezone(BERLIN).time() == time(3, 30)
    with transaction() as session:
        make_event(
            session,
            "oktober",
            network_id=office.network_id,
            series_id=session.query(Event).filter_by(slug="zwei").one().series_id,
            dates=[(at(date(2027, 10, 31), 3, 30), at(date(2027, 10, 31), 6))],
        )
    page, form = preview(ada, starts_time="02:30", starts_on="2027-03-26", ends_on="2027-03-27")
    assert "Diese Uhrzeit gibt es an dem Tag nicht" not in page


def test_who_may_change_which(office: Office) -> None:
    one = (Role.ORGANISER, Scope.EVENT, event_of("zwei").id)
    eva = colleague(office.app, "eva", one)
    assert "Dieser und alle folgenden" not in eva.get(EDIT).text
    form = {**shown(office.ada(), EDIT), "title": "Fremd", "reach": "following"}
    del form["csrf_token"]  # hers
    for browser, code in ((office.somebody(Role.VIEWER), 403), (office.cleo(), 404)):
        assert send(browser, CONFIRM, **form, seen=["drei:1"]).status_code == code
    assert send(eva, CONFIRM, **form, seen=["drei:1", "vier:1"]).status_code == 422
    assert event_of("drei").title == "Stammtisch 3"
    assert timedelta(0) < event_of("drei").start - event_of("zwei").start
