"""Feeds over HTTP, as subscribers' programs ask: tags, encodings, errors."""

import gzip
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.http import http_date

from eventapp import sitecache
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.feeds import build
from tests.factories import make_network, make_series
from tests.feeds.subscriber import ALL, add, edit, events, titles


def test_headers(client: FlaskClient) -> None:
    add("treffen")
    response = client.get(ALL)
    headers = response.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["ETag"].startswith('"')
    assert "Last-Modified" in headers
    assert "Set-Cookie" not in headers
    assert "Content-Encoding" not in headers


def test_gzip_has_a_tag_of_its_own(client: FlaskClient) -> None:
    add("treffen")
    plain = client.get(ALL)
    packed = client.get(ALL, headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.data[4:8] == bytes(4)
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gz"'
    refused = client.get(ALL, headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_unchanged(client: FlaskClient, encoding: str, form: str) -> None:
    tag = client.get(ALL, headers={"Accept-Encoding": encoding}).headers["ETag"]
    response = client.get(ALL, headers={"If-None-Match": form.format(tag)})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == tag
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert "Content-Type" not in response.headers
    assert "Content-Security-Policy" not in response.headers


def test_tags_of_others_do_not_match(client: FlaskClient) -> None:
    add("treffen")
    tag = client.get(ALL).headers["ETag"]
    for address in ("/events/treffen.ics", f"{ALL}?lang=en"):
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_star_matches_only_what_exists(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"}
    assert client.get(ALL, headers=star).status_code == 304
    assert client.get("/calendar/topics/nichts.ics", headers=star).status_code == 404


def test_if_modified_since(client: FlaskClient) -> None:
    add("treffen")
    modified = client.get(ALL).headers["Last-Modified"]
    assert client.get(ALL, headers={"If-Modified-Since": modified}).status_code == 304
    earlier = http_date(now() - timedelta(days=2))
    assert client.get(ALL, headers={"If-Modified-Since": earlier}).status_code == 200
    both = {"If-Modified-Since": modified, "If-None-Match": '"other"'}
    assert client.get(ALL, headers=both).status_code == 200


def test_head(client: FlaskClient) -> None:
    add("treffen")
    get, head = client.get(ALL), client.head(ALL)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(get.data))
    assert head.headers["ETag"] == get.headers["ETag"]
    tag = {"If-None-Match": get.headers["ETag"]}
    assert client.head(ALL, headers=tag).status_code == 304


def test_an_edit_changes_tag_and_body(client: FlaskClient) -> None:
    add("treffen")
    before = client.get(ALL)
    edit("treffen", title="Neuer Titel", sequence=1)
    after = client.get(ALL, headers={"If-None-Match": before.headers["ETag"]})
    assert titles(after) == ["Neuer Titel"]
    assert after.headers["ETag"] != before.headers["ETag"]


def test_same_revision_same_bytes(client: FlaskClient) -> None:
    add("treffen")
    add("anderes", days=40)
    first = client.get(ALL)
    sitecache.clear_all()
    build._fragments.clear()
    assert client.get(ALL).data == first.data
    assert client.get(ALL).headers["ETag"] == first.headers["ETag"]


def test_no_redirect_no_cookie_unknown_404(client: FlaskClient) -> None:
    for folder in ("networks", "series", "topics", "regions", "kinds"):
        response = client.get(f"/calendar/{folder}/nichts.ics")
        assert response.status_code == 404
        assert "Set-Cookie" not in response.headers
    assert client.get("/events/nichts.ics").status_code == 404


def test_a_feed_without_events_is_a_calendar(client: FlaskClient) -> None:
    with transaction() as session:
        make_network(session, "leer")
    response = client.get("/calendar/networks/leer.ics")
    assert events(response) == []
    assert b"BEGIN:VTIMEZONE" in response.data


def test_english_is_another_address(client: FlaskClient) -> None:
    add("treffen", has_online=True)
    english = client.get(f"{ALL}?lang=en")
    assert b"SOURCE;VALUE=URI:https://events.example/calendar/all.ics?lang=en" in english.data
    accepted = client.get(ALL, headers={"Accept-Language": "en"})
    assert b"X-WR-CALNAME:Alle Veranstaltungen" in accepted.data
    fragment = accepted.data.partition(b"BEGIN:VEVENT")[2]
    assert english.data.partition(b"BEGIN:VEVENT")[2] == fragment


def test_calendar(client: FlaskClient) -> None:
    with transaction() as session:
        network = make_network(session, "netz", name="Netz Mitte")
        make_series(session, network, "reihe")
    page = client.get("/calendar").text
    assert "webcal://events.example/calendar/networks/netz.ics" in page
    assert "https://events.example/calendar/all.ics" in page
    assert 'id="series-reihe"' in page


def test_english_readers_are_offered_english_feeds(client: FlaskClient) -> None:
    page = client.get("/calendar?lang=en").text
    assert "webcal://events.example/calendar/all.ics?lang=en" in page
    assert "https://events.example/calendar/kinds/training.ics?lang=en" in page
