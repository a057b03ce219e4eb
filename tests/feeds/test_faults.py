"""What subscribers get when something breaks or changes under way, and what each answer costs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventapp.events import ical
from eventapp.feeds import build, pages, queries
from tests.feeds.subscriber import ALL, add, edit, titles
from tests.statements import counted


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def fail(*_: object) -> None:
        raise RuntimeError("the database is away")

    return lambda: monkeypatch.setattr(pages, "look", fail)


def test_last_good_copy(client: FlaskClient, broken: Callable[[], None]) -> None:
    add("treffen")
    good = client.get(ALL)
    broken()
    response = client.get(ALL, headers={"Accept-Encoding": "gzip"})
    assert (response.status_code, response.data) == (200, good.data)
    assert response.headers["ETag"] == good.headers["ETag"]
    assert response.headers["Last-Modified"] == good.headers["Last-Modified"]
    tag = {"If-None-Match": good.headers["ETag"]}
    assert client.get(ALL, headers=tag).status_code == 304


def test_without_a_copy_come_back_later(client: FlaskClient, broken: Callable[[], None]) -> None:
    broken()
    response = client.get(ALL)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.data


def test_no_copy_of_what_was_withdrawn(client: FlaskClient, broken: Callable[[], None]) -> None:
    add("treffen")
    client.get("/events/treffen.ics")
    edit("treffen", status="draft")
    assert client.get("/events/treffen.ics").status_code == 404
    broken()
    assert client.get("/events/treffen.ics").status_code == 503


def test_changed_while_it_was_built(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag never stands for bytes of two revisions."""
    add("treffen")
    original, edits = queries.list_dates, iter(["Neuer Titel"])

    def racing(*arguments: Any) -> Any:
        rows = original(*arguments)
        for title in edits:
            edit("treffen", title=title)
        return rows

    monkeypatch.setattr(build, "list_dates", racing)
    first, second = client.get(ALL), client.get(ALL)
    assert titles(second) == ["Neuer Titel"]
    same_tag = first.headers["ETag"] == second.headers["ETag"]
    assert same_tag == (first.data == second.data)


def test_an_unchanged_feed_asks_nothing_but_the_revision(client: FlaskClient) -> None:
    add("treffen")
    tag = {"If-None-Match": client.get(ALL).headers["ETag"]}
    with counted(emptied=False) as statements:
        assert client.get(ALL, headers=tag).status_code == 304
    assert statements == []  # the look goes past the layer that is counted


def test_a_feed_that_is_there_asks_nothing_more(client: FlaskClient) -> None:
    add("treffen")
    client.get(ALL)
    with counted(emptied=False) as statements:
        assert client.get(ALL).status_code == 200
    assert statements == []


def test_only_the_edited_event_is_made_anew(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("a", "b", "c"):
        add(slug)
    client.get(ALL)
    made = []

    def noted(entry: ical.CalendarEntry) -> bytes:
        made.append(entry.title)
        return ical.vevent(entry)

    monkeypatch.setattr(build, "vevent", noted)
    edit("b", title="B")
    assert titles(client.get(ALL)) == ["a", "B", "c"]
    assert made == ["B"]
