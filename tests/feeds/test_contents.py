"""Which events a feed holds, and until when."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from werkzeug.http import http_date

from eventapp.clock import BERLIN, now
from eventapp.db import transaction
from eventapp.feeds import rules
from tests.factories import (
    at,
    in_days,
    make_event,
    make_network,
    make_region,
    make_series,
    make_topic,
)
from tests.feeds.subscriber import ALL, add, edit, events, titles


def test_drafts_are_nowhere(client: FlaskClient) -> None:
    add("entwurf", status="draft")
    assert titles(client.get(ALL)) == []
    assert client.get("/events/entwurf.ics").status_code == 404


def test_withdrawn_again(client: FlaskClient) -> None:
    add("treffen")
    tag = client.get("/events/treffen.ics").headers["ETag"]
    edit("treffen", status="draft")
    response = client.get("/events/treffen.ics", headers={"If-None-Match": tag})
    assert response.status_code == 404


def test_window(client: FlaskClient) -> None:
    last = rules.window(in_days(0)).last
    with transaction() as session:
        network = make_network(session)
        for slug, first, end in (
            ("zu alt", in_days(-62), in_days(-61)),
            ("eben noch", in_days(-61), in_days(-60)),
            ("gerade noch", last, last + timedelta(days=1)),
            ("zu weit", last + timedelta(days=1), last + timedelta(days=1)),
        ):
            make_event(session, slug, title=slug, network=network, dates=[(first, end)])
            span = (at(first, 23), at(end, 23, 30))
            make_event(session, f"{slug}2", title=slug, network=network, dates=[span])
    assert titles(client.get(ALL)) == ["eben noch"] * 2 + ["gerade noch"] * 2
    assert titles(client.get("/events/zu alt.ics")) == ["zu alt"]


def test_a_year_of_the_archive_is_whole(client: FlaskClient) -> None:
    with transaction() as session:
        land = make_network(session, "land", name="Land")
        days = {"Januar": (1, 1), "Mai": (5, 13), "Silvester": (12, 31)}
        for slug, (month, day) in days.items():
            date_ = date(2023, month, day)
            make_event(session, slug, title=slug, network=land, dates=[(date_, date_)])
        span = (date(2024, 1, 1), date(2024, 1, 1))
        make_event(session, "danach", title="danach", network=make_network(session), dates=[span])
    assert titles(client.get(ALL)) == []
    assert titles(client.get(f"{ALL}?year=2023")) == ["Januar", "Mai", "Silvester"]
    assert titles(client.get("/calendar/networks/land.ics?year=2023")) == [*days]
    assert titles(client.get("/calendar/networks/land.ics?year=2024")) == []
    response = client.get(f"{ALL}?year=2024")
    assert titles(response) == ["danach"]
    assert "X-WR-CALNAME:Alle Veranstaltungen 2024" in response.text
    later = now() + timedelta(days=3)
    with time_machine.travel(later):
        assert client.get(f"{ALL}?year=2024").headers["ETag"] == response.headers["ETag"]
    for wrong in ("2022", "99999", "x", "-1", "0023", f"{now().year + 1}"):
        assert client.get(f"{ALL}?year={wrong}").status_code == 404


def test_the_archive_leads_to_the_file_of_its_year(client: FlaskClient) -> None:
    with transaction() as session:
        day = date(2023, 5, 13)
        network = make_network(session, "land", name="Land")
        make_event(session, "alt", network=network, dates=[(day, day)])
    assert 'href="/calendar/all.ics?year=2023"' in client.get("/past?year=2023").text
    narrowed = client.get("/past?year=2023&network=land").text
    assert 'href="/calendar/networks/land.ics?year=2023"' in narrowed
    for query in ("", "?year=2022", "?year=2023&q=alt", "?year=2023&network=nie"):
        assert "all.ics?year" not in client.get(f"/past{query}").text


def test_ending_at_midnight_belongs_to_the_day_before(client: FlaskClient) -> None:
    day = in_days(-61)
    add("zu alt", dates=[(at(day, 20), at(day + timedelta(days=1), 0))])
    add("eben noch", dates=[(at(day, 20), at(day + timedelta(days=1), 0, 1))])
    assert titles(client.get(ALL)) == ["eben noch"]


def test_cancelled_stay_thirty_days(client: FlaskClient) -> None:
    add("alt", days=-31, status="cancelled")
    add("neu", days=-30, status="cancelled")
    (event,) = events(client.get(ALL))
    assert (str(event["SUMMARY"]), event["STATUS"]) == ("Abgesagt: neu", "CANCELLED")


def test_a_course_has_an_entry_per_date(client: FlaskClient) -> None:
    spans = [(at(in_days(day), 18), at(in_days(day), 20)) for day in (-70, 7, 14)]
    add("kurs", dates=spans)
    assert [each["DTSTART"].dt for each in events(client.get(ALL))] == [
        span[0] for span in spans[1:]
    ]
    assert len({each["UID"] for each in events(client.get("/events/kurs.ics"))}) == 3


def test_a_network_with_all_below_and_co_hosted_each_once(client: FlaskClient) -> None:
    with transaction() as session:
        land = make_network(session, "land")
        kreis = make_network(session, "kreis", parent=land)
        other = make_network(session, "anderes")
        make_event(session, "a", title="eigenes", network=land)
        make_event(session, "b", title="im Kreis", network=kreis, co_networks=[land, kreis])
        make_event(session, "c", title="fremd", network=other)
        make_event(session, "d", title="mit uns", network=other, co_networks=[kreis])
    assert titles(client.get("/calendar/networks/land.ics")) == ["eigenes", "im Kreis", "mit uns"]
    assert titles(client.get("/calendar/networks/kreis.ics")) == ["im Kreis", "mit uns"]
    assert titles(client.get("/calendar/networks/anderes.ics")) == ["fremd", "mit uns"]


def test_series_topics_regions_kinds(client: FlaskClient) -> None:
    with transaction() as session:
        network = make_network(session)
        series = make_series(session, network, "reihe")
        topic = make_topic(session, "digital", "Digitales")
        land = make_region(session, "land")
        kreis = make_region(session, "kreis", parent_id=land.id)
        make_event(session, "a", title="Reihe", network=network, series_id=series.id)
        make_event(session, "b", title="Thema", network=network, topics=[topic])
        make_event(session, "c", title="Region", network=network, region_id=kreis.id)
        make_event(session, "d", title="Art", network=network, kind="training")
    for address, title, name in (
        ("series/reihe", "Reihe", "Reihe"),
        ("topics/digital", "Thema", "Veranstaltungen: Digitales"),
        ("regions/land", "Region", "Veranstaltungen: Land"),
        ("kinds/training", "Art", "Veranstaltungen: Fortbildung"),
    ):
        response = client.get(f"/calendar/{address}.ics")
        assert titles(response) == [title]
        assert str(Calendar.from_ical(response.data)["X-WR-CALNAME"]) == name


def test_one_events_file(client: FlaskClient) -> None:
    add("treffen")
    response = client.get("/events/treffen.ics")
    head = Calendar.from_ical(response.data)
    assert head["METHOD"] == "PUBLISH"
    assert "X-WR-CALNAME" not in head
    (event,) = events(response)
    assert "ATTENDEE" not in event


def test_half_past_one_in_berlin_all_the_way(client: FlaskClient) -> None:
    for month, hour in ((9, 11), (11, 12)):
        day = date(now().year + 1, month, 11)
        add(f"t{month}", dates=[(at(day, 13, 30), at(day, 15))])
        (event,) = events(client.get(f"/events/t{month}.ics"))
        start: datetime = event["DTSTART"].dt
        assert (start.astimezone(BERLIN).hour, start.astimezone(UTC).hour) == (13, hour)


def test_the_day_moves_the_window(client: FlaskClient) -> None:
    add("treffen", days=1)
    tag = client.get(ALL).headers["ETag"]
    with time_machine.travel(now() + timedelta(days=62), tick=False):
        response = client.get(ALL, headers={"If-None-Match": tag})
        assert titles(response) == []
        midnight = at(in_days(0), 0)
        assert response.headers["Last-Modified"] == http_date(midnight)
