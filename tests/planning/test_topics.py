"""The topics of an event: chosen from those there are, a new one by name, the copy, the hint."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventapp.clock import now
from eventapp.db import reading, transaction
from eventapp.events.models import Topic
from eventapp.networks.models import Network
from eventapp.sitecache import bump
from tests.factories import at, make_event, make_series, make_topic
from tests.planning.office import EMPTY, FIRST_DAY, Office, event_of, filled, send, shown

EDIT = "/organise/events/treffen/edit"


@pytest.fixture
def office(app: Flask) -> Office:
    with transaction() as session:
        for slug, name in (("digital", "Digitales"), ("ehrenamt", "Ehrenamt")):
            make_topic(session, slug, name)
    return Office(app, "treffen", title="Treffen")


def topics(slug: str = "treffen") -> list[str]:
    return [each.name for each in event_of(slug).topics]


def count() -> Any:
    with reading() as connection:
        return connection.scalar(select(func.count()).select_from(Topic))


def save(office: Office, **values: Any) -> Any:
    ada = office.ada()
    return send(ada, EDIT, **{**shown(ada, EDIT), **values})


def test_topics_are_chosen_and_stand_on_the_page(office: Office, client: FlaskClient) -> None:
    assert save(office, topics=["Ehrenamt", "Digitales"]).status_code == 303
    assert sorted(topics()) == ["Digitales", "Ehrenamt"]
    assert "Digitales, Ehrenamt" in client.get("/events/treffen").text
    before = event_of("treffen")
    assert save(office).status_code == 303
    assert event_of("treffen") == before  # untouched is unchanged
    save(office, topics=[])
    assert topics() == []


def test_a_new_topic_is_made_once_however_it_is_written(office: Office) -> None:
    save(office, topics=["Digitales"], new_topic="Bürger & Rat")
    assert sorted(topics()) == ["Bürger & Rat", "Digitales"]
    assert {each.slug for each in event_of("treffen").topics} == {"buerger-rat", "digital"}
    send(office.ada(), EMPTY, **filled(new_topic="bürger  & RAT"))
    assert (topics("jahrestreffen"), count()) == (["Bürger & Rat"], 3)
    save(office, topics=["Digitales"], new_topic="digitales")
    assert (topics(), count()) == (["Digitales"], 3)


def test_another_name_with_the_same_address_renames_nothing(office: Office) -> None:
    save(office, new_topic="Bürger & Rat")
    send(office.ada(), EMPTY, **filled(new_topic="Bürger-Rat"))
    assert topics() == ["Bürger & Rat"]
    assert [each.slug for each in event_of("jahrestreffen").topics] == ["buerger-rat-2"]


def test_what_is_not_offered_is_refused_and_kept(office: Office) -> None:
    answer = save(office, topics=["Geheimes"], new_topic="x" * 300)
    assert answer.status_code == 422
    assert "Wählen Sie aus den angebotenen Möglichkeiten." in answer.text
    assert "Bitte kürzen Sie" in answer.text
    assert (topics(), count()) == ([], 2)


def test_a_copy_has_the_same_topics(office: Office) -> None:
    save(office, topics=["Digitales"])
    later = (event_of("treffen").first_day + timedelta(days=364)).isoformat()
    send(office.ada(), "/organise/events/treffen/copy", title="Nachher", starts_on=later)
    assert topics("nachher") == ["Digitales"]


def test_later_dates_of_the_series_follow(office: Office) -> None:
    with transaction() as session:
        series = make_series(session, session.get_one(Network, office.network_id))
        for n, slug in enumerate(("eins", "zwei")):
            day = FIRST_DAY + timedelta(days=7 * n)
            values: dict[str, Any] = {"network_id": office.network_id, "series_id": series.id}
            make_event(session, slug, dates=[(at(day, 18), at(day, 20))], **values)
        bump(session, now())
    ada = office.ada()
    address = "/organise/events/eins/edit"
    form = {**shown(ada, address), "reach": "following", "new_topic": "Neuland"}
    preview = send(ada, address, **form)
    assert "Neues Thema" in preview.text
    seen = f"zwei:{event_of('zwei').revision}"
    assert send(ada, f"{address}/following", **form, seen=seen).status_code == 303
    assert [topics("eins"), topics("zwei")] == [["Neuland"], ["Neuland"]]


def test_the_same_topic_is_named_beside_the_date(office: Office) -> None:
    day = event_of("treffen").first_day
    save(office, topics=["Digitales"])
    # another day of the same week: only the topic and the kind speak for it
    on = {"starts_on": day.isoformat(), "starts_time": "", "ends_time": ""}
    ada = office.ada()
    for values, is_told in ((["Digitales"], True), (["Ehrenamt"], False), ([], False)):
        page = send(ada, EMPTY, **filled(check="1", kind="training", topics=values, **on)).text
        assert ("gleiches Thema" in page) is is_told
        asked = "&".join(f"topics={each}" for each in values or [""])
        address = f"/organise/collisions/?network=netz&starts_on={day.isoformat()}&{asked}"
        assert ("gleiches Thema" in ada.get(address).text) is is_told
