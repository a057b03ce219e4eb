"""A person's own feed: what stands in it, who gets its address, and when it ends."""

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventapp import clock
from eventapp.base import table_of
from eventapp.db import reading, transaction
from eventapp.events.actions import update_event
from eventapp.registration import own_feed, queries
from eventapp.registration.erasure import erase
from eventapp.registration.following import follow
from eventapp.registration.leaving import erase_person
from eventapp.registration.models import PersonalFeed
from tests.factories import ORIGIN, at, in_days
from tests.feeds.subscriber import edit, events, titles
from tests.registration.test_actions import cancel, event_of, plan, rows, sign_up
from tests.registration.test_holder_pages import address_of
from tests.registration.test_self_service import send
from tests.statements import counted

HOUSE = "Haus der Begegnung, Musterstraße 12, 12345 Beispielstadt"
COURSE = [(at(in_days(days), 10), at(in_days(days), 12)) for days in (5, 12)]


def act(client: FlaskClient, what: str, row: Any = None, **values: Any) -> TestResponse:
    return send(client, f"{address_of(row or rows()[0])}/calendar", act=what, **values)


def make_feed(client: FlaskClient, row: Any = None) -> str:
    """The path of the feed of this registration's person."""
    assert act(client, "create", row).status_code == 303
    return path_of(row or rows()[0])


def path_of(row: Any) -> str:
    with reading() as connection:
        found = own_feed.find(connection, row.id)
    assert found is not None
    return own_feed.address(found.token)


def test_all_of_one_person_and_of_nobody_else(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    sign_up(plan(title="Kurs", dates=COURSE))
    sign_up(plan(title="Voll", capacity_in_person=0))
    sign_up(plan(title="Andere"), "Ada")
    path = make_feed(client)
    response = client.get(path)
    assert sorted(titles(response)) == ["Kurs", "Kurs", "Treffen"]
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert b"X-WR-CALNAME:Termine von Erika Beispiel" in response.data
    assert b"SOURCE" not in response.data
    assert b"ATTENDEE" not in response.data
    assert b"erika@example.org" not in response.data
    with reading() as connection:
        holders = [queries.get_holder(connection, row.id) for row in rows()[:2]]
    known = {uid for holder in holders for uid in holder.uids.values()}
    assert {str(each["UID"]) for each in events(response)} == known


def test_cancelled_by_either_side(client: FlaskClient) -> None:
    for title in ("Bleibt", "Sagt ab", "Fällt aus"):
        sign_up(plan(slug=title.lower().replace(" ", "-").replace("ä", "ae"), title=title))
    path = make_feed(client)
    before = {str(each["UID"]): int(each["SEQUENCE"]) for each in events(client.get(path))}
    cancel(rows()[1].id)
    with transaction() as session:
        now = clock.now()
        update_event(session, "faellt-aus", origin=ORIGIN, now=now, status="cancelled")
    found = {str(each["SUMMARY"]): each for each in events(client.get(path))}
    assert set(found) == {"Bleibt", "Nicht angemeldet: Sagt ab", "Abgesagt: Fällt aus"}
    for title, entry in found.items():
        gone = title != "Bleibt"
        assert str(entry["STATUS"]) == ("CANCELLED" if gone else "CONFIRMED")
        assert int(entry["SEQUENCE"]) == before[str(entry["UID"])] + gone
    with time_machine.travel(at(in_days(32 + 30), 20), tick=False):
        assert titles(client.get(path)) == ["Bleibt"]
    with time_machine.travel(at(in_days(32 + 60), 20), tick=False):
        assert titles(client.get(path)) == []


def test_the_link_to_the_feed_stays_after_the_last_place_is_given_up(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    page = address_of(rows()[0])
    make_feed(client)
    cancel(rows()[0].id)
    assert f'href="{page}/calendar"' in client.get(page).text
    act(client, "end")
    assert f'href="{page}/calendar"' not in client.get(page).text


def test_who_came_back_has_one_entry(client: FlaskClient) -> None:
    event = plan(title="Treffen")
    sign_up(event)
    path = make_feed(client)
    cancel(rows()[0].id)
    sign_up(event, token="noch einmal")
    assert titles(client.get(path)) == ["Treffen"]


def test_chosen_items_with_room(client: FlaskClient) -> None:
    items = [
        {"slug": "chor", "title": "Chor", "choice_group": "w", "room": "Saal 2"},
        {"slug": "tanz", "title": "Tanz", "choice_group": "w", "capacity": 0},
    ]
    event = plan(slug="tag", title="Tag", items=items)
    sign_up(event, items=("chor",))
    path = make_feed(client)
    chor = events(client.get(path))[1]
    assert str(chor["UID"]).startswith("p-")
    assert (str(chor["SUMMARY"]), str(chor["LOCATION"])) == ("Chor", f"Saal 2, {HOUSE}")
    moved: Any = [{**_values(each), "room": "Saal 3"} for each in event_of("tag").programme]
    with transaction() as session:
        update_event(session, "tag", origin=ORIGIN, now=clock.now(), programme=moved)
        follow(session, event_of("tag").id, now=clock.now())
    again = events(client.get(path))[1]
    assert str(again["LOCATION"]) == f"Saal 3, {HOUSE}"
    assert int(again["SEQUENCE"]) == int(chor["SEQUENCE"]) + 1
    assert again["DTSTAMP"].dt > chor["DTSTAMP"].dt
    assert again["UID"] == chor["UID"]


def _values(item: Any) -> dict[str, Any]:
    names = ("slug", "title", "starts_at", "ends_at", "room", "capacity")
    return {**{name: getattr(item, name) for name in names}, "choice_group": item.group}


def test_an_item_one_moves_up_to_appears(client: FlaskClient) -> None:
    item = {"slug": "chor", "title": "Chor", "capacity": 1}
    event = plan(slug="tag", title="Tag", items=[item])
    sign_up(event, "Ada", items=("chor",))
    sign_up(event, items=("chor",))
    path = make_feed(client, rows()[1])
    first = client.get(path)
    assert titles(first) == ["Tag"]
    cancel(rows()[0].id)
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert titles(second) == ["Tag", "Chor"]


def test_time_open_is_all_day(client: FlaskClient) -> None:
    sign_up(plan(title="Offen", dates=[(in_days(9), in_days(9))]))
    [entry] = events(client.get(make_feed(client)))
    assert entry["DTSTART"].params["VALUE"] == "DATE"
    assert str(entry["DTSTART"].dt) == str(in_days(9))


def test_renewed_and_ended(client: FlaskClient) -> None:
    sign_up(plan())
    first = make_feed(client)
    assert make_feed(client) == first
    client.get(first)
    act(client, "renew")
    second = path_of(rows()[0])
    assert second != first
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    act(client, "end")
    assert [client.get(path).status_code for path in (first, second)] == [410, 410]
    assert client.get("/calendar/my/unbekannt.ics").status_code == 404


@pytest.fixture
def copies(app: Any) -> Any:
    folder = app.config["SETTINGS"].data_dir / "feeds"
    return lambda: list(folder.iterdir()) if folder.exists() else []


def test_no_copy_stays_of_what_ended(client: FlaskClient, copies: Any) -> None:
    sign_up(plan())
    for end in ("renew", "end"):
        path = make_feed(client)
        client.get(path)
        client.get(f"{path}?lang=en")
        assert len(copies()) == 2
        act(client, end)
        assert copies() == []


def test_erased_with_the_last_registration(client: FlaskClient, copies: Any) -> None:
    for _ in range(2):
        sign_up(plan())
    path = make_feed(client)
    client.get(path)
    with transaction() as session:
        erase(session, [rows()[0].id], now=clock.now())
    assert len(titles(client.get(path))) == 1
    with transaction() as session:
        erase(session, [rows()[0].id], now=clock.now())
    assert copies() == []
    with reading() as connection:
        assert connection.execute(select(table_of(PersonalFeed))).all() == []
    assert client.get(path).status_code == 410


def test_erased_with_the_address(client: FlaskClient, copies: Any) -> None:
    sign_up(plan())
    client.get(make_feed(client))
    with transaction() as session:
        erase_person(session, "erika@example.org", now=clock.now())
    assert copies() == []


def test_it_goes_along_with_the_name_and_ends_with_the_address(client: FlaskClient) -> None:
    sign_up(plan(title="Treffen"))
    path = make_feed(client)
    changed = {"first_name": "Erica", "last_name": "Beispiel", "email": "erika@example.org"}
    assert send(client, f"{address_of(rows()[0])}/change", **changed).status_code == 303
    assert b"Erica" in client.get(path).data
    from eventapp.registration.addresses import move_address
    from eventapp.registration.standing import lock_standing

    with transaction() as session:
        event, row = lock_standing(session, rows()[0].id, now=clock.now())
        person = "other@example.org\nerica\nbeispiel"
        move_address(session, event, row, "other@example.org", person, now=clock.now())
    assert client.get(path).status_code == 410


def test_only_behind_the_link_that_was_mailed(client: FlaskClient) -> None:
    """The receipt follows from the form, and proves no address."""
    receipt = sign_up(plan())
    page = client.get(f"/receipts/{receipt}")
    assert page.status_code == 200
    assert "/calendar" not in page.text.replace('href="/calendar"', "")
    for path in (f"/registrations/{receipt}/calendar", f"/calendar/my/{receipt}.ics"):
        assert client.get(path).status_code == 404
    assert send(client, f"/registrations/{receipt}/calendar", act="create").status_code == 404
    with reading() as connection:
        assert connection.execute(select(table_of(PersonalFeed))).all() == []


def test_whoever_has_not_proved_the_address_has_none(client: FlaskClient) -> None:
    sign_up(plan(confirm_email=True))
    page = address_of(rows()[0])
    assert client.get(f"{page}/calendar").location == page
    assert act(client, "create").location == page
    with reading() as connection:
        assert connection.execute(select(table_of(PersonalFeed))).all() == []


def test_forms_too_old_and_acts_unknown(client: FlaskClient) -> None:
    sign_up(plan())
    url = f"{address_of(rows()[0])}/calendar"
    assert client.post(url, data={"act": "create", "form_token": "1.2.3"}).status_code == 422
    assert act(client, "anything").status_code == 422
    assert "Kalender-Adresse anlegen" in client.get(url).text


def test_unchanged_is_one_look(client: FlaskClient) -> None:
    for _ in range(3):
        sign_up(plan())
    path = make_feed(client)
    tag = {"If-None-Match": client.get(path).headers["ETag"]}
    with counted(emptied=False) as statements:
        assert client.get(path, headers=tag).status_code == 304
        assert client.get(path).status_code == 200  # from the copy on disk
    assert statements == []  # the looks go past the layer that is counted


def test_a_feed_costs_as_much_for_many_registrations(client: FlaskClient) -> None:
    costs = []
    for more in (1, 2, 6):
        for number in range(more):
            sign_up(plan(dates=COURSE), token=f"{more}-{number}")
        path = make_feed(client)
        with counted() as statements:
            client.get(path)
        costs.append(len(statements))
    assert costs[0] > 1
    assert len(set(costs)) == 1


def test_any_change_of_theirs_changes_the_tag(client: FlaskClient) -> None:
    event = plan(slug="treffen", title="Treffen")
    sign_up(event)
    path, tags = make_feed(client), []

    def note() -> None:
        response = client.get(path)
        tags.append((response.headers["ETag"], response.data))

    note()
    edit("treffen", summary="Neu")
    note()
    sign_up(plan(title="Noch eins"), token="2")
    note()
    cancel(rows()[0].id)
    note()
    assert len({tag for tag, _data in tags}) == len({data for _tag, data in tags}) == 4


def test_last_good_copy(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from eventapp.feeds import own

    sign_up(plan())
    path = make_feed(client)
    good = client.get(path)

    def fail(*_: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(own, "look_own", fail)
    served = client.get(path)
    assert (served.status_code, served.data) == (200, good.data)
    assert served.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/calendar/my/unbekannt.ics").status_code == 503
